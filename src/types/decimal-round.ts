import {sqlError} from '../common/sql-error.ts';
import type {Decimal} from './datum.ts';
import {NUMERIC_MAX_INTEGER_DIGITS, NUMERIC_MAX_SCALE, decimal, divideRounded} from './decimal.ts';
import {pow10} from './pow10.ts';

/** round(value, places): half away from zero; negative places round before the point; the result has max(places, 0) fraction digits. */
export function decimalRound(value: Decimal, places = 0): Decimal {
  if (value.special !== undefined) return value;
  const p = clampPlaces(places);
  if (p >= value.scale) return decimal(value.unscaled * pow10(p - value.scale), p);
  const rounded = divideRounded(value.unscaled, pow10(value.scale - p));
  return p >= 0 ? decimal(rounded, p) : decimal(rounded * pow10(-p), 0);
}

/** trunc(value, places): toward zero. */
export function decimalTruncate(value: Decimal, places = 0): Decimal {
  if (value.special !== undefined) return value;
  const p = clampPlaces(places);
  if (p >= value.scale) return decimal(value.unscaled * pow10(p - value.scale), p);
  const cut = value.unscaled / pow10(value.scale - p);
  return p >= 0 ? decimal(cut, p) : decimal(cut * pow10(-p), 0);
}

export function decimalFloor(value: Decimal): Decimal {
  if (value.special !== undefined || value.scale === 0) return value;
  const unit = pow10(value.scale);
  const whole = value.unscaled / unit;
  return decimal(value.unscaled < 0n && whole * unit !== value.unscaled ? whole - 1n : whole, 0);
}

export function decimalCeil(value: Decimal): Decimal {
  if (value.special !== undefined || value.scale === 0) return value;
  const unit = pow10(value.scale);
  const whole = value.unscaled / unit;
  return decimal(value.unscaled > 0n && whole * unit !== value.unscaled ? whole + 1n : whole, 0);
}

/** Fewest fraction digits that keep the value: what keys and jsonb equality go by. */
export function decimalTrimScale(value: Decimal): Decimal {
  if (value.special !== undefined || value.scale === 0) return value;
  if (value.unscaled === 0n) return decimal(0n, 0);
  let {unscaled, scale} = value;
  while (scale >= 16 && unscaled % 10_000_000_000_000_000n === 0n) {
    unscaled /= 10_000_000_000_000_000n;
    scale -= 16;
  }
  while (scale > 0 && unscaled % 10n === 0n) {
    unscaled /= 10n;
    scale--;
  }
  return scale === value.scale ? value : decimal(unscaled, scale);
}

/** Rounds into numeric(precision, scale); 22003 "numeric field overflow" with PostgreSQL's detail when the value does not fit. */
export function decimalFit(value: Decimal, precision: number, scale: number): Decimal {
  if (value.special === 'NaN') return value;
  if (value.special !== undefined) {
    throw fieldOverflow(`A field with precision ${precision}, scale ${scale} cannot hold an infinite value.`);
  }
  const rounded = decimalRound(value, scale);
  const limit = precision - scale + rounded.scale;
  const magnitude = rounded.unscaled < 0n ? -rounded.unscaled : rounded.unscaled;
  const fits = limit >= 0 ? magnitude < pow10(limit) : magnitude === 0n;
  if (fits) return rounded;
  const digits = precision - scale;
  throw fieldOverflow(
    `A field with precision ${precision}, scale ${scale} must round to an absolute value less than ${digits === 0 ? '1' : `10^${digits}`}.`,
  );
}

function fieldOverflow(detail: string) {
  return sqlError('numeric_value_out_of_range', 'numeric field overflow', {detail});
}

function clampPlaces(places: number): number {
  return Math.max(Math.min(places, NUMERIC_MAX_SCALE), -NUMERIC_MAX_INTEGER_DIGITS);
}
