import {sqlError} from '../common/sql-error.ts';
import type {ArrayDatum, Datum} from './datum.ts';
import {isSpace, trimSpace} from './trim-space.ts';

/**
 * array_in for one dimension: `{1,NULL,"a b"}`, bounds in front allowed (`[2:3]={1,2}`). `parseItem` reads the text of an element.
 * 22P02 for what is no array, 0A000 for more dimensions.
 */
export function parseArray(text: string, parseItem: (text: string) => Datum): ArrayDatum {
  const trimmed = trimSpace(text);
  const bounds = /^\[([+-]?\d+)(?::([+-]?\d+))?\]\s*=\s*/.exec(trimmed);
  if (/^\[[^\]]*\]\s*\[/.test(trimmed)) throw multidimensional();
  const body = bounds === null ? trimmed : trimmed.slice(bounds[0].length);
  const items = new ArrayReader(text, body).read().map(item => (item === null ? null : parseItem(item)));
  if (bounds === null) return {tag: 'array', items};
  const lower = bounds[2] === undefined ? 1 : Number(bounds[1]);
  const upper = Number(bounds[2] ?? bounds[1]);
  if (upper < lower) throw sqlError('array_subscript_error', 'upper bound cannot be less than lower bound');
  if (upper - lower + 1 !== items.length) throw malformed(text, 'Specified array dimensions do not match array contents.');
  return {tag: 'array', items, lower};
}

function malformed(text: string, detail: string) {
  return sqlError('invalid_text_representation', `malformed array literal: "${text}"`, {detail});
}

function multidimensional() {
  return sqlError('feature_not_supported', 'multidimensional arrays are not supported');
}

class ArrayReader {
  readonly #source: string;
  readonly #text: string;
  #at = 0;

  constructor(source: string, text: string) {
    this.#source = source;
    this.#text = text;
  }

  /** Element texts, null for an unquoted NULL. */
  read(): (string | null)[] {
    if (this.#text.charAt(0) !== '{') throw malformed(this.#source, 'Array value must start with "{" or dimension information.');
    this.#at = 1;
    const items: (string | null)[] = [];
    this.#skipSpace();
    if (this.#text.charAt(this.#at) === '}') this.#at++;
    else {
      do items.push(this.#item());
      while (this.#text.charAt(this.#at++) === ',');
    }
    if (this.#at !== this.#text.length) throw malformed(this.#source, 'Junk after closing right brace.');
    return items;
  }

  /** Leaves the position at the comma or brace that ends the item. */
  #item(): string | null {
    this.#skipSpace();
    const first = this.#text.charAt(this.#at);
    if (first === '{') throw multidimensional();
    if (first === '"') return this.#quoted();
    let value = '';
    // Length up to the last character that is no unescaped blank.
    let solid = 0;
    let escaped = false;
    for (;;) {
      const char = this.#text.charAt(this.#at);
      if (char === ',' || char === '}') break;
      if (char === '') throw malformed(this.#source, 'Unexpected end of input.');
      if (char === '"') throw malformed(this.#source, 'Unexpected array element.');
      if (char === '{') throw malformed(this.#source, 'Unexpected "{" character.');
      if (char === '\\') {
        escaped = true;
        this.#at++;
        if (this.#at >= this.#text.length) throw malformed(this.#source, 'Unexpected end of input.');
        value += this.#text.charAt(this.#at++);
        solid = value.length;
        continue;
      }
      value += char;
      this.#at++;
      if (!isSpace(char.charCodeAt(0))) solid = value.length;
    }
    value = value.slice(0, solid);
    if (value === '' && !escaped) throw malformed(this.#source, `Unexpected "${this.#text.charAt(this.#at)}" character.`);
    return !escaped && value.toUpperCase() === 'NULL' ? null : value;
  }

  #quoted(): string {
    let value = '';
    this.#at++;
    for (;;) {
      let char = this.#text.charAt(this.#at++);
      if (char === '"') break;
      if (char === '\\') char = this.#text.charAt(this.#at++);
      if (char === '') throw malformed(this.#source, 'Unexpected end of input.');
      value += char;
    }
    this.#skipSpace();
    const next = this.#text.charAt(this.#at);
    if (next !== ',' && next !== '}') throw malformed(this.#source, next === '' ? 'Unexpected end of input.' : 'Unexpected array element.');
    return value;
  }

  #skipSpace(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++;
  }
}

/** array_out; elements are quoted where reading them back would need it. */
export function formatArray(array: ArrayDatum, formatItem: (item: Exclude<Datum, null>) => string): string {
  const body = `{${array.items.map(item => (item === null ? 'NULL' : quote(formatItem(item)))).join(',')}}`;
  const lower = array.lower ?? 1;
  return lower === 1 || array.items.length === 0 ? body : `[${lower}:${lower + array.items.length - 1}]=${body}`;
}

function quote(text: string): string {
  if (text !== '' && !/["\\{},\t-\r ]/.test(text) && text.toUpperCase() !== 'NULL') return text;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
