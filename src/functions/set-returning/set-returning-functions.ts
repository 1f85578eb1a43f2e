import type {SetReturningDefinition} from '../definition.ts';
import {ARRAY_SETS} from './array-sets.ts';
import {CATALOG_SETS} from './catalog-sets.ts';
import {JSON_SETS} from './json-sets.ts';
import {SERIES} from './series.ts';
import {TEXT_SETS} from './text-sets.ts';

export const SET_RETURNING_FUNCTIONS: readonly SetReturningDefinition[] = [
  ...SERIES,
  ...ARRAY_SETS,
  ...TEXT_SETS,
  ...JSON_SETS,
  ...CATALOG_SETS,
];
