import {isFallible} from '../../expression/fallibility.ts';
import {inputsRead} from '../../expression/references.ts';
import {volatilityOf} from '../../expression/volatility.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import type {LogicalPlan} from '../../logical/logical-plan.ts';
import {arityOf} from '../../logical/output-columns.ts';
import {filterOver} from '../filter-over.ts';
import type {Rule} from '../rule.ts';
import {split} from '../split.ts';

/**
 * Predicates over the columns below a window are tested before rows are put into windows. Where rows have to do with each other, only those that
 * take or leave whole partitions; of an as-of join those over the left side.
 */
export const filterThroughWindow: Rule = {
  name: 'filter-through-window',
  apply: plan => {
    if (plan.kind !== 'filter') return undefined;
    const {input} = plan;
    switch (input.kind) {
      case 'window':
        return push(
          plan.predicates,
          input.input,
          i => i < arityOf(input.input),
          below => ({...input, input: below}),
        );
      case 'session':
      case 'analytic':
      case 'top': {
        const partition = columnsOf(input.partition);
        return push(
          plan.predicates,
          input.input,
          i => partition.has(i),
          below => ({...input, input: below}),
        );
      }
      case 'asof-join':
      case 'temporal-join':
        return push(
          plan.predicates,
          input.left,
          i => i < arityOf(input.left),
          left => ({...input, left}),
        );
      default:
        return undefined;
    }
  },
};

const columnsOf = (partition: readonly TypedExpression[]) => new Set(partition.flatMap(e => (e.kind === 'input' ? [e.index] : [])));

function push(
  predicates: readonly TypedExpression[],
  below: LogicalPlan,
  isBelow: (column: number) => boolean,
  rebuild: (below: LogicalPlan) => LogicalPlan,
): LogicalPlan | undefined {
  const [down, above] = split(predicates, p => {
    const read = [...inputsRead([p])];
    return read.length > 0 && read.every(isBelow) && !isFallible(p) && volatilityOf(p) !== 'volatile';
  });
  return down.length === 0 ? undefined : filterOver(rebuild(filterOver(below, down)), above);
}
