import {compareText} from './compare-text.ts';
import {decimalCompare, decimalFromText} from './decimal.ts';
import type {JsonbDatum} from './datum.ts';
import {jsonbToValue} from './jsonb.ts';
import type {JsonValue} from './json-value.ts';

/** Object > array > boolean > number > string > null. */
const RANK: Readonly<Record<JsonValue['kind'], number>> = {null: 0, string: 1, number: 2, bool: 3, array: 4, object: 5};

/**
 * jsonb's btree order. Longer arrays and objects are greater; then elements, or key and value pairs in stored order, decide. At the top an
 * empty array sorts below every scalar, as in PostgreSQL.
 */
export function compareJsonb(a: JsonbDatum, b: JsonbDatum): number {
  if (a.text === b.text) return 0;
  const x = jsonbToValue(a);
  const y = jsonbToValue(b);
  if (isEmptyArray(x) && isScalar(y)) return -1;
  if (isEmptyArray(y) && isScalar(x)) return 1;
  return compareJsonValues(x, y);
}

const isEmptyArray = (v: JsonValue) => v.kind === 'array' && v.items.length === 0;
const isScalar = (v: JsonValue) => v.kind !== 'array' && v.kind !== 'object';

/** The order of values inside containers. */
export function compareJsonValues(a: JsonValue, b: JsonValue): number {
  if (a.kind === 'bool' && b.kind === 'bool') return Number(a.value) - Number(b.value);
  if (a.kind === 'number' && b.kind === 'number') return decimalCompare(decimalFromText(a.text), decimalFromText(b.text));
  if (a.kind === 'string' && b.kind === 'string') return compareText(a.value, b.value);
  if (a.kind === 'array' && b.kind === 'array') {
    if (a.items.length !== b.items.length) return a.items.length - b.items.length;
    for (const [i, item] of a.items.entries()) {
      const order = compareJsonValues(item, b.items[i] ?? item);
      if (order !== 0) return order;
    }
    return 0;
  }
  if (a.kind === 'object' && b.kind === 'object') {
    if (a.entries.length !== b.entries.length) return a.entries.length - b.entries.length;
    for (const [i, entry] of a.entries.entries()) {
      const other = b.entries[i] ?? entry;
      const order = compareText(entry[0], other[0]) || compareJsonValues(entry[1], other[1]);
      if (order !== 0) return order;
    }
    return 0;
  }
  return RANK[a.kind] - RANK[b.kind];
}

export function equalJsonValues(a: JsonValue, b: JsonValue): boolean {
  return compareJsonValues(a, b) === 0;
}
