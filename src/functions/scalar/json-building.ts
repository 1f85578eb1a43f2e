import {sqlError} from '../../common/sql-error.ts';
import type {ArrayDatum, Datum} from '../../types/datum.ts';
import {jsonbFromValue} from '../../types/jsonb.ts';
import {JSON_NULL, jsonbObject, type JsonEntry, type JsonValue} from '../../types/json-value.ts';
import type {SqlType} from '../../types/sql-type.ts';
import type {TextSettings} from '../../types/text-settings.ts';
import type {CallTypes, FunctionDefinition} from '../definition.ts';
import type {EvaluationContext} from '../evaluation-context.ts';
import {definer} from '../signature.ts';
import {jsonKeyText, jsonString, jsonText, toJsonValue} from './to-json.ts';

const {strict, variadic} = definer('json');

const stable = {volatility: 'stable', fallible: true} as const;

function valueOf(value: Datum, type: SqlType | undefined, settings: TextSettings): JsonValue {
  return value === null ? JSON_NULL : toJsonValue(value, type, settings);
}

/** Key and value for each pair of arguments. 22023 for an odd number and for NULL keys. */
function pairs(name: string, args: readonly Datum[], types: CallTypes, context: EvaluationContext) {
  if (args.length % 2 !== 0) {
    throw sqlError('invalid_parameter_value', 'argument list must have even number of elements', {
      hint: `The arguments of ${name}() must consist of alternating keys and values.`,
    });
  }
  return Array.from({length: args.length / 2}, (_, i) => {
    const key = args[i * 2] ?? null;
    if (key === null) {
      throw name === 'jsonb_build_object'
        ? sqlError('invalid_parameter_value', `argument ${i * 2 + 1}: key must not be null`)
        : sqlError('null_value_not_allowed', 'null value not allowed for object key');
    }
    return {key: jsonKeyText(key, types.args[i * 2], context), value: args[i * 2 + 1] ?? null, type: types.args[i * 2 + 1]};
  });
}

function objectOfTexts(keys: readonly Datum[], values: readonly Datum[]): readonly (readonly [string, string | null])[] {
  return keys.map((key, i) => {
    if (key === null) throw sqlError('null_value_not_allowed', 'null value not allowed for object key');
    return [key as string, (values[i] ?? null) as string | null];
  });
}

function alternating(items: readonly Datum[]) {
  if (items.length % 2 !== 0) throw sqlError('array_subscript_error', 'array must have even number of elements');
  return objectOfTexts(
    items.filter((_, i) => i % 2 === 0),
    items.filter((_, i) => i % 2 === 1),
  );
}

function paired(keys: ArrayDatum, values: ArrayDatum) {
  if (keys.items.length !== values.items.length) throw sqlError('array_subscript_error', 'mismatched array dimensions');
  return objectOfTexts(keys.items, values.items);
}

type TextPairs = readonly (readonly [string, string | null])[];
const jsonOf = (entries: TextPairs) =>
  `{${entries.map(([key, value]) => `${jsonString(key)} : ${value === null ? 'null' : jsonString(value)}`).join(', ')}}`;
const jsonbOf = (entries: TextPairs) =>
  jsonbFromValue(jsonbObject(entries.map(([key, value]): JsonEntry => [key, value === null ? JSON_NULL : {kind: 'string', value}])));

export const JSON_BUILDING: readonly FunctionDefinition[] = [
  strict('to_json', 3176, 'anyelement', 'json', 'The value as JSON', (a, context, types) => jsonText(a, types.args[0], context), stable),
  strict(
    'to_jsonb',
    3787,
    'anyelement',
    'jsonb',
    'The value as JSON',
    (a, context, types) => jsonbFromValue(toJsonValue(a, types.args[0], context)),
    stable,
  ),
  strict(
    'row_to_json',
    3155,
    'record',
    'json',
    'The row as a JSON object',
    (a, context, types) => jsonText(a, types.args[0], context),
    stable,
  ),
  strict(
    'row_to_json',
    3156,
    'record,bool',
    'json',
    'The row as a JSON object',
    (a, lineFeeds, context, types) => jsonText(a, types.args[0], context, lineFeeds),
    stable,
  ),
  strict(
    'array_to_json',
    3153,
    'anyarray',
    'json',
    'The array as JSON',
    (a, context, types) => jsonText(a, types.args[0], context),
    stable,
  ),
  strict(
    'array_to_json',
    3154,
    'anyarray,bool',
    'json',
    'The array as JSON',
    (a, lineFeeds, context, types) => jsonText(a, types.args[0], context, lineFeeds),
    stable,
  ),
  variadic(
    'json_build_object',
    3200,
    '',
    'any',
    'json',
    'Object of alternating keys and values',
    (args, context, types) =>
      `{${pairs('json_build_object', args, types, context)
        .map(({key, value, type}) => `${jsonString(key)} : ${jsonText(value, type, context)}`)
        .join(', ')}}`,
    stable,
  ),
  variadic(
    'jsonb_build_object',
    3273,
    '',
    'any',
    'jsonb',
    'Object of alternating keys and values',
    (args, context, types) =>
      jsonbFromValue(
        jsonbObject(
          pairs('jsonb_build_object', args, types, context).map(({key, value, type}): JsonEntry => [key, valueOf(value, type, context)]),
        ),
      ),
    stable,
  ),
  variadic(
    'json_build_array',
    3198,
    '',
    'any',
    'json',
    'Array of the arguments',
    (args, context, types) => `[${args.map((arg, i) => jsonText(arg, types.args[i], context)).join(', ')}]`,
    stable,
  ),
  variadic(
    'jsonb_build_array',
    3271,
    '',
    'any',
    'jsonb',
    'Array of the arguments',
    (args, context, types) => jsonbFromValue({kind: 'array', items: args.map((arg, i) => valueOf(arg, types.args[i], context))}),
    stable,
  ),
  strict('json_build_object', 3201, '', 'json', 'Empty object', () => '{}', {fallible: false}),
  strict('jsonb_build_object', 3274, '', 'jsonb', 'Empty object', () => ({tag: 'jsonb', text: '{}'}), {fallible: false}),
  strict('json_build_array', 3199, '', 'json', 'Empty array', () => '[]', {fallible: false}),
  strict('jsonb_build_array', 3272, '', 'jsonb', 'Empty array', () => ({tag: 'jsonb', text: '[]'}), {fallible: false}),
  strict('json_object', 3202, 'text[]', 'json', 'Object of alternating keys and values', a => jsonOf(alternating(a.items))),
  strict('json_object', 3203, 'text[],text[]', 'json', 'Object of keys and values', (keys, values) => jsonOf(paired(keys, values))),
  strict('jsonb_object', 3263, 'text[]', 'jsonb', 'Object of alternating keys and values', a => jsonbOf(alternating(a.items))),
  strict('jsonb_object', 3264, 'text[],text[]', 'jsonb', 'Object of keys and values', (keys, values) => jsonbOf(paired(keys, values))),
];
