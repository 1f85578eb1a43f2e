import type {FunctionDefinition} from '../definition.ts';
import {FORMATTING_FUNCTIONS} from '../formatting/formatting-functions.ts';
import {AGGREGATE_PARTS} from './aggregate-finals.ts';
import {ARRAY_FUNCTIONS} from './array-functions.ts';
import {BIT_OPERATORS} from './bit-operators.ts';
import {BYTEA_FUNCTIONS} from './bytea-functions.ts';
import {CATALOG_LOOKUP} from './catalog-lookup.ts';
import {CURRENT_TIME} from './current-time.ts';
import {DATE_TIME_ARITHMETIC} from './date-time-arithmetic.ts';
import {DATE_TIME_FUNCTIONS} from './date-time-functions.ts';
import {EVENT_WINDOWS} from './event-windows.ts';
import {FLOAT_ARITHMETIC} from './float-arithmetic.ts';
import {FRAME_EDGES} from './frame-edges.ts';
import {INTEGER_ARITHMETIC} from './integer-arithmetic.ts';
import {JSON_BUILDING} from './json-building.ts';
import {JSON_FUNCTIONS} from './json-functions.ts';
import {MATH_FUNCTIONS} from './math-functions.ts';
import {NUMERIC_ARITHMETIC} from './numeric-arithmetic.ts';
import {OVERLAPS} from './overlaps.ts';
import {PATTERN_MATCHING} from './pattern-matching.ts';
import {PRIVILEGE_FUNCTIONS} from './privilege-functions.ts';
import {REGEXP_FUNCTIONS} from './regexp-functions.ts';
import {SESSION_FUNCTIONS} from './session-functions.ts';
import {SIZE_FUNCTIONS} from './size-functions.ts';
import {TEXT_ENCODING} from './text-encoding.ts';
import {TEXT_FUNCTIONS} from './text-functions.ts';
import {TEXT_OPERATORS} from './text-operators.ts';
import {TRIGONOMETRY} from './trigonometry.ts';
import {UUID_FUNCTIONS} from './uuid-functions.ts';

/** The scalar functions by family; a new family is added here and nowhere else. */
export const SCALAR_FAMILIES: readonly (readonly FunctionDefinition[])[] = [
  INTEGER_ARITHMETIC,
  BIT_OPERATORS,
  FLOAT_ARITHMETIC,
  NUMERIC_ARITHMETIC,
  MATH_FUNCTIONS,
  TRIGONOMETRY,
  TEXT_OPERATORS,
  TEXT_FUNCTIONS,
  TEXT_ENCODING,
  PATTERN_MATCHING,
  REGEXP_FUNCTIONS,
  BYTEA_FUNCTIONS,
  DATE_TIME_ARITHMETIC,
  DATE_TIME_FUNCTIONS,
  CURRENT_TIME,
  EVENT_WINDOWS,
  FRAME_EDGES,
  FORMATTING_FUNCTIONS,
  OVERLAPS,
  JSON_FUNCTIONS,
  JSON_BUILDING,
  ARRAY_FUNCTIONS,
  UUID_FUNCTIONS,
  SESSION_FUNCTIONS,
  CATALOG_LOOKUP,
  PRIVILEGE_FUNCTIONS,
  SIZE_FUNCTIONS,
  AGGREGATE_PARTS,
];
