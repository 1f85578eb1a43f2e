import type {WindowDefinition} from '../definition.ts';
import {RANKING_FUNCTIONS} from './ranking-functions.ts';
import {VALUE_FUNCTIONS} from './value-functions.ts';

export const WINDOW_FUNCTIONS: readonly WindowDefinition[] = [...RANKING_FUNCTIONS, ...VALUE_FUNCTIONS];
