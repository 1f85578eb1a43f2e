import {decimal, decimalToText, parseDecimal} from '../../types/decimal.ts';
import type {Decimal} from '../../types/datum.ts';
import {pow10} from '../../types/pow10.ts';
import type {BytesColumn, DecimalColumn} from '../batch/column.ts';

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/**
 * The value-normalised words of one numeric, see row-layout.ts: `meta` ≥ 0 with the unscaled value in low/high, or `meta` = ~display scale
 * and the normalised value in `text`. Equal values have equal low, high and `scaleOf(meta)`, or equal text.
 */
export type StoredDecimal = {low: number; high: number; meta: number; text: Uint8Array};

const NO_TEXT = new Uint8Array(0);
export const newStoredDecimal = (): StoredDecimal => ({low: 0, high: 0, meta: 0, text: NO_TEXT});

export const isText = (meta: number): boolean => meta < 0;
export const scaleOf = (meta: number): number => meta >> 16;
export const displayScaleOf = (meta: number): number => (meta < 0 ? ~meta : meta) & 0xffff;

/** Normalises row `row` of a batch column (not NULL) into `out`. */
export function normalizeColumnRow(column: DecimalColumn | BytesColumn, row: number, out: StoredDecimal): void {
  if (column.form === 'dec') normalizeScaled(column.values[row]!, column.scale, out);
  else normalizeDecimal(decimalOfBytes(column.data, column.starts[row]!, column.ends[row]!), out);
}

function normalizeScaled(value: number, display: number, out: StoredDecimal): void {
  let scale = display;
  while (scale > 0 && ((value | 0) === value ? (value % 10) | 0 : value % 10) === 0) {
    value = value / 10;
    scale--;
  }
  if (value === 0) scale = 0;
  out.low = value | 0;
  out.high = Math.floor(value / 4294967296);
  out.meta = (scale << 16) | display;
  out.text = NO_TEXT;
}

export function normalizeDecimal(value: Decimal, out: StoredDecimal): void {
  out.text = NO_TEXT;
  if (value.special === undefined) {
    let {unscaled, scale} = value;
    while (scale > 0 && unscaled % 10n === 0n) {
      unscaled /= 10n;
      scale--;
    }
    if (unscaled >= MIN_INT64 && unscaled <= MAX_INT64) {
      out.low = Number(BigInt.asIntN(32, unscaled));
      out.high = Number(unscaled >> 32n);
      out.meta = (scale << 16) | value.scale;
      return;
    }
    out.text = Buffer.from(decimalToText(decimal(unscaled, scale)), 'latin1');
    out.meta = ~value.scale;
  } else {
    out.text = Buffer.from(value.special, 'latin1');
    out.meta = ~0;
  }
  out.low = out.high = 0;
}

export function decimalOfBytes(data: Uint8Array, start: number, end: number): Decimal {
  const text = Buffer.from(data.subarray(start, end)).toString('latin1');
  const value = parseDecimal(text);
  if (value === undefined) throw new Error(`internal error: no canonical numeric: ${text}`);
  return value;
}

/** The value with its display scale. `text` = the arena's bytes when the words hold a reference. */
export function toDecimal(low: number, high: number, meta: number, text: Uint8Array): Decimal {
  const display = displayScaleOf(meta);
  const value = isText(meta) ? decimalOfBytes(text, 0, text.length) : decimal((BigInt(high) << 32n) | BigInt(low >>> 0), scaleOf(meta));
  if (value.special !== undefined || value.scale === display) return value;
  return decimal(value.unscaled * pow10(display - value.scale), display);
}
