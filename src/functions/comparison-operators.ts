import {T, type SqlType} from '../types/sql-type.ts';

/**
 * Comparisons are `compare` expressions of one common type, not functions; this table says for which pairs of types PostgreSQL has the
 * operators, and the common type in which the values are compared.
 */
export type ComparisonSignature = {readonly left: SqlType; readonly right: SqlType; readonly common: SqlType};

export const COMPARISON_SYMBOLS = ['=', '<>', '<', '<=', '>', '>='] as const;
export type ComparisonSymbol = (typeof COMPARISON_SYMBOLS)[number];

export function isComparisonSymbol(symbol: string): symbol is ComparisonSymbol {
  return (COMPARISON_SYMBOLS as readonly string[]).includes(symbol);
}

const SAME: readonly SqlType[] = [
  T.bool,
  T.int2,
  T.int4,
  T.int8,
  T.float4,
  T.float8,
  T.numeric,
  T.text,
  T.bpchar,
  T.name,
  T.char,
  T.bytea,
  T.date,
  T.time,
  T.timestamp,
  T.timestamptz,
  T.interval,
  T.uuid,
  T.jsonb,
  T.oid,
  T.oidvector,
];

const EQUALITY_ONLY: readonly SqlType[] = [T.xid];

const MIXED: readonly (readonly [SqlType, SqlType, SqlType])[] = [
  [T.int2, T.int4, T.int4],
  [T.int2, T.int8, T.int8],
  [T.int4, T.int8, T.int8],
  [T.float4, T.float8, T.float8],
  [T.date, T.timestamp, T.timestamp],
  [T.date, T.timestamptz, T.timestamptz],
  [T.timestamp, T.timestamptz, T.timestamptz],
  [T.name, T.text, T.text],
];

const ORDER: readonly ComparisonSignature[] = [
  ...SAME.map(type => ({left: type, right: type, common: type})),
  ...MIXED.flatMap(([left, right, common]) => [
    {left, right, common},
    {left: right, right: left, common},
  ]),
];
const EQUALITY: readonly ComparisonSignature[] = [
  ...ORDER,
  ...EQUALITY_ONLY.map(type => ({left: type, right: type, common: type})),
  {left: T.xid, right: T.int4, common: T.xid},
];

export function comparisonSignatures(symbol: ComparisonSymbol): readonly ComparisonSignature[] {
  return symbol === '=' || symbol === '<>' ? EQUALITY : ORDER;
}
