import {sqlError} from '../common/sql-error.ts';
import type {JsonbDatum} from './datum.ts';
import {jsonbFromValue, jsonbToValue} from './jsonb.ts';
import {equalJsonValues} from './jsonb-compare.ts';
import {pathIndex} from './json-access.ts';
import {jsonbObject, type JsonValue} from './json-value.ts';

/** `a @> b` */
export function jsonbContains(a: JsonbDatum, b: JsonbDatum): boolean {
  const x = jsonbToValue(a);
  const y = jsonbToValue(b);
  // Only at the top may an array contain a bare scalar.
  if (x.kind === 'array' && y.kind !== 'array' && y.kind !== 'object') return x.items.some(item => equalJsonValues(item, y));
  return contains(x, y);
}

function contains(a: JsonValue, b: JsonValue): boolean {
  if (a.kind === 'object' && b.kind === 'object') {
    const members = new Map(a.entries);
    return b.entries.every(([key, wanted]) => {
      const value = members.get(key);
      return value !== undefined && contains(value, wanted);
    });
  }
  if (a.kind === 'array' && b.kind === 'array') return b.items.every(wanted => a.items.some(item => contains(item, wanted)));
  return a.kind === b.kind && a.kind !== 'object' && a.kind !== 'array' && equalJsonValues(a, b);
}

/** `value ? key`: a key of an object, or a string among an array's elements. */
export function jsonbExists(datum: JsonbDatum, key: string): boolean {
  return exists(jsonbToValue(datum), key);
}

function exists(value: JsonValue, key: string): boolean {
  switch (value.kind) {
    case 'object':
      return value.entries.some(([k]) => k === key);
    case 'array':
      return value.items.some(item => item.kind === 'string' && item.value === key);
    default:
      return value.kind === 'string' && value.value === key;
  }
}

/** `value ?| keys` and `value ?& keys`; NULL keys are skipped. */
export function jsonbExistsAny(datum: JsonbDatum, keys: readonly (string | null)[]): boolean {
  const value = jsonbToValue(datum);
  return keys.some(key => key !== null && exists(value, key));
}

export function jsonbExistsAll(datum: JsonbDatum, keys: readonly (string | null)[]): boolean {
  const value = jsonbToValue(datum);
  return keys.every(key => key === null || exists(value, key));
}

/** `a || b`: objects merge, everything else is joined as arrays. */
export function jsonbConcat(a: JsonbDatum, b: JsonbDatum): JsonbDatum {
  const x = jsonbToValue(a);
  const y = jsonbToValue(b);
  if (x.kind === 'object' && y.kind === 'object') return jsonbFromValue(jsonbObject([...x.entries, ...y.entries]));
  return jsonbFromValue({kind: 'array', items: [...asArray(x), ...asArray(y)]});
}

const asArray = (value: JsonValue): readonly JsonValue[] => (value.kind === 'array' ? value.items : [value]);

/** `value - key`, `value - keys[]`: without these members, or without these strings of an array. */
export function jsonbDeleteKeys(datum: JsonbDatum, keys: readonly (string | null)[]): JsonbDatum {
  const value = jsonbToValue(datum);
  switch (value.kind) {
    case 'object':
      return jsonbFromValue({kind: 'object', entries: value.entries.filter(([key]) => !keys.includes(key))});
    case 'array':
      return jsonbFromValue({kind: 'array', items: value.items.filter(item => item.kind !== 'string' || !keys.includes(item.value))});
    default:
      throw sqlError('invalid_parameter_value', 'cannot delete from scalar');
  }
}

/** `value - index`: without this element, negative numbers counting from the end. */
export function jsonbDeleteIndex(datum: JsonbDatum, index: number): JsonbDatum {
  const value = jsonbToValue(datum);
  if (value.kind === 'object') throw sqlError('invalid_parameter_value', 'cannot delete from object using integer index');
  if (value.kind !== 'array') throw sqlError('invalid_parameter_value', 'cannot delete from scalar');
  return jsonbFromValue({kind: 'array', items: withoutIndex(value.items, index)});
}

function withoutIndex(items: readonly JsonValue[], index: number): readonly JsonValue[] {
  const at = index < 0 ? items.length + index : index;
  return items.filter((_, i) => i !== at);
}

/** `value #- path` */
export function jsonbDeletePath(datum: JsonbDatum, path: readonly string[]): JsonbDatum {
  const value = jsonbToValue(datum);
  if (value.kind !== 'array' && value.kind !== 'object') throw sqlError('invalid_parameter_value', 'cannot delete path in scalar');
  const empty = value.kind === 'array' ? value.items.length === 0 : value.entries.length === 0;
  return empty || path.length === 0 ? datum : jsonbFromValue(deletePath(value, path, 0));
}

function deletePath(value: JsonValue, path: readonly string[], level: number): JsonValue {
  const step = path[level] ?? '';
  const last = level === path.length - 1;
  if (value.kind === 'object') {
    const entries = value.entries.flatMap(([key, member]) => {
      if (key !== step) return [[key, member] as const];
      return last ? [] : [[key, deletePath(member, path, level + 1)] as const];
    });
    return {kind: 'object', entries};
  }
  if (value.kind !== 'array') return value;
  const index = pathIndex(step);
  if (index === undefined) {
    throw sqlError('invalid_text_representation', `path element at position ${level + 1} is not an integer: "${step}"`);
  }
  if (last) return {kind: 'array', items: withoutIndex(value.items, index)};
  const at = index < 0 ? value.items.length + index : index;
  return {kind: 'array', items: value.items.map((item, i) => (i === at ? deletePath(item, path, level + 1) : item))};
}
