import type {Datum, Decimal, Interval, JsonbDatum, ArrayDatum, RowDatum} from './datum.ts';
import type {SqlType} from './sql-type.ts';

/** A datum's JavaScript shape does not match its SQL type: a defect of Millrace, never of the user. */
export function wrongDatum(type: SqlType, datum: Datum): Error {
  const shape = datum === null ? 'null' : typeof datum === 'object' ? ('tag' in datum ? datum.tag : 'bytes') : typeof datum;
  return new Error(`internal error: ${shape} is no datum of type ${type.kind}`);
}

export function asNumber(type: SqlType, datum: Datum): number {
  if (typeof datum === 'number') return datum;
  throw wrongDatum(type, datum);
}

export function asBigint(type: SqlType, datum: Datum): bigint {
  if (typeof datum === 'bigint') return datum;
  throw wrongDatum(type, datum);
}

export function asString(type: SqlType, datum: Datum): string {
  if (typeof datum === 'string') return datum;
  throw wrongDatum(type, datum);
}

export function asBool(type: SqlType, datum: Datum): boolean {
  if (typeof datum === 'boolean') return datum;
  throw wrongDatum(type, datum);
}

export function asBytes(type: SqlType, datum: Datum): Uint8Array {
  if (datum instanceof Uint8Array) return datum;
  throw wrongDatum(type, datum);
}

type Tagged = {decimal: Decimal; interval: Interval; jsonb: JsonbDatum; array: ArrayDatum; row: RowDatum};

function asTagged<K extends keyof Tagged>(tag: K, type: SqlType, datum: Datum): Tagged[K] {
  if (typeof datum === 'object' && datum !== null && 'tag' in datum && datum.tag === tag) return datum as Tagged[K];
  throw wrongDatum(type, datum);
}

export const asDecimal = (type: SqlType, datum: Datum): Decimal => asTagged('decimal', type, datum);
export const asInterval = (type: SqlType, datum: Datum): Interval => asTagged('interval', type, datum);
export const asJsonb = (type: SqlType, datum: Datum): JsonbDatum => asTagged('jsonb', type, datum);
export const asArray = (type: SqlType, datum: Datum): ArrayDatum => asTagged('array', type, datum);
export const asRow = (type: SqlType, datum: Datum): RowDatum => asTagged('row', type, datum);
