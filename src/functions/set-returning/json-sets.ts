import {sqlError} from '../../common/sql-error.ts';
import type {Datum, JsonbDatum} from '../../types/datum.ts';
import {jsonAsText, jsonElements, jsonEntries, jsonTypeof} from '../../types/json-access.ts';
import {T} from '../../types/sql-type.ts';
import type {SetReturningDefinition} from '../definition.ts';
import {column, keyAndValue, setReturning, single} from './set-returning-definer.ts';

const textOf = (value: Datum | undefined) => (typeof value === 'string' ? value : (value as JsonbDatum).text);
const jsonb = (text: string): JsonbDatum => ({tag: 'jsonb', text});

function elementsOf(value: Datum | undefined): readonly string[] {
  const text = textOf(value);
  const kind = jsonTypeof(text);
  if (kind === 'array') return jsonElements(text);
  throw sqlError(
    'invalid_parameter_value',
    kind === 'object' ? 'cannot extract elements from an object' : 'cannot extract elements from a scalar',
  );
}

function entriesOf(value: Datum | undefined, name: string): readonly (readonly [string, string])[] {
  const text = textOf(value);
  const kind = jsonTypeof(text);
  if (kind === 'object') return jsonEntries(text);
  throw sqlError('invalid_parameter_value', kind === 'array' ? `cannot call ${name} on an array` : `cannot call ${name} on a scalar`);
}

/** A later member of the same key stands for all. */
const keysOf = (value: Datum | undefined, name: string) => entriesOf(value, name).map(([key]) => key);

const ELEMENTS = 'The elements of an array';
const MEMBERS = 'The members of an object';
const valueColumn = (type: (typeof T)[keyof typeof T]) => ({columns: () => [column('value', type)]});

export const JSON_SETS: readonly SetReturningDefinition[] = [
  setReturning('json_array_elements', 3955, 'json', 'json', ELEMENTS, ([a]) => single(elementsOf(a)), valueColumn(T.json)),
  setReturning(
    'json_array_elements_text',
    3969,
    'json',
    'text',
    `${ELEMENTS} as text`,
    ([a]) => single(elementsOf(a).map(jsonAsText)),
    valueColumn(T.text),
  ),
  setReturning('jsonb_array_elements', 3219, 'jsonb', 'jsonb', ELEMENTS, ([a]) => single(elementsOf(a).map(jsonb)), valueColumn(T.jsonb)),
  setReturning(
    'jsonb_array_elements_text',
    3465,
    'jsonb',
    'text',
    `${ELEMENTS} as text`,
    ([a]) => single(elementsOf(a).map(jsonAsText)),
    valueColumn(T.text),
  ),
  setReturning('json_each', 3958, 'json', 'record', MEMBERS, ([a]) => entriesOf(a, 'json_each').map(([k, v]) => [k, v]), {
    columns: keyAndValue(T.json),
  }),
  setReturning(
    'json_each_text',
    3959,
    'json',
    'record',
    `${MEMBERS} as text`,
    ([a]) => entriesOf(a, 'json_each_text').map(([k, v]) => [k, jsonAsText(v)]),
    {
      columns: keyAndValue(T.text),
    },
  ),
  setReturning('jsonb_each', 3208, 'jsonb', 'record', MEMBERS, ([a]) => entriesOf(a, 'jsonb_each').map(([k, v]) => [k, jsonb(v)]), {
    columns: keyAndValue(T.jsonb),
  }),
  setReturning(
    'jsonb_each_text',
    3932,
    'jsonb',
    'record',
    `${MEMBERS} as text`,
    ([a]) => entriesOf(a, 'jsonb_each_text').map(([k, v]) => [k, jsonAsText(v)]),
    {
      columns: keyAndValue(T.text),
    },
  ),
  setReturning('json_object_keys', 3957, 'json', 'text', 'The keys of an object', ([a]) => single(keysOf(a, 'json_object_keys'))),
  setReturning('jsonb_object_keys', 3931, 'jsonb', 'text', 'The keys of an object', ([a]) => single(keysOf(a, 'jsonb_object_keys'))),
];
