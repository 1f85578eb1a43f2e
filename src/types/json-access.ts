import {sqlError} from '../common/sql-error.ts';
import {parseJsonb} from './json-parser.ts';

/**
 * Access into JSON text without building a tree: a value is found by walking over what precedes it, and is a slice of the text. The text must
 * be valid; canonical jsonb text gives canonical slices, json text gives them as they were written.
 */

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/** json_typeof, jsonb_typeof. */
export function jsonTypeof(text: string): JsonKind {
  switch (text.charAt(skipSpace(text, 0))) {
    case '{':
      return 'object';
    case '[':
      return 'array';
    case '"':
      return 'string';
    case 't':
    case 'f':
      return 'boolean';
    case 'n':
      return 'null';
    default:
      return 'number';
  }
}

/** `->` with a key: the member's text; undefined when there is none or the value is no object. Of equal keys the last counts. */
export function jsonField(text: string, key: string): string | undefined {
  let found: string | undefined;
  const plain = JSON.stringify(key);
  forEachEntry(text, (rawKey, start, end) => {
    if (rawKey === plain || (rawKey.includes('\\') && decodeString(rawKey) === key)) found = text.slice(start, end);
  });
  return found;
}

/** `->` with a number: the element's text, negative numbers counting from the end. */
export function jsonElement(text: string, index: number): string | undefined {
  if (jsonTypeof(text) !== 'array') return undefined;
  const wanted = index < 0 ? countElements(text) + index : index;
  let i = 0;
  let found: string | undefined;
  forEachElement(text, (start, end) => {
    if (i++ !== wanted) return true;
    found = text.slice(start, end);
    return false;
  });
  return found;
}

/** `->` with a number on jsonb, where a scalar counts as an array of one. */
export function jsonbElement(text: string, index: number): string | undefined {
  const kind = jsonTypeof(text);
  if (kind === 'array' || kind === 'object') return jsonElement(text, index);
  return index === 0 || index === -1 ? text : undefined;
}

/** `#>`: follows keys and indexes; undefined where the path leads nowhere. */
export function jsonPath(text: string, path: readonly (string | null)[]): string | undefined {
  let value: string | undefined = text.slice(skipSpace(text, 0), skipValue(text, skipSpace(text, 0)));
  for (const step of path) {
    if (value === undefined || step === null) return undefined;
    switch (jsonTypeof(value)) {
      case 'object':
        value = jsonField(value, step);
        break;
      case 'array':
        value = pathIndex(step) === undefined ? undefined : jsonElement(value, pathIndex(step) ?? 0);
        break;
      default:
        return undefined;
    }
  }
  return value;
}

/** The int4 that a path step spells, undefined for anything else. */
export function pathIndex(step: string): number | undefined {
  if (!/^[ \t-\r]*[+-]?\d+$/.test(step)) return undefined;
  const index = Number(step);
  return index >= -2147483648 && index <= 2147483647 ? index : undefined;
}

/** What `->>` and `#>>` make of a found value: strings without quotes, JSON null as NULL, anything else its text. */
export function jsonAsText(value: string | undefined): string | null {
  if (value === undefined) return null;
  switch (jsonTypeof(value)) {
    case 'null':
      return null;
    case 'string':
      return decodeString(value);
    default:
      return value;
  }
}

/** json_array_length. 22023 for anything but an array. */
export function jsonArrayLength(text: string): number {
  const kind = jsonTypeof(text);
  if (kind !== 'array') {
    const what = kind === 'object' ? 'a non-array' : 'a scalar';
    throw sqlError('invalid_parameter_value', `cannot get array length of ${what}`);
  }
  return countElements(text);
}

/** Texts of an array's elements, [] for anything else. */
export function jsonElements(text: string): string[] {
  const items: string[] = [];
  if (jsonTypeof(text) === 'array') forEachElement(text, (start, end) => (items.push(text.slice(start, end)), true));
  return items;
}

/** Keys and member texts of an object in their order, [] for anything else. */
export function jsonEntries(text: string): (readonly [key: string, value: string])[] {
  const entries: (readonly [string, string])[] = [];
  forEachEntry(text, (rawKey, start, end) => entries.push([decodeString(rawKey), text.slice(start, end)]));
  return entries;
}

function countElements(text: string): number {
  let count = 0;
  forEachElement(text, () => (count++, true));
  return count;
}

function forEachEntry(text: string, visit: (rawKey: string, start: number, end: number) => void): void {
  let at = skipSpace(text, 0);
  if (text.charAt(at) !== '{') return;
  at = skipSpace(text, at + 1);
  while (text.charAt(at) === '"') {
    const keyEnd = skipString(text, at);
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = skipValue(text, start);
    visit(text.slice(at, keyEnd), start, end);
    at = skipSpace(text, skipSpace(text, end) + 1);
  }
}

/** Visits until `visit` returns false. */
function forEachElement(text: string, visit: (start: number, end: number) => boolean): void {
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  while (at < text.length && text.charAt(at) !== ']') {
    const end = skipValue(text, at);
    if (!visit(at, end)) return;
    at = skipSpace(text, end);
    if (text.charAt(at) !== ',') return;
    at = skipSpace(text, at + 1);
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
    at++;
  }
}

function skipValue(text: string, from: number): number {
  const first = text.charAt(from);
  if (first === '"') return skipString(text, from);
  if (first !== '{' && first !== '[') {
    let at = from;
    while (at < text.length && !SCALAR_END.has(text.charAt(at))) at++;
    return at;
  }
  let depth = 0;
  let at = from;
  for (;;) {
    const char = text.charAt(at);
    if (char === '"') at = skipString(text, at);
    else {
      at++;
      if (char === '{' || char === '[') depth++;
      else if ((char === '}' || char === ']') && --depth === 0) return at;
      else if (char === '') return at;
    }
  }
}

const SCALAR_END = new Set([',', '}', ']', ' ', '\n', '\t', '\r', ':']);

function skipString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}

/** The string that a JSON string literal means; 22P05 for \u0000, as json keeps such escapes unread. */
function decodeString(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  const value = parseJsonb(literal);
  return value.kind === 'string' ? value.value : '';
}
