import type {Decimal} from '../../types/datum.ts';
import {decimalToText, divideRounded} from '../../types/decimal.ts';
import {decimalRound} from '../../types/decimal-round.ts';
import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';

const {strict} = definer('session');

const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB'];
const LIMIT = 10n * 1024n;

/** pg_size_pretty: bytes up to 10240, then the first unit with fewer than 20480 halves, rounded. */
function prettySize(bytes: bigint): string {
  const size = bytes < 0n ? -bytes : bytes;
  const sign = bytes < 0n ? '-' : '';
  if (size < LIMIT) return `${bytes} bytes`;
  let unit = 1024n;
  for (const [i, name] of UNITS.entries()) {
    if ((size * 2n) / unit < LIMIT * 2n - 1n || i === UNITS.length - 1) return `${sign}${divideRounded(size, unit)} ${name}`;
    unit *= 1024n;
  }
  return `${bytes} bytes`;
}

function prettyDecimal(bytes: Decimal): string {
  if (bytes.special !== undefined) return `${decimalToText(bytes)} bytes`;
  const whole = decimalRound(bytes).unscaled;
  return whole < LIMIT && whole > -LIMIT ? `${decimalToText(bytes)} bytes` : prettySize(whole);
}

export const SIZE_FUNCTIONS: readonly FunctionDefinition[] = [
  strict('pg_size_pretty', 2288, 'int8', 'text', 'A number of bytes with a unit', a => prettySize(a), {fallible: false}),
  strict('pg_size_pretty', 3166, 'numeric', 'text', 'A number of bytes with a unit', a => prettyDecimal(a), {fallible: false}),
];
