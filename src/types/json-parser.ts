import {sqlError} from '../common/sql-error.ts';
import {decimalFromText, decimalToText} from './decimal.ts';
import {JSON_FALSE, JSON_NULL, JSON_TRUE, jsonbObject, type JsonEntry, type JsonValue} from './json-value.ts';

/** Deepest nesting that is read, so that recursion over a document never meets the end of the stack. PostgreSQL reads a few thousand. */
const MAX_DEPTH = 1000;

/**
 * json_in: checks that the text is JSON by PostgreSQL's rules. Escapes are checked for form only, as the json type does.
 * 22P02 with PostgreSQL's detail.
 */
export function validateJson(text: string): void {
  new JsonParser(text, false).parse();
}

/** jsonb_in: the tree that jsonb stores. 22P02 for what is no JSON, 22P05 for escapes that are no text (\u0000). */
export function parseJsonb(text: string): JsonValue {
  return new JsonParser(text, true).parse();
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {'"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t'};
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** What a lexer that knows no better takes as one word. */
const WORD = /[\p{L}\p{N}_\-+.]+|./suy;

class JsonParser {
  readonly #text: string;
  readonly #build: boolean;
  #at = 0;
  #depth = 0;

  constructor(text: string, build: boolean) {
    this.#text = text;
    this.#build = build;
  }

  parse(): JsonValue {
    const value = this.#value('Expected JSON value');
    if (this.#peek() !== '') throw this.#unexpected('Expected end of input');
    return value;
  }

  #value(expected: string): JsonValue {
    const char = this.#peek();
    switch (char) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return {kind: 'string', value: this.#string()};
      case '':
      case '}':
      case ']':
      case ',':
      case ':':
        throw this.#unexpected(expected);
      default:
        return this.#scalar();
    }
  }

  #scalar(): JsonValue {
    const word = this.#word();
    switch (word) {
      case 'true':
        this.#at += 4;
        return JSON_TRUE;
      case 'false':
        this.#at += 5;
        return JSON_FALSE;
      case 'null':
        this.#at += 4;
        return JSON_NULL;
    }
    NUMBER.lastIndex = this.#at;
    const number = NUMBER.exec(this.#text)?.[0];
    if (number === undefined || number.length !== word.length) throw this.#error(`Token "${word}" is invalid.`);
    this.#at += number.length;
    return {kind: 'number', text: this.#build ? canonicalNumber(number) : number};
  }

  #array(): JsonValue {
    this.#enter();
    const items: JsonValue[] = [];
    if (this.#peek() === ']') this.#at++;
    else {
      items.push(this.#value('Expected array element or "]"'));
      while (this.#separator(']', 'Expected "," or "]"')) items.push(this.#value('Expected JSON value'));
    }
    this.#depth--;
    return {kind: 'array', items};
  }

  #object(): JsonValue {
    this.#enter();
    const entries: JsonEntry[] = [];
    if (this.#peek() === '}') this.#at++;
    else {
      entries.push(this.#entry('Expected string or "}"'));
      while (this.#separator('}', 'Expected "," or "}"')) entries.push(this.#entry('Expected string'));
    }
    this.#depth--;
    return this.#build ? jsonbObject(entries) : JSON_NULL;
  }

  #entry(expected: string): JsonEntry {
    if (this.#peek() !== '"') throw this.#unexpected(expected);
    const key = this.#string();
    if (this.#peek() !== ':') throw this.#unexpected('Expected ":"');
    this.#at++;
    return [key, this.#value('Expected JSON value')];
  }

  #enter(): void {
    this.#at++;
    if (++this.#depth > MAX_DEPTH) throw sqlError('statement_too_complex', 'stack depth limit exceeded');
  }

  /** Takes a comma (true) or the closing bracket (false). */
  #separator(close: string, expected: string): boolean {
    const char = this.#peek();
    if (char !== ',' && char !== close) throw this.#unexpected(expected);
    this.#at++;
    return char === ',';
  }

  #string(): string {
    const text = this.#text;
    const start = ++this.#at;
    let result = '';
    let from = start;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (Number.isNaN(code)) throw this.#error(`Token "${text.slice(start - 1)}" is invalid.`);
      if (code === QUOTE) break;
      if (code < 0x20) throw this.#error(`Character with value 0x${code.toString(16).padStart(2, '0')} must be escaped.`);
      if (code === BACKSLASH) {
        result += text.slice(from, this.#at) + this.#escape(start);
        from = this.#at;
      } else this.#at++;
    }
    result += text.slice(from, this.#at++);
    return result;
  }

  #escape(stringStart: number): string {
    const char = this.#text.charAt(this.#at + 1);
    if (char === '') throw this.#error(`Token "${this.#text.slice(stringStart - 1)}" is invalid.`);
    const simple = SIMPLE_ESCAPES[char];
    if (simple !== undefined) {
      this.#at += 2;
      return simple;
    }
    if (char !== 'u')
      throw this.#error(`Escape sequence "\\${String.fromCodePoint(this.#text.codePointAt(this.#at + 1) ?? 0)}" is invalid.`);
    const unit = this.#hexUnit();
    if (!this.#build) return '';
    if (unit === 0) throw this.#untranslatable('\\u0000 cannot be converted to text.');
    if (isLow(unit)) throw this.#error('Unicode low surrogate must follow a high surrogate.');
    if (!isHigh(unit)) return String.fromCharCode(unit);
    if (this.#text.startsWith('\\u', this.#at)) {
      const low = this.#hexUnit();
      if (isHigh(low)) throw this.#error('Unicode high surrogate must not follow a high surrogate.');
      if (isLow(low)) return String.fromCharCode(unit, low);
    }
    throw this.#error('Unicode low surrogate must follow a high surrogate.');
  }

  #hexUnit(): number {
    const hex = this.#text.slice(this.#at + 2, this.#at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw this.#error('"\\u" must be followed by four hexadecimal digits.');
    this.#at += 6;
    return Number.parseInt(hex, 16);
  }

  /** Skips blanks; the next character, '' at the end. */
  #peek(): string {
    for (;;) {
      const char = this.#text.charAt(this.#at);
      if (char !== ' ' && char !== '\n' && char !== '\t' && char !== '\r') return char;
      this.#at++;
    }
  }

  #word(): string {
    WORD.lastIndex = this.#at;
    return WORD.exec(this.#text)?.[0] ?? '';
  }

  #unexpected(expected: string) {
    const char = this.#peek();
    if (char === '') return this.#error('The input string ended unexpectedly.');
    if (char === '"') {
      const start = this.#at;
      this.#string();
      return this.#error(`${expected}, but found "${this.#text.slice(start, this.#at)}".`);
    }
    const word = this.#word();
    const known = /^[{}[\],:]|^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(word);
    return this.#error(known ? `${expected}, but found "${word}".` : `Token "${word}" is invalid.`);
  }

  #error(detail: string) {
    return sqlError('invalid_text_representation', 'invalid input syntax for type json', {detail});
  }

  #untranslatable(detail: string) {
    return sqlError('untranslatable_character', 'unsupported Unicode escape sequence', {detail});
  }
}

const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** The number as numeric would print it: plain notation, trailing zeros kept. */
function canonicalNumber(text: string): string {
  return /[eE]|^-0/.test(text) ? decimalToText(decimalFromText(text)) : text;
}
