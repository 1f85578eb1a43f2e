import {randomUUID} from 'node:crypto';
import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';

const {strict} = definer('uuid');

export const UUID_FUNCTIONS: readonly FunctionDefinition[] = [
  strict('gen_random_uuid', 3432, '', 'uuid', 'Random UUID (version 4)', () => randomUUID(), {volatility: 'volatile', fallible: false}),
];
