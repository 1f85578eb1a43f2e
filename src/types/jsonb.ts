import type {JsonbDatum} from './datum.ts';
import {parseJsonb} from './json-parser.ts';
import {writeJsonb, type JsonValue} from './json-value.ts';

/** jsonb from any JSON text. Errors as `parseJsonb`. */
export function jsonbFromText(text: string): JsonbDatum {
  return jsonbFromValue(parseJsonb(text));
}

/** The value's objects must already be in jsonb's order (see `jsonbObject`). */
export function jsonbFromValue(value: JsonValue): JsonbDatum {
  return {tag: 'jsonb', text: writeJsonb(value)};
}

export function jsonbToValue(datum: JsonbDatum): JsonValue {
  return parseJsonb(datum.text);
}
