import {decimalAbs, decimalAdd, decimalMultiply, decimalNegate, decimalSubtract} from '../../types/decimal.ts';
import {decimalDivide, decimalDivideTruncated, decimalModulo} from '../../types/decimal-divide.ts';
import {decimalPower} from '../../types/decimal-power.ts';
import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';

const {strict} = definer('numeric arithmetic');

const infallible = {fallible: false};

export const NUMERIC_ARITHMETIC: readonly FunctionDefinition[] = [
  strict('numeric_add', 1724, 'numeric,numeric', 'numeric', 'Addition', decimalAdd, {operator: '+', inline: {decimal: 'add'}}),
  strict('numeric_sub', 1725, 'numeric,numeric', 'numeric', 'Subtraction', decimalSubtract, {operator: '-', inline: {decimal: 'subtract'}}),
  strict('numeric_mul', 1726, 'numeric,numeric', 'numeric', 'Multiplication', decimalMultiply, {
    operator: '*',
    inline: {decimal: 'multiply'},
  }),
  strict('numeric_div', 1727, 'numeric,numeric', 'numeric', 'Division', decimalDivide, {operator: '/'}),
  strict('numeric_mod', 1729, 'numeric,numeric', 'numeric', 'Remainder, with the sign of the dividend', decimalModulo, {
    operator: '%',
    inline: {decimal: 'modulo'},
  }),
  strict('numeric_power', 1739, 'numeric,numeric', 'numeric', 'Exponentiation', decimalPower, {operator: '^'}),
  strict('numeric_uminus', 1771, 'numeric', 'numeric', 'Negation', a => decimalNegate(a), {
    operator: '-',
    inline: {decimal: 'negate'},
    ...infallible,
  }),
  strict('numeric_uplus', 1915, 'numeric', 'numeric', 'The number itself', a => a, {
    operator: '+',
    inline: {decimal: 'plus'},
    ...infallible,
  }),
  strict('numeric_abs', 1704, 'numeric', 'numeric', 'Absolute value', a => decimalAbs(a), {
    operator: '@',
    inline: {decimal: 'abs'},
    ...infallible,
  }),
  strict('abs', 1705, 'numeric', 'numeric', 'Absolute value', a => decimalAbs(a), {inline: {decimal: 'abs'}, ...infallible}),
  strict('mod', 1728, 'numeric,numeric', 'numeric', 'Remainder, with the sign of the dividend', decimalModulo, {
    inline: {decimal: 'modulo'},
  }),
  strict('div', 1973, 'numeric,numeric', 'numeric', 'Quotient truncated toward zero', (a, b) => decimalDivideTruncated(a, b)),
  strict('power', 2169, 'numeric,numeric', 'numeric', 'Exponentiation', decimalPower),
  strict('pow', 1738, 'numeric,numeric', 'numeric', 'Exponentiation', decimalPower),
];
