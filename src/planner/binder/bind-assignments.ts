import {sqlError} from '../../common/sql-error.ts';
import type {Assignment} from '../../parser/ast/dml.ts';
import type {Expression} from '../../parser/ast/expression.ts';
import {input} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {assignTo, defaultOf, targetOrdinal, type DmlTarget} from './dml-target.ts';
import type {ExpressionContext} from './expression-context.ts';

/**
 * The whole row after SET, over an input whose first columns are the row before. Errors: 42703; 42601 for a column assigned twice; 0A000 for
 * parts of columns and rows from subqueries.
 */
export function bindAssignments(
  context: ExpressionContext,
  assignments: readonly Assignment[],
  target: DmlTarget,
): {readonly row: readonly TypedExpression[]; readonly assigned: readonly number[]} {
  const row: TypedExpression[] = target.columns.map((c, i) => input(i, c.type));
  const assigned: number[] = [];
  for (const assignment of assignments) {
    for (const {column, path, value, span} of singleAssignments(assignment)) {
      if (path.length > 0)
        throw sqlError('feature_not_supported', 'assignment to a part of a column is not supported', {position: span.start});
      const ordinal = targetOrdinal(target, column);
      if (assigned.includes(ordinal)) {
        throw sqlError('syntax_error', `multiple assignments to same column "${column.name}"`, {position: span.start});
      }
      assigned.push(ordinal);
      row[ordinal] = assignedValue(context, target, ordinal, value);
    }
  }
  return {row, assigned};
}

function assignedValue(context: ExpressionContext, target: DmlTarget, ordinal: number, value: Expression): TypedExpression {
  const column = target.columns[ordinal];
  if (column === undefined) throw new Error('internal error: assigned column');
  if (value.kind === 'default') return defaultOf(context.statement, column);
  return assignTo(context.statement, column, context.bind(value), value.span.start);
}

type SingleAssignment = Assignment['targets'][number] & {readonly value: Expression};

/** `(a, b) = (1, 2)` as two assignments. */
function singleAssignments({targets, multiple, value, span}: Assignment): readonly SingleAssignment[] {
  const [first] = targets;
  if (!multiple && first !== undefined) return [{...first, value}];
  if (value.kind !== 'row') {
    const single = targets.length === 1 && first !== undefined && value.kind !== 'scalar-subquery';
    if (single) return [{...first, value}];
    const message = 'the source of a multiple-column UPDATE item must be a ROW() expression here';
    throw sqlError('feature_not_supported', message, {position: value.span.start});
  }
  if (value.elements.length !== targets.length) {
    throw sqlError('syntax_error', 'number of columns does not match number of values', {position: span.start});
  }
  return targets.flatMap((t, i) => {
    const element = value.elements[i];
    return element === undefined ? [] : [{...t, value: element}];
  });
}
