/**
 * A column of a batch: typed arrays of at least `length` elements, indexed by row. `validity` has one byte a row (1 = value, 0 = NULL);
 * null means that no row is NULL. The value under a NULL is unspecified.
 *
 *  u8     boolean
 *  i32    int2, int4, date
 *  f64    float4, float8
 *  i64n   narrow 64-bit integers: every value is a safe integer (|v| ≤ 2^53 − 1), never −0
 *  i64w   wide 64-bit integers: any int64
 *  dec    numeric as scaled safe integers: value = values[i] · 10^−scale; every row has display scale `scale`
 *  bytes  ranges [starts[i], ends[i]) of `data`: text, bytea, json …; also numeric's general form (its canonical text, e.g. `12.50`, `NaN`)
 *
 * The form belongs to the batch: the same SQL column may come as i64n in one batch and i64w in the next, as dec (of any scale) or bytes.
 */
export type Column = U8Column | I32Column | F64Column | NarrowColumn | WideColumn | DecimalColumn | BytesColumn;
export type Validity = Uint8Array | null;
export type U8Column = {readonly form: 'u8'; readonly values: Uint8Array; readonly validity: Validity};
export type I32Column = {readonly form: 'i32'; readonly values: Int32Array; readonly validity: Validity};
export type F64Column = {readonly form: 'f64'; readonly values: Float64Array; readonly validity: Validity};
export type NarrowColumn = {readonly form: 'i64n'; readonly values: Float64Array; readonly validity: Validity};
export type WideColumn = {readonly form: 'i64w'; readonly values: BigInt64Array; readonly validity: Validity};
export type DecimalColumn = {readonly form: 'dec'; readonly values: Float64Array; readonly scale: number; readonly validity: Validity};
export type BytesColumn = {
  readonly form: 'bytes';
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly data: Uint8Array;
  readonly validity: Validity;
};
export type ColumnForm = Column['form'];
