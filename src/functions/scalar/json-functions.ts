import {sqlError} from '../../common/sql-error.ts';
import type {ArrayDatum, Datum, JsonbDatum} from '../../types/datum.ts';
import {jsonArrayLength, jsonAsText, jsonElement, jsonField, jsonPath, jsonTypeof, jsonbElement} from '../../types/json-access.ts';
import {
  jsonbConcat,
  jsonbContains,
  jsonbDeleteIndex,
  jsonbDeleteKeys,
  jsonbDeletePath,
  jsonbExists,
  jsonbExistsAll,
  jsonbExistsAny,
} from '../../types/jsonb-operators.ts';
import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';
import {jsonbPretty, jsonbSet, jsonbStripNulls, jsonStripNulls} from './jsonb-editing.ts';

const {strict, variadic} = definer('json');

const infallible = {fallible: false};
const jsonb = (text: string | undefined): JsonbDatum | null => (text === undefined ? null : {tag: 'jsonb', text});
const texts = (a: ArrayDatum) => a.items as readonly (string | null)[];

/** Paths with a NULL step lead nowhere. */
function follow(text: string, path: readonly Datum[]): string | undefined {
  return path.includes(null) ? undefined : jsonPath(text, path as readonly string[]);
}

const FIELD = 'Member of an object';
const ELEMENT = 'Element of an array; negative numbers count from the end';
const PATH = 'Value at a path of keys and indexes';

const ACCESS: readonly FunctionDefinition[] = [
  strict('json_object_field', 3947, 'json,text', 'json', FIELD, (a, key) => jsonField(a, key) ?? null, {operator: '->', ...infallible}),
  strict('json_object_field_text', 3948, 'json,text', 'text', `${FIELD} as text`, (a, key) => jsonAsText(jsonField(a, key)), {
    operator: '->>',
    ...infallible,
  }),
  strict('json_array_element', 3949, 'json,int4', 'json', ELEMENT, (a, i) => jsonElement(a, i) ?? null, {operator: '->', ...infallible}),
  strict('json_array_element_text', 3950, 'json,int4', 'text', `${ELEMENT}, as text`, (a, i) => jsonAsText(jsonElement(a, i)), {
    operator: '->>',
    ...infallible,
  }),
  strict('jsonb_object_field', 3478, 'jsonb,text', 'jsonb', FIELD, (a, key) => jsonb(jsonField(a.text, key)), {
    operator: '->',
    ...infallible,
  }),
  strict('jsonb_object_field_text', 3214, 'jsonb,text', 'text', `${FIELD} as text`, (a, key) => jsonAsText(jsonField(a.text, key)), {
    operator: '->>',
    ...infallible,
  }),
  strict('jsonb_array_element', 3215, 'jsonb,int4', 'jsonb', ELEMENT, (a, i) => jsonb(jsonbElement(a.text, i)), {
    operator: '->',
    ...infallible,
  }),
  strict('jsonb_array_element_text', 3216, 'jsonb,int4', 'text', `${ELEMENT}, as text`, (a, i) => jsonAsText(jsonbElement(a.text, i)), {
    operator: '->>',
    ...infallible,
  }),
  strict('json_extract_path', 12020, 'json,text[]', 'json', PATH, (a, path) => follow(a, path.items) ?? null, {
    operator: '#>',
    id: 'json_extract_path_op',
    ...infallible,
  }),
  strict('json_extract_path_text', 12021, 'json,text[]', 'text', `${PATH}, as text`, (a, path) => jsonAsText(follow(a, path.items)), {
    operator: '#>>',
    id: 'json_extract_path_text_op',
    ...infallible,
  }),
  strict('jsonb_extract_path', 12022, 'jsonb,text[]', 'jsonb', PATH, (a, path) => jsonb(follow(a.text, path.items)), {
    operator: '#>',
    id: 'jsonb_extract_path_op',
    ...infallible,
  }),
  strict(
    'jsonb_extract_path_text',
    12023,
    'jsonb,text[]',
    'text',
    `${PATH}, as text`,
    (a, path) => jsonAsText(follow(a.text, path.items)),
    {operator: '#>>', id: 'jsonb_extract_path_text_op', ...infallible},
  ),
  variadic('json_extract_path', 3951, 'json', 'text', 'json', PATH, ([a = null, ...path]) => follow(a as string, path) ?? null, {
    isStrict: true,
    ...infallible,
  }),
  variadic(
    'json_extract_path_text',
    3953,
    'json',
    'text',
    'text',
    `${PATH}, as text`,
    ([a = null, ...path]) => jsonAsText(follow(a as string, path)),
    {isStrict: true, ...infallible},
  ),
  variadic(
    'jsonb_extract_path',
    3217,
    'jsonb',
    'text',
    'jsonb',
    PATH,
    ([a = null, ...path]) => jsonb(follow((a as JsonbDatum).text, path)),
    {isStrict: true, ...infallible},
  ),
  variadic(
    'jsonb_extract_path_text',
    3940,
    'jsonb',
    'text',
    'text',
    `${PATH}, as text`,
    ([a = null, ...path]) => jsonAsText(follow((a as JsonbDatum).text, path)),
    {isStrict: true, ...infallible},
  ),
];

function deletePath(a: JsonbDatum, path: ArrayDatum): JsonbDatum {
  const steps = texts(path);
  if (a.text === '[]' || a.text === '{}') return a;
  const missing = steps.indexOf(null);
  if (missing >= 0) throw sqlError('null_value_not_allowed', `path element at position ${missing + 1} is null`);
  return jsonbDeletePath(a, steps as readonly string[]);
}

const JSONB: readonly FunctionDefinition[] = [
  strict('jsonb_contains', 4046, 'jsonb,jsonb', 'bool', 'Contains', (a, b) => jsonbContains(a, b), {operator: '@>', ...infallible}),
  strict('jsonb_contained', 4050, 'jsonb,jsonb', 'bool', 'Is contained', (a, b) => jsonbContains(b, a), {operator: '<@', ...infallible}),
  strict('jsonb_exists', 4047, 'jsonb,text', 'bool', 'Has this key or string', (a, key) => jsonbExists(a, key), {
    operator: '?',
    ...infallible,
  }),
  strict(
    'jsonb_exists_any',
    4048,
    'jsonb,text[]',
    'bool',
    'Has any of these keys or strings',
    (a, keys) => jsonbExistsAny(a, texts(keys)),
    {operator: '?|', ...infallible},
  ),
  strict(
    'jsonb_exists_all',
    4049,
    'jsonb,text[]',
    'bool',
    'Has all of these keys or strings',
    (a, keys) => jsonbExistsAll(a, texts(keys)),
    {operator: '?&', ...infallible},
  ),
  strict('jsonb_concat', 3301, 'jsonb,jsonb', 'jsonb', 'Objects merged, arrays joined', (a, b) => jsonbConcat(a, b), {operator: '||'}),
  strict('jsonb_delete', 3302, 'jsonb,text', 'jsonb', 'Without a key or string', (a, key) => jsonbDeleteKeys(a, [key]), {
    operator: '-',
    id: 'jsonb_delete_jsonb_text',
  }),
  strict('jsonb_delete', 3303, 'jsonb,int4', 'jsonb', 'Without an element', (a, i) => jsonbDeleteIndex(a, i), {
    operator: '-',
    id: 'jsonb_delete_jsonb_int4',
  }),
  strict('jsonb_delete', 3343, 'jsonb,text[]', 'jsonb', 'Without these keys or strings', (a, keys) => jsonbDeleteKeys(a, texts(keys)), {
    operator: '-',
    id: 'jsonb_delete_jsonb_texts',
  }),
  strict('jsonb_delete_path', 3304, 'jsonb,text[]', 'jsonb', 'Without the value at a path', deletePath, {operator: '#-'}),
  strict('json_typeof', 3968, 'json', 'text', 'Kind of the value', a => jsonTypeof(a), infallible),
  strict('jsonb_typeof', 3210, 'jsonb', 'text', 'Kind of the value', a => jsonTypeof(a.text), infallible),
  strict('json_array_length', 3956, 'json', 'int4', 'Number of elements', a => jsonArrayLength(a)),
  strict('jsonb_array_length', 3207, 'jsonb', 'int4', 'Number of elements', a => jsonArrayLength(a.text)),
  strict('jsonb_pretty', 3306, 'jsonb', 'text', 'Indented text', a => jsonbPretty(a), infallible),
  strict('jsonb_strip_nulls', 3262, 'jsonb', 'jsonb', 'Without members that are null', a => jsonbStripNulls(a), infallible),
  strict('json_strip_nulls', 3261, 'json', 'json', 'Without members that are null', a => jsonStripNulls(a), infallible),
  strict(
    'jsonb_set',
    3305,
    'jsonb,text[],jsonb,bool',
    'jsonb',
    'With another value at a path',
    (a, path, value, create) =>
      jsonbSet(a, texts(path), value, {create: (create as boolean | undefined) ?? true, insert: false, after: false}),
    {defaults: 1},
  ),
  strict(
    'jsonb_insert',
    3579,
    'jsonb,text[],jsonb,bool',
    'jsonb',
    'With a value inserted at a path',
    (a, path, value, after) =>
      jsonbSet(a, texts(path), value, {create: true, insert: true, after: (after as boolean | undefined) ?? false}),
    {defaults: 1},
  ),
];

export const JSON_FUNCTIONS: readonly FunctionDefinition[] = [...ACCESS, ...JSONB];
