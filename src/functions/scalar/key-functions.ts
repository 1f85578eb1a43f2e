import {datumFromBytes, datumToBytes} from '../../types/datum-bytes.ts';
import {canonicalKeyBytes} from '../../types/key-bytes.ts';
import type {Datum} from '../../types/datum.ts';
import {T, type SqlType} from '../../types/sql-type.ts';
import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';

const {strict} = definer('keys');

/**
 * What equality by value is made of where a type has several spellings of one value. The planner puts calls of these into plans; they have
 * no name that SQL could use.
 */
export const KEY_FUNCTIONS: readonly FunctionDefinition[] = [
  strict(
    'key_bytes',
    12980,
    'any',
    'bytea',
    'Equal for two values exactly when the values are',
    (value, _context, {args}) => canonicalKeyBytes(typeOf(args), datumToBytes(typeOf(args), value as Exclude<Datum, null>)),
    {id: 'key_bytes', fallible: false},
  ),
  strict(
    'value_bytes',
    12981,
    'any',
    'bytea',
    'A value as it is spelt',
    (value, _context, {args}) => datumToBytes(typeOf(args), value as Exclude<Datum, null>),
    {id: 'value_bytes', fallible: false},
  ),
  strict(
    'value_of_bytes',
    12982,
    'bytea',
    'any',
    'The value that value_bytes was given',
    (bytes, _context, {returns}) => datumFromBytes(returns, bytes),
    {id: 'value_of_bytes', fallible: false},
  ),
];

const typeOf = (types: readonly SqlType[]): SqlType => types[0] ?? T.unknown;
