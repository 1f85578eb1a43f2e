import {T} from '../../../types/sql-type.ts';
import {constant, input} from '../../expression/build-expression.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import type {LogicalAggregate, LogicalPlan, LogicalWindow} from '../../logical/logical-plan.ts';
import {arityOf} from '../../logical/output-columns.ts';
import type {Rule} from '../rule.ts';

/** `GROUP BY window_start, window_end` groups by the end alone: all windows have one size. The start is computed from it. */
export const dropDeterminedKeys: Rule = {
  name: 'drop-determined-keys',
  apply: plan => {
    if (plan.kind !== 'aggregate') return undefined;
    const edges = plan.keys.map(key => (key.kind === 'input' ? edgeOf(plan.input, key.index) : undefined));
    const start = edges.findIndex(
      (edge, i) => edge?.edge === 'start' && edges.some((other, j) => j !== i && other?.edge === 'end' && other.window === edge.window),
    );
    const window = edges[start]?.window;
    if (window === undefined) return undefined;
    const end = edges.findIndex(edge => edge?.edge === 'end' && edge.window === window);
    return withoutKey(plan, start, end, window);
  },
};

type Edge = {readonly window: LogicalWindow; readonly edge: 'start' | 'end'};

/** The window of which an output column is an edge. */
function edgeOf(plan: LogicalPlan, column: number): Edge | undefined {
  switch (plan.kind) {
    case 'filter':
      return edgeOf(plan.input, column);
    case 'project': {
      const e = plan.expressions[column];
      return e?.kind === 'input' ? edgeOf(plan.input, e.index) : undefined;
    }
    case 'window': {
      const arity = arityOf(plan.input);
      if (column < arity || plan.window === 'cumulate') return undefined;
      return {window: plan, edge: column === arity ? 'start' : 'end'};
    }
    default:
      return undefined;
  }
}

function withoutKey(plan: LogicalAggregate, start: number, end: number, {size, time}: LogicalWindow): LogicalPlan {
  const keys = plan.keys.filter((_, i) => i !== start);
  const below: LogicalAggregate = {...plan, keys, names: plan.names.filter((_, i) => i !== start)};
  const place = (i: number) => (i < start ? i : i - 1);
  const shifted: TypedExpression = {
    kind: 'call',
    type: time.type,
    function: `window_shift_${time.type.kind}_int8`,
    args: [input(place(end), time.type), constant(-size, T.int8)],
  };
  const types = [...plan.keys.map(k => k.type), ...plan.aggregates.map(a => a.type)];
  const expressions = types.map((type, i) => (i === start ? shifted : input(place(i), type)));
  return {kind: 'project', input: below, expressions, names: plan.names};
}
