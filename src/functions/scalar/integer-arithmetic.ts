import {divisionByZero} from '../../types/decimal-divide.ts';
import type {FunctionDefinition} from '../definition.ts';
import type {InlineTemplate, InlineTemplates} from '../inline-template.ts';
import {definer} from '../signature.ts';
import {checkInt2, checkInt4, checkInt8} from './integer-range.ts';

const {strict} = definer('integer arithmetic');

type Operation = {
  readonly symbol: string;
  readonly suffix: string;
  readonly doc: string;
  readonly small: (a: number, b: number) => number;
  readonly big: (a: bigint, b: bigint) => bigint;
  readonly number: InlineTemplate;
  readonly narrow: InlineTemplate;
  readonly wide: InlineTemplate;
  /** OIDs for (int2,int2) (int4,int4) (int8,int8) (int2,int4) (int4,int2) (int2,int8) (int8,int2) (int4,int8) (int8,int4). */
  readonly oids: readonly number[];
};

function nonZero<N extends number | bigint>(value: N): N {
  if (!value) throw divisionByZero();
  return value;
}

// A safe-integer quotient is exact in doubles: a/b differs from the next integer by at least 1/b, far more than the rounding.

const OPERATIONS: readonly Operation[] = [
  {
    symbol: '+',
    suffix: 'pl',
    doc: 'Addition',
    small: (a, b) => a + b,
    big: (a, b) => a + b,
    number: {code: '$0 + $1'},
    narrow: {code: '$0 + $1', range: 'safe'},
    wide: {code: '$0 + $1', range: 'int8'},
    oids: [176, 177, 463, 178, 179, 841, 837, 1278, 1274],
  },
  {
    symbol: '-',
    suffix: 'mi',
    doc: 'Subtraction',
    small: (a, b) => a - b,
    big: (a, b) => a - b,
    number: {code: '$0 - $1'},
    narrow: {code: '$0 - $1', range: 'safe'},
    wide: {code: '$0 - $1', range: 'int8'},
    oids: [180, 181, 464, 182, 183, 942, 838, 1279, 1275],
  },
  {
    symbol: '*',
    suffix: 'mul',
    doc: 'Multiplication',
    small: (a, b) => a * b,
    big: (a, b) => a * b,
    number: {code: '$0 * $1'},
    narrow: {code: '($0 * $1) + 0', range: 'safe'},
    wide: {code: '$0 * $1', range: 'int8'},
    oids: [152, 141, 465, 170, 171, 943, 839, 1280, 1276],
  },
  {
    symbol: '/',
    suffix: 'div',
    doc: 'Division, truncated toward zero',
    small: (a, b) => Math.trunc(a / nonZero(b)),
    big: (a, b) => a / nonZero(b),
    number: {code: 'Math.trunc($0 / $1)', divisor: 1},
    narrow: {code: 'Math.trunc($0 / $1) + 0', divisor: 1},
    wide: {code: '$0 / $1', range: 'int8', divisor: 1},
    oids: [153, 154, 466, 172, 173, 948, 840, 1281, 1277],
  },
];

const SIGNATURES: readonly (readonly ['int2' | 'int4' | 'int8', 'int2' | 'int4' | 'int8', string])[] = [
  ['int2', 'int2', 'int2'],
  ['int4', 'int4', 'int4'],
  ['int8', 'int8', 'int8'],
  ['int2', 'int4', 'int24'],
  ['int4', 'int2', 'int42'],
  ['int2', 'int8', 'int28'],
  ['int8', 'int2', 'int82'],
  ['int4', 'int8', 'int48'],
  ['int8', 'int4', 'int84'],
];

function binary(operation: Operation): FunctionDefinition[] {
  const {symbol, suffix, doc, small, big} = operation;
  return SIGNATURES.map(([left, right, prefix], i) => {
    const name = `${prefix}${suffix}`;
    const oid = operation.oids[i] ?? 0;
    if (left === 'int8' || right === 'int8') {
      return strict(name, oid, `${left},${right}` as 'int8,int8', 'int8', doc, (a, b) => checkInt8(big(BigInt(a), BigInt(b))), {
        operator: symbol,
        inline: {narrow: operation.narrow, wide: operation.wide},
      });
    }
    const result = left === 'int2' && right === 'int2' ? 'int2' : 'int4';
    const check = result === 'int2' ? checkInt2 : checkInt4;
    return strict(name, oid, `${left},${right}` as 'int4,int4', result, doc, (a, b) => check(small(a, b)), {
      operator: symbol,
      inline: {number: {...operation.number, range: result}},
    });
  });
}

const remainder: InlineTemplates = {
  number: {code: 'rt.remainder($0, $1)', divisor: 1},
  narrow: {code: 'rt.remainder($0, $1)', divisor: 1},
  wide: {code: '$0 % $1', divisor: 1},
};
const smallRemainder = (a: number, b: number) => (a % nonZero(b)) | 0;
const bigRemainder = (a: bigint, b: bigint) => a % nonZero(b);

const MODULO: readonly FunctionDefinition[] = [
  strict('int2mod', 155, 'int2,int2', 'int2', 'Remainder, with the sign of the dividend', smallRemainder, {
    operator: '%',
    inline: remainder,
  }),
  strict('int4mod', 156, 'int4,int4', 'int4', 'Remainder, with the sign of the dividend', smallRemainder, {
    operator: '%',
    inline: remainder,
  }),
  strict('int8mod', 945, 'int8,int8', 'int8', 'Remainder, with the sign of the dividend', bigRemainder, {operator: '%', inline: remainder}),
  strict('mod', 940, 'int2,int2', 'int2', 'Remainder, with the sign of the dividend', smallRemainder, {inline: remainder}),
  strict('mod', 941, 'int4,int4', 'int4', 'Remainder, with the sign of the dividend', smallRemainder, {inline: remainder}),
  strict('mod', 947, 'int8,int8', 'int8', 'Remainder, with the sign of the dividend', bigRemainder, {inline: remainder}),
];

const negate: InlineTemplate = {code: '0 - $0'};
const absolute: InlineTemplate = {code: 'Math.abs($0)'};
const wideNegate: InlineTemplates = {narrow: negate, wide: {code: '-$0', range: 'int8'}};
const wideAbsolute: InlineTemplates = {narrow: absolute, wide: {code: '$0 < 0n ? -$0 : $0', range: 'int8'}};
const same: InlineTemplate = {code: '$0'};
const sameWide: InlineTemplates = {narrow: same, wide: same};
const bigAbs = (a: bigint) => checkInt8(a < 0n ? -a : a);
const infallible = {fallible: false};

const UNARY: readonly FunctionDefinition[] = [
  strict('int2um', 213, 'int2', 'int2', 'Negation', a => checkInt2(0 - a), {operator: '-', inline: {number: {...negate, range: 'int2'}}}),
  strict('int4um', 212, 'int4', 'int4', 'Negation', a => checkInt4(0 - a), {operator: '-', inline: {number: {...negate, range: 'int4'}}}),
  strict('int8um', 462, 'int8', 'int8', 'Negation', a => checkInt8(-a), {operator: '-', inline: wideNegate}),
  strict('int2up', 1911, 'int2', 'int2', 'The number itself', a => a, {operator: '+', inline: {number: same}, ...infallible}),
  strict('int4up', 1912, 'int4', 'int4', 'The number itself', a => a, {operator: '+', inline: {number: same}, ...infallible}),
  strict('int8up', 1910, 'int8', 'int8', 'The number itself', a => a, {operator: '+', inline: sameWide, ...infallible}),
  strict('int2abs', 1253, 'int2', 'int2', 'Absolute value', a => checkInt2(Math.abs(a)), {
    operator: '@',
    inline: {number: {...absolute, range: 'int2'}},
  }),
  strict('int4abs', 1251, 'int4', 'int4', 'Absolute value', a => checkInt4(Math.abs(a)), {
    operator: '@',
    inline: {number: {...absolute, range: 'int4'}},
  }),
  strict('int8abs', 1230, 'int8', 'int8', 'Absolute value', bigAbs, {operator: '@', inline: wideAbsolute}),
  strict('abs', 1398, 'int2', 'int2', 'Absolute value', a => checkInt2(Math.abs(a)), {inline: {number: {...absolute, range: 'int2'}}}),
  strict('abs', 1397, 'int4', 'int4', 'Absolute value', a => checkInt4(Math.abs(a)), {inline: {number: {...absolute, range: 'int4'}}}),
  strict('abs', 1396, 'int8', 'int8', 'Absolute value', bigAbs, {inline: wideAbsolute}),
];

export const INTEGER_ARITHMETIC: readonly FunctionDefinition[] = [...OPERATIONS.flatMap(binary), ...MODULO, ...UNARY];
