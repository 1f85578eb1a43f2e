import {sqlError} from '../../common/sql-error.ts';
import {divisionByZero} from '../../types/decimal-divide.ts';
import type {FunctionDefinition} from '../definition.ts';
import type {ResultRange} from '../inline-template.ts';
import {definer} from '../signature.ts';

const {strict} = definer('floating-point arithmetic');

export function floatOverflow() {
  return sqlError('numeric_value_out_of_range', 'value out of range: overflow');
}

export function floatUnderflow() {
  return sqlError('numeric_value_out_of_range', 'value out of range: underflow');
}

/** Infinity that does not come from an infinite operand is an overflow. */
export function floatSum(result: number, a: number, b: number): number {
  if (!Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b)) throw floatOverflow();
  return result;
}

export function floatProduct(result: number, a: number, b: number): number {
  if (result === 0 && a !== 0 && b !== 0) throw floatUnderflow();
  return floatSum(result, a, b);
}

export function floatQuotient(result: number, a: number, b: number): number {
  if (b === 0 && !Number.isNaN(a)) throw divisionByZero();
  if ((result === Infinity || result === -Infinity) && Number.isFinite(a)) throw floatOverflow();
  if (result === 0 && a !== 0 && Number.isFinite(b)) throw floatUnderflow();
  return result;
}

type Check = (result: number, a: number, b: number) => number;
type Operation = {
  readonly symbol: string;
  readonly suffix: string;
  readonly doc: string;
  readonly apply: (a: number, b: number) => number;
  readonly check: Check;
  readonly range: 'sum' | 'product' | 'quotient';
  /** OIDs for (float4,float4) (float8,float8) (float4,float8) (float8,float4). */
  readonly oids: readonly number[];
};

const OPERATIONS: readonly Operation[] = [
  {symbol: '+', suffix: 'pl', doc: 'Addition', apply: (a, b) => a + b, check: floatSum, range: 'sum', oids: [204, 218, 281, 285]},
  {symbol: '-', suffix: 'mi', doc: 'Subtraction', apply: (a, b) => a - b, check: floatSum, range: 'sum', oids: [205, 219, 282, 286]},
  {
    symbol: '*',
    suffix: 'mul',
    doc: 'Multiplication',
    apply: (a, b) => a * b,
    check: floatProduct,
    range: 'product',
    oids: [202, 216, 279, 283],
  },
  {
    symbol: '/',
    suffix: 'div',
    doc: 'Division',
    apply: (a, b) => a / b,
    check: floatQuotient,
    range: 'quotient',
    oids: [203, 217, 280, 284],
  },
];

const SIGNATURES = [
  ['float4,float4', 'float4'],
  ['float8,float8', 'float8'],
  ['float4,float8', 'float48'],
  ['float8,float4', 'float84'],
] as const;

function binary({symbol, suffix, doc, apply, check, range, oids}: Operation): FunctionDefinition[] {
  return SIGNATURES.map(([args, prefix], i) => {
    const single = prefix === 'float4';
    const evaluate = single
      ? (a: number, b: number) => check(Math.fround(apply(a, b)), a, b)
      : (a: number, b: number) => check(apply(a, b), a, b);
    const code = `$0 ${symbol} $1`;
    const resultRange: ResultRange = single ? `float4-${range}` : `float-${range}`;
    return strict(`${prefix}${suffix}`, oids[i] ?? 0, args, single ? 'float4' : 'float8', doc, evaluate, {
      operator: symbol,
      inline: {number: {code: single ? `Math.fround(${code})` : code, range: resultRange}},
    });
  });
}

const infallible = {fallible: false};
const negate = {number: {code: '-$0'}};
const same = {number: {code: '$0'}};
const absolute = {number: {code: 'Math.abs($0)'}};

const UNARY: readonly FunctionDefinition[] = [
  strict('float4um', 206, 'float4', 'float4', 'Negation', a => -a, {operator: '-', inline: negate, ...infallible}),
  strict('float8um', 220, 'float8', 'float8', 'Negation', a => -a, {operator: '-', inline: negate, ...infallible}),
  strict('float4up', 1913, 'float4', 'float4', 'The number itself', a => a, {operator: '+', inline: same, ...infallible}),
  strict('float8up', 1914, 'float8', 'float8', 'The number itself', a => a, {operator: '+', inline: same, ...infallible}),
  strict('float4abs', 207, 'float4', 'float4', 'Absolute value', a => Math.abs(a), {operator: '@', inline: absolute, ...infallible}),
  strict('float8abs', 221, 'float8', 'float8', 'Absolute value', a => Math.abs(a), {operator: '@', inline: absolute, ...infallible}),
  strict('abs', 1394, 'float4', 'float4', 'Absolute value', a => Math.abs(a), {inline: absolute, ...infallible}),
  strict('abs', 1395, 'float8', 'float8', 'Absolute value', a => Math.abs(a), {inline: absolute, ...infallible}),
];

export const FLOAT_ARITHMETIC: readonly FunctionDefinition[] = [...OPERATIONS.flatMap(binary), ...UNARY];
