import {descriptors, row} from './scratch';
import {pow10} from './scan-number';
import {FIELD_AUX, FIELD_LIMIT, FIELD_PARAMETER, FIELD_STATE, FIELD_VALIDITY, FIELD_VALUES} from '../json-layout';

const MAX_SAFE: i64 = 9007199254740991;

// @ts-ignore: decorator
@inline
export function markPresent(field: usize): void {
  const validity: usize = load<u32>(field, FIELD_VALIDITY);
  if (validity != 0) store<u8>(validity + row, 1);
}

// @ts-ignore: decorator
@inline
export function isSafe(v: i64): bool {
  return <u64>(v + MAX_SAFE) <= <u64>(2 * MAX_SAFE);
}

/** Narrow form while every value is a safe integer; the first other one turns the rows so far into the wide form. */
// @ts-ignore: decorator
@inline
export function storeInt64(field: usize, v: i64): void {
  const values: usize = load<u32>(field, FIELD_VALUES);
  if (values != 0) {
    if (load<i32>(field, FIELD_STATE) == 0) {
      if (isSafe(v)) {
        store<f64>(values + (row << 3), <f64>v);
        markPresent(field);
        return;
      }
      widen(field, values);
    }
    store<i64>(values + (row << 3), v);
  }
  markPresent(field);
}

function widen(field: usize, values: usize): void {
  store<i32>(field, 1, FIELD_STATE);
  // The value under a NULL may be anything: the conversion saturates, it does not trap.
  for (let r: usize = 0; r < row; r++) store<i64>(values + (r << 3), <i64>load<f64>(values + (r << 3)));
}

// @ts-ignore: decorator
@inline
export function storeInt32(field: usize, v: i32): void {
  const values: usize = load<u32>(field, FIELD_VALUES);
  if (values != 0) store<i32>(values + (row << 2), v);
  markPresent(field);
}

// @ts-ignore: decorator
@inline
export function storeFloat64(field: usize, v: f64): void {
  const values: usize = load<u32>(field, FIELD_VALUES);
  if (values != 0) store<f64>(values + (row << 3), v);
  markPresent(field);
}

// @ts-ignore: decorator
@inline
export function storeBool(field: usize, v: u8): void {
  const values: usize = load<u32>(field, FIELD_VALUES);
  if (values != 0) store<u8>(values + row, v);
  markPresent(field);
}

/** Start and end relative to the bytes area. */
// @ts-ignore: decorator
@inline
export function storeRange(values: usize, field: usize, start: i32, end: i32): void {
  store<i32>(values + (row << 2), start);
  store<i32>(<usize>load<u32>(field, FIELD_AUX) + (row << 2), end);
}

/** unscaled · 10^-scale, rounded half away from zero to the declared scale; false when it is no scaled safe integer within the precision. */
export function storeDecimal(field: usize, unscaled: i64, scale: i32): bool {
  const declared = load<i32>(field, FIELD_PARAMETER);
  if (declared >= 0 && scale != declared) {
    if (scale < declared) {
      const factor = declared - scale;
      if (factor > 18 || abs<f64>(<f64>unscaled) * pow10(factor) > 9007199254740991.0) return false;
      unscaled *= <i64>pow10(factor);
    } else {
      const divisor = <i64>pow10(scale - declared);
      const rest = unscaled % divisor;
      unscaled /= divisor;
      if (abs<i64>(rest) * 2 >= divisor) unscaled += rest < 0 ? -1 : 1;
    }
    scale = declared;
  }
  if (!isSafe(unscaled) || abs<f64>(<f64>unscaled) >= load<f64>(field, FIELD_LIMIT)) return false;
  const values: usize = load<u32>(field, FIELD_VALUES);
  if (values != 0) {
    store<f64>(values + (row << 3), <f64>unscaled);
    store<u8>(<usize>load<u32>(field, FIELD_AUX) + row, <u8>scale);
  }
  markPresent(field);
  return true;
}
