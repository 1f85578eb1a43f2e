import {MAX_DEPTH} from '../../../runtime/kernels/json-layout.ts';
import type {JsonNode} from './json-node.ts';
import {RejectedValue} from './rejected-value.ts';

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;
/**
 * Parses one JSON text by the grammar of RFC 8259, as JSON.parse does, but keeps the text of numbers, repeated keys and places, and bounds
 * the depth. Throws RejectedValue.
 */
export function parseJson(text: string): JsonNode {
  const parser = new JsonTextParser(text);
  return parser.parse();
}

class JsonTextParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): JsonNode {
    this.#space();
    const node = this.#value(0);
    this.#space();
    if (this.#at !== this.#text.length) throw this.#unexpected('the end of the record');
    return node;
  }

  #value(depth: number): JsonNode {
    const start = this.#at;
    switch (this.#text[start]) {
      case '{':
        return this.#object(depth + 1);
      case '[':
        return this.#array(depth + 1);
      case '"': {
        const value = this.#string();
        return {kind: 'string', value, start, end: this.#at};
      }
      case 't':
        return this.#word('true', {kind: 'boolean', value: true, start, end: start + 4});
      case 'f':
        return this.#word('false', {kind: 'boolean', value: false, start, end: start + 5});
      case 'n':
        return this.#word('null', {kind: 'null', start, end: start + 4});
      default: {
        const text = this.#match(NUMBER);
        if (text === undefined) throw this.#unexpected('a value');
        return {kind: 'number', text, start, end: this.#at};
      }
    }
  }

  #word(word: string, node: JsonNode): JsonNode {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected('a value');
    this.#at += word.length;
    return node;
  }

  #object(depth: number): JsonNode {
    this.#checkDepth(depth);
    const start = this.#at++;
    const keys: string[] = [];
    const values: JsonNode[] = [];
    this.#space();
    if (this.#text[this.#at] !== '}') {
      while (true) {
        if (this.#text[this.#at] !== '"') throw this.#unexpected('a key');
        keys.push(this.#string());
        this.#space();
        this.#expect(':');
        this.#space();
        values.push(this.#value(depth));
        this.#space();
        if (this.#text[this.#at] === '}') break;
        this.#expect(',');
        this.#space();
      }
    }
    this.#at++;
    return {kind: 'object', keys, values, start, end: this.#at};
  }

  #array(depth: number): JsonNode {
    this.#checkDepth(depth);
    const start = this.#at++;
    const items: JsonNode[] = [];
    this.#space();
    if (this.#text[this.#at] !== ']') {
      while (true) {
        items.push(this.#value(depth));
        this.#space();
        if (this.#text[this.#at] === ']') break;
        this.#expect(',');
        this.#space();
      }
    }
    this.#at++;
    return {kind: 'array', items, start, end: this.#at};
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at;
    let plain = true;
    for (let i = start + 1; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c === 0x22) {
        this.#at = i + 1;
        return plain ? text.slice(start + 1, i) : this.#unescape(text.slice(start, i + 1), start);
      }
      if (c === 0x5c) {
        plain = false;
        i++;
      } else if (c < 0x20) throw new RejectedValue(`invalid JSON: control character in a string at character ${i + 1}`);
    }
    throw new RejectedValue(`invalid JSON: the string at character ${start + 1} does not end`);
  }

  #unescape(literal: string, start: number): string {
    try {
      return JSON.parse(literal) as string;
    } catch {
      throw new RejectedValue(`invalid JSON: bad escape in the string at character ${start + 1}`);
    }
  }

  #checkDepth(depth: number): void {
    if (depth > MAX_DEPTH) throw new RejectedValue(`JSON nested deeper than ${MAX_DEPTH} levels`);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match[0];
  }

  #space(): void {
    this.#match(SPACE);
  }

  #expect(character: string): void {
    if (this.#text[this.#at] !== character) throw this.#unexpected(`"${character}"`);
    this.#at++;
  }

  #unexpected(wanted: string): RejectedValue {
    const found = this.#text[this.#at];
    const what = found === undefined ? 'the text ends' : `found ${JSON.stringify(found)}`;
    return new RejectedValue(`invalid JSON: ${what} at character ${this.#at + 1} where ${wanted} was expected`);
  }
}
