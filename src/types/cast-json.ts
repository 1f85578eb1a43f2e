import {sqlError} from '../common/sql-error.ts';
import {castNumber} from './cast-number.ts';
import {decimalFromText} from './decimal.ts';
import type {Datum, JsonbDatum} from './datum.ts';
import {formatTypeName} from './format-type.ts';
import {jsonTypeof} from './json-access.ts';
import {T, type SqlType} from './sql-type.ts';

const KIND_NAMES = {
  object: 'object',
  array: 'array',
  string: 'string',
  number: 'numeric',
  boolean: 'boolean',
  null: 'null',
} as const;

/** jsonb → boolean or a number type. 22023 when the document is something else. */
export function castJsonbToScalar(datum: JsonbDatum, to: SqlType): Datum {
  const kind = jsonTypeof(datum.text);
  if (to.kind === 'bool' && kind === 'boolean') return datum.text === 'true';
  if (to.kind !== 'bool' && kind === 'number') return castNumber(decimalFromText(datum.text), T.numeric, to);
  throw sqlError('invalid_parameter_value', `cannot cast jsonb ${KIND_NAMES[kind]} to type ${formatTypeName(to)}`);
}
