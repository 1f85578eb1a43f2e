import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Decimal} from './datum.ts';
import {decimalAdd, decimalCompare, decimalFromText, decimalMultiply, decimalSubtract, decimalToText} from './decimal.ts';
import {decimalFromNumber, decimalToNumber} from './decimal-convert.ts';
import {decimalDivide, decimalDivideTruncated, decimalModulo} from './decimal-divide.ts';
import {decimalLn, decimalLog} from './decimal-logarithm.ts';
import {decimalExp, decimalPower, decimalSqrt} from './decimal-power.ts';
import {decimalCeil, decimalFit, decimalFloor, decimalRound, decimalTrimScale, decimalTruncate} from './decimal-round.ts';
import {differences, quoted, startOracle, type Case, type PostgresOracle} from './testing/postgres-oracle.ts';

let postgres: PostgresOracle;
beforeAll(async () => void (postgres = await startOracle()));
afterAll(() => postgres.close());

async function sameAsPostgres(cases: readonly (readonly [string, () => Decimal | number | boolean])[]) {
  const texts = cases.map(([sql, ours]): Case => {
    return [
      sql,
      () => {
        const value = ours();
        return typeof value === 'object' ? decimalToText(value) : String(value);
      },
    ];
  });
  expect(await differences(postgres, texts)).toEqual([]);
}

const LITERALS = [
  '0', '-0', '0.0', '1', '-1', '1.0', '1.10', '+5', '.5', '5.', '-.25', '1e3', '1E-3', '1.5e2', '-1.5e-5', ' 7 ', 'NaN', 'nan', 'Infinity',
  '-Infinity', 'inf', '+inf', '-inf', '', ' ', 'abc', '1.2.3', '1e', '--1', '1 2', '.', '-', 'e5', '123456789012345678901234567890.123456789',
  '0.000000000000000000001', '1e400', '1e200000', '1e-20000', '0e999999', '1e999999999999',
]; // prettier-ignore

const NUMBERS = [
  '0', '1', '-1', '2', '3', '7', '10', '-10', '0.1', '0.5', '1.5', '-2.5', '0.05', '99.99', '100.00', '12345.6789', '10000', '9999',
  '0.0001', '0.00012345', '123456789012345678901234567890', '-0.000000000000000001', '3.14159265358979', '1000000000000.000001', 'NaN',
  'Infinity', '-Infinity',
]; // prettier-ignore

const finite = fc
  .tuple(fc.bigInt(-(10n ** 24n), 10n ** 24n), fc.integer({min: 0, max: 26}))
  .map(([unscaled, scale]): Decimal => ({tag: 'decimal', unscaled, scale}));
const sample = (count: number, seed: number) => fc.sample(finite, {numRuns: count, seed}).map(decimalToText);

const num = (text: string) => `${quoted(text)}::numeric`;
const D = decimalFromText;

describe('decimals agree with PostgreSQL', () => {
  test('text in and out', () => sameAsPostgres(LITERALS.map(text => [num(text), () => D(text)] as const)));

  test('sums, differences, products, quotients, remainders and order', () => {
    const random = sample(40, 1);
    const pairs = [
      ...NUMBERS.flatMap(a => NUMBERS.map(b => [a, b] as const)),
      ...random.flatMap(a => random.slice(0, 12).map(b => [a, b] as const)),
    ];
    return sameAsPostgres(
      pairs.flatMap(([a, b]) => [
        [`${num(a)} + ${num(b)}`, () => decimalAdd(D(a), D(b))] as const,
        [`${num(a)} - ${num(b)}`, () => decimalSubtract(D(a), D(b))] as const,
        [`${num(a)} * ${num(b)}`, () => decimalMultiply(D(a), D(b))] as const,
        [`${num(a)} / ${num(b)}`, () => decimalDivide(D(a), D(b))] as const,
        [`${num(a)} % ${num(b)}`, () => decimalModulo(D(a), D(b))] as const,
        [`div(${num(a)}, ${num(b)})`, () => decimalDivideTruncated(D(a), D(b))] as const,
        [`${num(a)} < ${num(b)}`, () => decimalCompare(D(a), D(b)) < 0] as const,
        [`${num(a)} = ${num(b)}`, () => decimalCompare(D(a), D(b)) === 0] as const,
      ]),
    );
  });

  test('rounding', () =>
    sameAsPostgres(
      [...NUMBERS, ...sample(40, 2), '2.5', '-3.5', '0.449', '555.555'].flatMap(a => [
        ...[-3, -1, 0, 1, 2, 5].flatMap(p => [
          [`round(${num(a)}, ${p})`, () => decimalRound(D(a), p)] as const,
          [`trunc(${num(a)}, ${p})`, () => decimalTruncate(D(a), p)] as const,
        ]),
        [`floor(${num(a)})`, () => decimalFloor(D(a))] as const,
        [`ceil(${num(a)})`, () => decimalCeil(D(a))] as const,
        [`trim_scale(${num(a)})`, () => decimalTrimScale(D(a))] as const,
        ...(
          [
            [5, 2],
            [3, 3],
            [2, -2],
            [4, 0],
            [2, 5],
            [30, 10],
          ] as const
        ).map(([p, s]) => [`${num(a)}::numeric(${p},${s})`, () => decimalFit(D(a), p, s)] as const),
      ]),
    ));

  test('roots, exponentials, logarithms and powers', () => {
    const values = [
      ...NUMBERS,
      '1.05',
      '0.95',
      '1.0000000001',
      '1e-30',
      '1e30',
      '250',
      '-700',
      '5999',
      '-5999',
      '0.3333333333333333',
      ...sample(20, 3),
    ];
    const exponents = [
      '0',
      '1',
      '2',
      '3',
      '-1',
      '-2',
      '0.5',
      '-0.5',
      '10',
      '1.5',
      '100',
      '33.3',
      '0.0000001',
      'NaN',
      'Infinity',
      '-Infinity',
      '2.000',
      '-7',
    ];
    const fractional = exponents.filter(e => /\.\d*[1-9]|[Ia]/.test(e));
    return sameAsPostgres([
      ...values.flatMap(a => [
        [`sqrt(${num(a)})`, () => decimalSqrt(D(a))] as const,
        [`exp(${num(a)})`, () => decimalExp(D(a))] as const,
        [`ln(${num(a)})`, () => decimalLn(D(a))] as const,
        [`log(${num(a)})`, () => decimalLog(D('10'), D(a))] as const,
        [`log(2, ${num(a)})`, () => decimalLog(D('2'), D(a))] as const,
      ]),
      // PostgreSQL 16 changed the scale of integer powers; 15 is the model.
      ...NUMBERS.flatMap(a =>
        (postgres.version > 15 ? fractional : exponents).map(b => [`power(${num(a)}, ${num(b)})`, () => decimalPower(D(a), D(b))] as const),
      ),
    ]);
  });

  test('conversion from and to double precision', () =>
    sameAsPostgres(
      [0, 1, -1.5, 0.1, 1 / 3, 1e20, 1e-20, 123456789.12345679, 1e300, 5e-324, Infinity, NaN, 2 ** 53, 1e15, 999999999999999.9].flatMap(
        x => [
          [`${quoted(String(x))}::float8::numeric`, () => decimalFromNumber(x)] as const,
          [
            `${quoted(String(x))}::float8 = ${quoted(String(x))}::float8::numeric::float8`,
            () => {
              const back = decimalToNumber(decimalFromNumber(x));
              return back === x || (Number.isNaN(back) && Number.isNaN(x));
            },
          ] as const,
        ],
      ),
    ));
});
