import {compareText} from './compare-text.ts';

/** A JSON document as a tree. Numbers keep their text, so that nothing is rounded. */
export type JsonValue =
  | {readonly kind: 'null'}
  | {readonly kind: 'bool'; readonly value: boolean}
  | {readonly kind: 'number'; readonly text: string}
  | {readonly kind: 'string'; readonly value: string}
  | {readonly kind: 'array'; readonly items: readonly JsonValue[]}
  | {readonly kind: 'object'; readonly entries: readonly JsonEntry[]};

export type JsonEntry = readonly [key: string, value: JsonValue];

export const JSON_NULL: JsonValue = Object.freeze({kind: 'null'});
export const JSON_TRUE: JsonValue = Object.freeze({kind: 'bool', value: true});
export const JSON_FALSE: JsonValue = Object.freeze({kind: 'bool', value: false});

/** An object as jsonb keeps it: the last of equal keys wins, keys ordered by byte length, then bytes. */
export function jsonbObject(entries: readonly JsonEntry[]): JsonValue {
  const last = new Map<string, JsonValue>();
  for (const [key, value] of entries) last.set(key, value);
  return {kind: 'object', entries: [...last].sort(([a], [b]) => compareJsonKeys(a, b))};
}

/** jsonb's order of object keys. */
export function compareJsonKeys(a: string, b: string): number {
  return Buffer.byteLength(a) - Buffer.byteLength(b) || compareText(a, b);
}

/** jsonb_out: `{"a": 1, "b": [true, null]}`. Objects are written in the order of their entries. */
export function writeJsonb(value: JsonValue): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'bool':
      return value.value ? 'true' : 'false';
    case 'number':
      return value.text;
    case 'string':
      return JSON.stringify(value.value);
    case 'array':
      return `[${value.items.map(writeJsonb).join(', ')}]`;
    case 'object':
      return `{${value.entries.map(([k, v]) => `${JSON.stringify(k)}: ${writeJsonb(v)}`).join(', ')}}`;
  }
}
