import type {ArrayDatum, Datum} from '../../types/datum.ts';
import {T} from '../../types/sql-type.ts';
import type {SetReturningDefinition} from '../definition.ts';
import {elementType} from '../polymorphism.ts';
import {column, setReturning, single} from './set-returning-definer.ts';

const lowerOf = (a: ArrayDatum, kind: string | undefined) => a.lower ?? (kind === 'int2vector' || kind === 'oidvector' ? 0 : 1);

function* subscripts(a: ArrayDatum, dimension: number, reverse: boolean, kind: string | undefined): Generator<readonly Datum[]> {
  if (dimension !== 1) return;
  const lower = lowerOf(a, kind);
  for (let i = 0; i < a.items.length; i++) yield [lower + (reverse ? a.items.length - 1 - i : i)];
}

export const ARRAY_SETS: readonly SetReturningDefinition[] = [
  setReturning('unnest', 2331, 'anyarray', 'anyelement', 'The elements', ([a]) => single((a as ArrayDatum).items), {
    columns: args => [column('unnest', elementType(args[0] ?? T.anyarray) ?? T.text)],
  }),
  setReturning('generate_subscripts', 1192, 'anyarray,int4', 'int4', 'The subscripts of a dimension', ([a, n], _, types) =>
    subscripts(a as ArrayDatum, n as number, false, types.args[0]?.kind),
  ),
  setReturning('generate_subscripts', 1191, 'anyarray,int4,bool', 'int4', 'The subscripts of a dimension', ([a, n, reverse], _, types) =>
    subscripts(a as ArrayDatum, n as number, reverse === true, types.args[0]?.kind),
  ),
  setReturning(
    '_pg_expandarray',
    12040,
    'anyarray',
    'record',
    'The elements with their positions',
    ([a]) => (a as ArrayDatum).items.map((item, i) => [item, i + 1]),
    {columns: args => [column('x', elementType(args[0] ?? T.anyarray) ?? T.text), column('n', T.int4)]},
  ),
];
