import {sqlError} from '../../common/sql-error.ts';
import type {SqlType} from '../../types/sql-type.ts';
import {T} from '../../types/sql-type.ts';
import type {AggregateDefinition} from '../definition.ts';
import {aggregate} from './aggregate-definer.ts';

/** What a scalar subquery becomes: the planner's own, PostgreSQL has no such function. Errors: 21000 for more than one row. */
export const SINGLE_VALUE: AggregateDefinition = aggregate(
  'single_value',
  15990,
  'anyelement',
  'anyelement',
  'The value of the only row, NULL for none; more rows are an error',
  rows => {
    if (rows.length > 1) throw sqlError('cardinality_violation', 'more than one row returned by a subquery used as an expression');
    return rows[0]?.[0] ?? null;
  },
  {id: 'single_value', keepsNulls: true, distinctAllowed: false, returnType: (args: readonly SqlType[]) => args[0] ?? T.text},
);
