import {sqlError} from '../../common/sql-error.ts';
import {compareDatums} from '../../types/compare.ts';
import type {ArrayDatum, Datum} from '../../types/datum.ts';
import {elementOf} from '../../types/infer-type.ts';
import {T, type SqlType} from '../../types/sql-type.ts';
import type {CallTypes, FunctionDefinition} from '../definition.ts';
import type {EvaluationContext} from '../evaluation-context.ts';
import {definer} from '../signature.ts';
import {outputText} from './text-of.ts';

const {strict, nullable} = definer('arrays');

const infallible = {fallible: false};
const array = (items: readonly Datum[]): ArrayDatum => ({tag: 'array', items});

function equal(type: SqlType, a: Datum, b: Datum): boolean {
  return a === null || b === null ? a === b : compareDatums(type, a, b) === 0;
}

const elementType = (types: CallTypes, value: Datum): SqlType => elementOf(types.args[0] ?? T.text, value);
const lowerBound = (a: ArrayDatum, types: CallTypes): number => {
  const kind = types.args[0]?.kind;
  return a.lower ?? (kind === 'int2vector' || kind === 'oidvector' ? 0 : 1);
};

/** Empty arrays have no dimensions; others one. */
const dimension = (a: ArrayDatum, n: number, value: number) => (n === 1 && a.items.length > 0 ? value : null);

function position(a: ArrayDatum | null, wanted: Datum, from: number, types: CallTypes): number | null {
  if (a === null) return null;
  const type = elementType(types, a);
  const lower = lowerBound(a, types);
  for (let i = Math.max(from - lower, 0); i < a.items.length; i++) if (equal(type, a.items[i] ?? null, wanted)) return i + lower;
  return null;
}

/** Every element of `b` is among those of `a`; NULLs are equal to nothing. */
function contains(a: ArrayDatum, b: ArrayDatum, type: SqlType): boolean {
  return b.items.every(item => item !== null && a.items.some(other => other !== null && compareDatums(type, other, item) === 0));
}

function overlaps(a: ArrayDatum, b: ArrayDatum, type: SqlType): boolean {
  return b.items.some(item => item !== null && a.items.some(other => other !== null && compareDatums(type, other, item) === 0));
}

function toText(a: ArrayDatum, separator: string, nullText: string | null, context: EvaluationContext, types: CallTypes): string {
  const parts = a.items.flatMap(item =>
    item === null ? (nullText === null ? [] : [nullText]) : [outputText(item, elementOf(types.args[0] ?? T.text, a), context)],
  );
  return parts.join(separator);
}

function fromText(text: string | null, separator: string | null, nullText: string | null): ArrayDatum | null {
  if (text === null) return null;
  if (text === '') return array([]);
  const parts = separator === null ? [...text] : separator === '' ? [text] : text.split(separator);
  return array(parts.map(part => (part === nullText ? null : part)));
}

const STRING_TO_ARRAY = 'Parts between the separators; NULL separates the characters';

export const ARRAY_FUNCTIONS: readonly FunctionDefinition[] = [
  strict(
    'array_length',
    2176,
    'anyarray,int4',
    'int4',
    'Number of elements in a dimension',
    (a, n) => dimension(a, n, a.items.length),
    infallible,
  ),
  strict('cardinality', 3179, 'anyarray', 'int4', 'Number of elements', a => a.items.length, infallible),
  strict('array_ndims', 748, 'anyarray', 'int4', 'Number of dimensions', a => (a.items.length > 0 ? 1 : null), infallible),
  strict(
    'array_lower',
    2091,
    'anyarray,int4',
    'int4',
    'First subscript of a dimension',
    (a, n, _, types) => dimension(a, n, lowerBound(a, types)),
    infallible,
  ),
  strict(
    'array_upper',
    2092,
    'anyarray,int4',
    'int4',
    'Last subscript of a dimension',
    (a, n, _, types) => dimension(a, n, lowerBound(a, types) + a.items.length - 1),
    infallible,
  ),
  strict(
    'array_dims',
    747,
    'anyarray',
    'text',
    'Bounds as text',
    (a, _, types) => {
      const lower = lowerBound(a, types);
      return a.items.length === 0 ? null : `[${lower}:${lower + a.items.length - 1}]`;
    },
    infallible,
  ),
  nullable(
    'array_append',
    378,
    'anycompatiblearray,anycompatible',
    'anycompatiblearray',
    'With an element at the end',
    (a, item) => array([...(a?.items ?? []), item]),
    {
      operator: '||',
      ...infallible,
    },
  ),
  nullable(
    'array_prepend',
    379,
    'anycompatible,anycompatiblearray',
    'anycompatiblearray',
    'With an element at the start',
    (item, a) => array([item, ...(a?.items ?? [])]),
    {
      operator: '||',
      ...infallible,
    },
  ),
  nullable(
    'array_cat',
    383,
    'anycompatiblearray,anycompatiblearray',
    'anycompatiblearray',
    'One array after the other',
    (a, b) => (a === null || b === null ? (a ?? b) : array([...a.items, ...b.items])),
    {operator: '||', ...infallible},
  ),
  nullable(
    'array_position',
    3277,
    'anycompatiblearray,anycompatible',
    'int4',
    'Subscript of the first element that is equal',
    (a, item, _, types) => position(a, item, 1, types),
  ),
  nullable(
    'array_position',
    3278,
    'anycompatiblearray,anycompatible,int4',
    'int4',
    'Subscript of the first element from a subscript on that is equal',
    (a, item, from, _, types) => {
      if (a === null || a.items.length === 0 || (item === null && !a.items.includes(null))) return null;
      if (from === null) throw sqlError('null_value_not_allowed', 'initial position must not be null');
      return position(a, item, from, types);
    },
  ),
  nullable(
    'array_positions',
    3279,
    'anycompatiblearray,anycompatible',
    'int4[]',
    'Subscripts of all elements that are equal',
    (a, item, _, types) => {
      if (a === null) return null;
      const type = elementType(types, a);
      const lower = lowerBound(a, types);
      return array(a.items.flatMap((other, i) => (equal(type, other, item) ? [i + lower] : [])));
    },
  ),
  nullable(
    'array_remove',
    3167,
    'anycompatiblearray,anycompatible',
    'anycompatiblearray',
    'Without the elements that are equal',
    (a, item, _, types) => {
      if (a === null) return null;
      const type = elementType(types, a);
      return array(a.items.filter(other => !equal(type, other, item)));
    },
    infallible,
  ),
  nullable(
    'array_replace',
    3168,
    'anycompatiblearray,anycompatible,anycompatible',
    'anycompatiblearray',
    'Equal elements replaced',
    (a, item, by, _, types) => {
      if (a === null) return null;
      const type = elementType(types, a);
      return array(a.items.map(other => (equal(type, other, item) ? by : other)));
    },
    infallible,
  ),
  strict('trim_array', 6172, 'anyarray,int4', 'anyarray', 'Without the last n elements', (a, n) => {
    if (n < 0 || n > a.items.length)
      throw sqlError('array_subscript_error', `number of elements to trim must be between 0 and ${a.items.length}`);
    return array(a.items.slice(0, a.items.length - n));
  }),
  strict('arraycontains', 2748, 'anyarray,anyarray', 'bool', 'Contains', (a, b, _, types) => contains(a, b, elementType(types, a)), {
    operator: '@>',
    ...infallible,
  }),
  strict('arraycontained', 2749, 'anyarray,anyarray', 'bool', 'Is contained', (a, b, _, types) => contains(b, a, elementType(types, a)), {
    operator: '<@',
    ...infallible,
  }),
  strict(
    'arrayoverlap',
    2747,
    'anyarray,anyarray',
    'bool',
    'Has an element in common',
    (a, b, _, types) => overlaps(a, b, elementType(types, a)),
    {operator: '&&', ...infallible},
  ),
  strict(
    'array_to_string',
    395,
    'anyarray,text',
    'text',
    'Elements with a separator; NULLs are left out',
    (a, separator, context, types) => toText(a, separator, null, context, types),
    {volatility: 'stable'},
  ),
  nullable(
    'array_to_string',
    384,
    'anyarray,text,text',
    'text',
    'Elements with a separator and a text for NULLs',
    (a, separator, nullText, context, types) => (a === null || separator === null ? null : toText(a, separator, nullText, context, types)),
    {volatility: 'stable'},
  ),
  nullable(
    'string_to_array',
    394,
    'text,text',
    'text[]',
    STRING_TO_ARRAY,
    (text, separator) => fromText(text, separator, null),
    infallible,
  ),
  nullable(
    'string_to_array',
    376,
    'text,text,text',
    'text[]',
    STRING_TO_ARRAY,
    (text, separator, nullText) => fromText(text, separator, nullText),
    infallible,
  ),
];
