import type {AggregateDefinition} from '../definition.ts';
import {BASIC_AGGREGATES} from './basic-aggregates.ts';
import {COLLECTING_AGGREGATES} from './collecting-aggregates.ts';
import {SINGLE_VALUE} from './single-value.ts';
import {VARIANCE_AGGREGATES} from './variance-aggregates.ts';

export const AGGREGATES: readonly AggregateDefinition[] = [
  ...BASIC_AGGREGATES,
  ...VARIANCE_AGGREGATES,
  ...COLLECTING_AGGREGATES,
  SINGLE_VALUE,
];
