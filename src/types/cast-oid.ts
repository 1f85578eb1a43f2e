import {sqlError} from '../common/sql-error.ts';
import {asNumber} from './datum-kind.ts';
import type {Datum} from './datum.ts';
import type {SqlType} from './sql-type.ts';

const KINDS: ReadonlySet<string> = new Set(['oid', 'regclass', 'regtype', 'regproc', 'regnamespace', 'regrole']);

/** Types whose values are OIDs. */
export function isOidKind(type: SqlType): boolean {
  return KINDS.has(type.kind);
}

/** Integers and OIDs: int2 and int4 keep their bits, int8 must be in range (22003). */
export function castToOid(datum: Exclude<Datum, null>, from: SqlType): number {
  if (typeof datum !== 'bigint') return asNumber(from, datum) >>> 0;
  if (datum < 0n || datum > 4294967295n) throw sqlError('numeric_value_out_of_range', 'OID out of range');
  return Number(datum);
}

export function castFromOid(datum: Exclude<Datum, null>, from: SqlType, to: SqlType): Datum {
  const oid = asNumber(from, datum);
  return to.kind === 'int8' ? BigInt(oid) : oid | 0;
}
