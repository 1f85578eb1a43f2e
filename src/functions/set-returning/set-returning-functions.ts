import type {SetReturningDefinition} from '../definition.ts';

export const SET_RETURNING_FUNCTIONS: readonly SetReturningDefinition[] = [];
