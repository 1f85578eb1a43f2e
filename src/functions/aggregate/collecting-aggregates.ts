import {sqlError} from '../../common/sql-error.ts';
import type {Datum} from '../../types/datum.ts';
import {JSON_NULL, jsonbObject, type JsonEntry} from '../../types/json-value.ts';
import {jsonbFromValue} from '../../types/jsonb.ts';
import {arrayOf, T, type SqlType} from '../../types/sql-type.ts';
import type {AggregateDefinition, CallTypes} from '../definition.ts';
import type {EvaluationContext} from '../evaluation-context.ts';
import {jsonText, jsonKeyText, toJsonValue} from '../scalar/to-json.ts';
import {aggregate} from './aggregate-definer.ts';

const kept = {keepsNulls: true, ordered: true} as const;

const arrayResult = (args: readonly SqlType[]) => arrayOf(args[0] ?? T.text);

function jsonPairs(rows: readonly (readonly Datum[])[], context: EvaluationContext, types: CallTypes): string | null {
  if (rows.length === 0) return null;
  const pairs = rows.map(([key = null, value = null]) => {
    if (key === null) throw sqlError('null_value_not_allowed', 'field name must not be null');
    return `${JSON.stringify(jsonKeyText(key, types.args[0], context))} : ${jsonText(value, types.args[1], context)}`;
  });
  return `{ ${pairs.join(', ')} }`;
}

function jsonbPairs(rows: readonly (readonly Datum[])[], context: EvaluationContext, types: CallTypes) {
  if (rows.length === 0) return null;
  const entries = rows.map(([key = null, value = null]): JsonEntry => {
    if (key === null) throw sqlError('null_value_not_allowed', 'field name must not be null');
    return [jsonKeyText(key, types.args[0], context), value === null ? JSON_NULL : toJsonValue(value, types.args[1], context)];
  });
  return jsonbFromValue(jsonbObject(entries));
}

export const COLLECTING_AGGREGATES: readonly AggregateDefinition[] = [
  aggregate(
    'array_agg',
    2335,
    'anynonarray',
    'anyarray',
    'The values as an array, NULLs included',
    rows => (rows.length === 0 ? null : {tag: 'array', items: rows.map(row => row[0] ?? null)}),
    {...kept, returnType: arrayResult},
  ),
  aggregate(
    'string_agg',
    3538,
    'text,text',
    'text',
    'The values one after the other, each after the first preceded by its delimiter',
    rows =>
      rows.length === 0 ? null : rows.map(([value, delimiter], i) => (i === 0 ? '' : String(delimiter ?? '')) + String(value)).join(''),
    {ordered: true},
  ),
  aggregate(
    'string_agg',
    3545,
    'bytea,bytea',
    'bytea',
    'The values one after the other, each after the first preceded by its delimiter',
    rows => {
      if (rows.length === 0) return null;
      return Buffer.concat(
        rows.flatMap(([value, delimiter], i) =>
          i === 0 || !(delimiter instanceof Uint8Array) ? [value as Uint8Array] : [delimiter, value as Uint8Array],
        ),
      );
    },
    {ordered: true},
  ),
  aggregate(
    'json_agg',
    3175,
    'anyelement',
    'json',
    'The values as a JSON array, NULLs included',
    (rows, context, types) =>
      rows.length === 0 ? null : `[${rows.map(row => jsonText(row[0] ?? null, types.args[0], context)).join(', ')}]`,
    kept,
  ),
  aggregate(
    'jsonb_agg',
    3267,
    'anyelement',
    'jsonb',
    'The values as a JSON array, NULLs included',
    (rows, context, types) => {
      if (rows.length === 0) return null;
      const items = rows.map(([value = null]) => (value === null ? JSON_NULL : toJsonValue(value, types.args[0], context)));
      return jsonbFromValue({kind: 'array', items});
    },
    kept,
  ),
  aggregate('json_object_agg', 3197, 'any,any', 'json', 'The pairs as a JSON object', jsonPairs, kept),
  aggregate('jsonb_object_agg', 3270, 'any,any', 'jsonb', 'The pairs as a JSON object', jsonbPairs, kept),
];
