import fc from 'fast-check';
import type {PhysicalKind} from '../../types/sql-type.ts';
import type {Cell} from './zset.ts';

/** Few values of a kind, the difficult ones among them, each in one spelling only; NULL too. */
export function cellsOf(kind: PhysicalKind): fc.Arbitrary<Cell> {
  return fc.constantFrom(null, ...VALUES[kind]);
}

const VALUES: Readonly<Record<PhysicalKind, readonly string[]>> = {
  u8: ['t', 'f'],
  i32: ['0', '1', '-1', '2147483647', '-2147483648'],
  i64: [
    '0',
    '1',
    '-1',
    '4294967296',
    '9007199254740991',
    '9007199254740993',
    '-9007199254740993',
    '9223372036854775807',
    '-9223372036854775808',
  ],
  f64: ['0', '1.5', '-2.25', '1024', 'NaN', 'Infinity', '-Infinity'],
  decimal: [
    '0',
    '1.5',
    '-2.25',
    '2.30',
    '12345678901234567890.125',
    '-98765432109876543210',
    '0.000000001',
    'NaN',
    'Infinity',
    '-Infinity',
  ],
  bytes: [
    '',
    'a',
    'b',
    'ab',
    'äöü',
    'a rather long text that does not fit into a few words',
    'a rather long text that does not fit into a few bytes',
  ],
};
