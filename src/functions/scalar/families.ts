import type {FunctionDefinition} from '../definition.ts';
import {AGGREGATE_PARTS} from './aggregate-finals.ts';
import {BIT_OPERATORS} from './bit-operators.ts';
import {FLOAT_ARITHMETIC} from './float-arithmetic.ts';
import {INTEGER_ARITHMETIC} from './integer-arithmetic.ts';
import {NUMERIC_ARITHMETIC} from './numeric-arithmetic.ts';
import {TEXT_FUNCTIONS} from './text-functions.ts';
import {TEXT_OPERATORS} from './text-operators.ts';

/** The scalar functions by family; a new family is added here and nowhere else. */
export const SCALAR_FAMILIES: readonly (readonly FunctionDefinition[])[] = [
  INTEGER_ARITHMETIC,
  BIT_OPERATORS,
  FLOAT_ARITHMETIC,
  NUMERIC_ARITHMETIC,
  TEXT_OPERATORS,
  TEXT_FUNCTIONS,
  AGGREGATE_PARTS,
];
