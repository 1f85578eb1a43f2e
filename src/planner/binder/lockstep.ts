import {T, type SqlType} from '../../types/sql-type.ts';
import {compare, input} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../logical/output-columns.ts';
import {ONE_ROW} from './from-result.ts';

/** A set-returning call; its arguments read enclosing queries only. */
export type SetCall = {
  readonly function: string;
  readonly args: readonly TypedExpression[];
  readonly names: readonly string[];
  readonly types: readonly SqlType[];
};

/**
 * Several set-returning calls side by side: row n holds the n-th row of each, NULLs where one has ended. Output: the columns of all calls, then
 * the row number. Made of joins on the number, because such calls only appear in small introspection queries.
 */
export function lockstep([first, ...rest]: readonly SetCall[]): LogicalPlan {
  if (first === undefined) throw new Error('internal error: lockstep of nothing');
  return rest.reduce((left, call) => {
    const right = numbered(call);
    const [l, r] = [arityOf(left), arityOf(right)];
    const numbers = [input(l - 1, T.int8), input(l + r - 1, T.int8)] as const;
    const joined: LogicalPlan = {kind: 'join', joinType: 'full', left, right, on: [compare('=', ...numbers)]};
    const columns = [...typesOf(left).slice(0, -1).keys(), ...call.types.map((_, i) => l + i)];
    const types = typesOf(joined);
    const names = namesOf(joined);
    return {
      kind: 'project',
      input: joined,
      expressions: [...columns.map(i => input(i, types[i] ?? T.unknown)), {kind: 'coalesce', type: T.int8, args: numbers}],
      names: [...columns.map(i => names[i] ?? ''), 'ordinality'],
    };
  }, numbered(first));
}

function numbered({function: id, args, names, types}: SetCall): LogicalPlan {
  return {kind: 'unnest', input: ONE_ROW, function: id, args, names, types, ordinality: true, outer: false};
}
