import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';

const {strict} = definer('bit operators');

const infallible = {fallible: false};
const int2 = (value: number) => (value << 16) >> 16;
const int8 = (value: bigint) => BigInt.asIntN(64, value);
const number = (code: string) => ({number: {code}});

/** Shift counts are taken modulo the word, as the machine instructions that PostgreSQL uses do. */
export const BIT_OPERATORS: readonly FunctionDefinition[] = [
  strict('int2and', 1892, 'int2,int2', 'int2', 'Bitwise AND', (a, b) => a & b, {operator: '&', inline: number('$0 & $1'), ...infallible}),
  strict('int4and', 1898, 'int4,int4', 'int4', 'Bitwise AND', (a, b) => a & b, {operator: '&', inline: number('$0 & $1'), ...infallible}),
  strict('int8and', 1904, 'int8,int8', 'int8', 'Bitwise AND', (a, b) => a & b, {
    operator: '&',
    inline: {wide: {code: '$0 & $1'}},
    ...infallible,
  }),
  strict('int2or', 1893, 'int2,int2', 'int2', 'Bitwise OR', (a, b) => a | b, {operator: '|', inline: number('$0 | $1'), ...infallible}),
  strict('int4or', 1899, 'int4,int4', 'int4', 'Bitwise OR', (a, b) => a | b, {operator: '|', inline: number('$0 | $1'), ...infallible}),
  strict('int8or', 1905, 'int8,int8', 'int8', 'Bitwise OR', (a, b) => a | b, {
    operator: '|',
    inline: {wide: {code: '$0 | $1'}},
    ...infallible,
  }),
  strict('int2xor', 1894, 'int2,int2', 'int2', 'Bitwise exclusive OR', (a, b) => a ^ b, {
    operator: '#',
    inline: number('$0 ^ $1'),
    ...infallible,
  }),
  strict('int4xor', 1900, 'int4,int4', 'int4', 'Bitwise exclusive OR', (a, b) => a ^ b, {
    operator: '#',
    inline: number('$0 ^ $1'),
    ...infallible,
  }),
  strict('int8xor', 1906, 'int8,int8', 'int8', 'Bitwise exclusive OR', (a, b) => a ^ b, {
    operator: '#',
    inline: {wide: {code: '$0 ^ $1'}},
    ...infallible,
  }),
  strict('int2not', 1895, 'int2', 'int2', 'Bitwise NOT', a => ~a, {operator: '~', inline: number('~$0'), ...infallible}),
  strict('int4not', 1901, 'int4', 'int4', 'Bitwise NOT', a => ~a, {operator: '~', inline: number('~$0'), ...infallible}),
  strict('int8not', 1907, 'int8', 'int8', 'Bitwise NOT', a => ~a, {operator: '~', inline: {wide: {code: '~$0'}}, ...infallible}),
  strict('int2shl', 1896, 'int2,int4', 'int2', 'Bitwise shift left', (a, n) => int2(a << n), {
    operator: '<<',
    inline: number('(($0 << $1) << 16) >> 16'),
    ...infallible,
  }),
  strict('int4shl', 1902, 'int4,int4', 'int4', 'Bitwise shift left', (a, n) => a << n, {
    operator: '<<',
    inline: number('$0 << $1'),
    ...infallible,
  }),
  strict('int8shl', 1908, 'int8,int4', 'int8', 'Bitwise shift left', (a, n) => int8(a << BigInt(n & 63)), {
    operator: '<<',
    inline: {wide: {code: 'BigInt.asIntN(64, $0 << BigInt($1 & 63))', keep: [1]}},
    ...infallible,
  }),
  strict('int2shr', 1897, 'int2,int4', 'int2', 'Bitwise shift right', (a, n) => a >> n, {
    operator: '>>',
    inline: number('$0 >> $1'),
    ...infallible,
  }),
  strict('int4shr', 1903, 'int4,int4', 'int4', 'Bitwise shift right', (a, n) => a >> n, {
    operator: '>>',
    inline: number('$0 >> $1'),
    ...infallible,
  }),
  strict('int8shr', 1909, 'int8,int4', 'int8', 'Bitwise shift right', (a, n) => a >> BigInt(n & 63), {
    operator: '>>',
    inline: {wide: {code: '$0 >> BigInt($1 & 63)', keep: [1]}},
    ...infallible,
  }),
];
