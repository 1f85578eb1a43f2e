import {sqlError} from '../../common/sql-error.ts';
import type {Decimal} from '../../types/datum.ts';
import {decimal, decimalSign} from '../../types/decimal.ts';
import {decimalLn, decimalLog, decimalLog10} from '../../types/decimal-logarithm.ts';
import {decimalExp, decimalSqrt} from '../../types/decimal-power.ts';
import {decimalCeil, decimalFloor, decimalRound, decimalTrimScale, decimalTruncate} from '../../types/decimal-round.ts';
import {roundHalfEven} from '../../types/round-half-even.ts';
import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';
import {floatOverflow, floatUnderflow} from './float-arithmetic.ts';
import {floatPower} from './float-power.ts';
import {bigGcd, bigLcm, decimalGcd, decimalLcm, factorial, intGcd, intLcm} from './divisors.ts';
import {widthBucket, widthBucketOfDecimals} from './width-bucket.ts';

const {strict} = definer('math');

const infallible = {fallible: false};
const inlined = (code: string) => ({inline: {number: {code}}, ...infallible});

function logarithmOf(value: number, log: (value: number) => number): number {
  if (value === 0) throw sqlError('invalid_argument_for_logarithm', 'cannot take logarithm of zero');
  if (value < 0) throw sqlError('invalid_argument_for_logarithm', 'cannot take logarithm of a negative number');
  return log(value);
}

function squareRoot(value: number): number {
  if (value < 0) throw sqlError('invalid_argument_for_power_function', 'cannot take square root of a negative number');
  return Math.sqrt(value);
}

function exponential(value: number): number {
  const result = Math.exp(value);
  if (result === Infinity && value !== Infinity) throw floatOverflow();
  if (result === 0 && value !== -Infinity) throw floatUnderflow();
  return result;
}

const CEIL = 'Nearest integer not below';
const FLOOR = 'Nearest integer not above';
const ROUND = 'Nearest integer; floats to even, numerics away from zero on a tie';
const TRUNC = 'Integer toward zero';
const LOG10 = 'Logarithm to base 10';

const significantScale = (a: Decimal) => (a.special === undefined ? decimalTrimScale(a).scale : null);

export const MATH_FUNCTIONS: readonly FunctionDefinition[] = [
  strict('ceil', 2308, 'float8', 'float8', CEIL, a => Math.ceil(a), inlined('Math.ceil($0)')),
  strict('ceil', 1711, 'numeric', 'numeric', CEIL, a => decimalCeil(a)),
  strict('ceiling', 2320, 'float8', 'float8', CEIL, a => Math.ceil(a), inlined('Math.ceil($0)')),
  strict('ceiling', 2167, 'numeric', 'numeric', CEIL, a => decimalCeil(a)),
  strict('floor', 2309, 'float8', 'float8', FLOOR, a => Math.floor(a), inlined('Math.floor($0)')),
  strict('floor', 1712, 'numeric', 'numeric', FLOOR, a => decimalFloor(a)),
  strict('round', 1342, 'float8', 'float8', ROUND, a => roundFloat(a), infallible),
  strict('round', 1708, 'numeric', 'numeric', ROUND, a => decimalRound(a)),
  strict('round', 1707, 'numeric,int4', 'numeric', 'Rounded to so many decimal places', (a, places) => decimalRound(a, places)),
  strict('trunc', 1343, 'float8', 'float8', TRUNC, a => Math.trunc(a), inlined('Math.trunc($0)')),
  strict('trunc', 1710, 'numeric', 'numeric', TRUNC, a => decimalTruncate(a)),
  strict('trunc', 1709, 'numeric,int4', 'numeric', 'Cut to so many decimal places', (a, places) => decimalTruncate(a, places)),
  strict('sign', 2310, 'float8', 'float8', '−1, 0 or 1', a => (a > 0 ? 1 : a < 0 ? -1 : 0), infallible),
  strict('sign', 1706, 'numeric', 'numeric', '−1, 0 or 1', a => (a.special === 'NaN' ? a : decimal(BigInt(decimalSign(a)), 0)), infallible),
  strict('sqrt', 1344, 'float8', 'float8', 'Square root', squareRoot),
  strict('sqrt', 1730, 'numeric', 'numeric', 'Square root', a => decimalSqrt(a)),
  strict('dsqrt', 230, 'float8', 'float8', 'Square root', squareRoot, {operator: '|/'}),
  strict('cbrt', 1345, 'float8', 'float8', 'Cube root', a => Math.cbrt(a), infallible),
  strict('dcbrt', 231, 'float8', 'float8', 'Cube root', a => Math.cbrt(a), {operator: '||/', ...infallible}),
  strict('exp', 1347, 'float8', 'float8', 'Natural exponential', exponential),
  strict('exp', 1732, 'numeric', 'numeric', 'Natural exponential', a => decimalExp(a)),
  strict('ln', 1341, 'float8', 'float8', 'Natural logarithm', a => logarithmOf(a, Math.log)),
  strict('ln', 1734, 'numeric', 'numeric', 'Natural logarithm', a => decimalLn(a)),
  strict('log', 1340, 'float8', 'float8', LOG10, a => logarithmOf(a, Math.log10)),
  strict('log', 1741, 'numeric', 'numeric', LOG10, a => decimalLog10(a)),
  strict('log', 1736, 'numeric,numeric', 'numeric', 'Logarithm to the base given first', (base, a) => decimalLog(base, a)),
  strict('log10', 1194, 'float8', 'float8', LOG10, a => logarithmOf(a, Math.log10)),
  strict('log10', 1481, 'numeric', 'numeric', LOG10, a => decimalLog10(a)),
  strict('dpow', 232, 'float8,float8', 'float8', 'Exponentiation', floatPower, {operator: '^'}),
  strict('power', 1368, 'float8,float8', 'float8', 'Exponentiation', floatPower),
  strict('pow', 1346, 'float8,float8', 'float8', 'Exponentiation', floatPower),
  strict('gcd', 5044, 'int4,int4', 'int4', 'Greatest common divisor', intGcd),
  strict('gcd', 5045, 'int8,int8', 'int8', 'Greatest common divisor', bigGcd),
  strict('gcd', 5048, 'numeric,numeric', 'numeric', 'Greatest common divisor', decimalGcd),
  strict('lcm', 5046, 'int4,int4', 'int4', 'Least common multiple', intLcm),
  strict('lcm', 5047, 'int8,int8', 'int8', 'Least common multiple', bigLcm),
  strict('lcm', 5049, 'numeric,numeric', 'numeric', 'Least common multiple', decimalLcm),
  strict('factorial', 1376, 'int8', 'numeric', 'Factorial', factorial),
  strict('scale', 3281, 'numeric', 'int4', 'Decimal places as displayed', a => (a.special === undefined ? a.scale : null), infallible),
  strict('min_scale', 5042, 'numeric', 'int4', 'Decimal places needed', significantScale, infallible),
  strict('trim_scale', 5043, 'numeric', 'numeric', 'Without trailing zeros', a => decimalTrimScale(a), infallible),
  strict('pi', 1610, '', 'float8', 'π', () => Math.PI, infallible),
  strict('random', 1598, '', 'float8', 'Random number in [0, 1)', () => Math.random(), {volatility: 'volatile', ...infallible}),
  strict('width_bucket', 320, 'float8,float8,float8,int4', 'int4', 'Number of the histogram bucket', widthBucket),
  strict('width_bucket', 2170, 'numeric,numeric,numeric,int4', 'int4', 'Number of the histogram bucket', widthBucketOfDecimals),
];

function roundFloat(value: number): number {
  if (!Number.isFinite(value)) return value;
  const rounded = roundHalfEven(value);
  return rounded === 0 && (value < 0 || Object.is(value, -0)) ? -0 : rounded;
}
