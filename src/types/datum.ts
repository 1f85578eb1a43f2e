/**
 * A single SQL value in JavaScript: what literals, parameters, the interpreter, the slow path of kernels and the wire codecs work with.
 * Never used per row on the hot path. NULL is `null`.
 *
 *  bool                                   boolean
 *  int2 int4 float4 float8                number
 *  int8, time, timestamp, timestamptz     bigint (µs for the time types: since midnight / since 1970-01-01 UTC; ±infinity = ±(2^63-1)…)
 *  oid xid reg*                           number (unsigned 32 bit)
 *  date                                   number (days since 1970-01-01; ±infinity = INT32_MAX / INT32_MIN)
 *  numeric                                Decimal
 *  text varchar bpchar name char json pg_node_tree unknown    string
 *  bytea                                  Uint8Array
 *  uuid                                   string, lower case with hyphens
 *  interval                               Interval
 *  jsonb                                  JsonbDatum: the canonical text (PostgreSQL's key order and number text)
 *  array                                  ArrayDatum (one-dimensional)
 *  composite, record                      readonly Datum[] wrapped in RowDatum
 */
export type Datum = null | boolean | number | bigint | string | Uint8Array | Decimal | Interval | JsonbDatum | ArrayDatum | RowDatum;

/** Exact decimal: value = unscaled · 10^-scale, scale ≥ 0 is the display scale. `special` covers NaN and the infinities. */
export type Decimal = {
  readonly tag: 'decimal';
  readonly unscaled: bigint;
  readonly scale: number;
  readonly special?: 'NaN' | 'Infinity' | '-Infinity' | undefined;
};
export type Interval = {readonly tag: 'interval'; readonly months: number; readonly days: number; readonly micros: bigint};
export type JsonbDatum = {readonly tag: 'jsonb'; readonly text: string};
export type ArrayDatum = {readonly tag: 'array'; readonly items: readonly Datum[]; readonly lower?: number | undefined};
export type RowDatum = {readonly tag: 'row'; readonly values: readonly Datum[]};

export const TIMESTAMP_INFINITY = 9223372036854775807n;
export const TIMESTAMP_MINUS_INFINITY = -9223372036854775808n;
export const DATE_INFINITY = 2147483647;
export const DATE_MINUS_INFINITY = -2147483648;
