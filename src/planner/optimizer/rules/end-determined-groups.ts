import {input} from '../../expression/build-expression.ts';
import {substituteInputs} from '../../expression/references.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import type {LogicalAggregate, LogicalPlan, LogicalTop} from '../../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../../logical/output-columns.ts';
import {mapInputs} from '../../logical/map-inputs.ts';
import {expressionTime} from '../../time/expression-time.ts';
import {isAppendOnly} from '../properties/append-only.ts';
import {determinedColumns} from '../properties/determined-columns.ts';
import type {Rule, RuleContext} from '../rule.ts';

/**
 * Groups that are only grouped further do not have to be kept for readers. If their keys determine a column that time bounds, as an auction's id
 * does when it is declared to be unique and bids come until the auction expires, then that column becomes one more key: no group changes by it,
 * and time ends each. The same for the partitions of first rows. Groups that are a view's own rows stay as they are.
 */
export const endDeterminedGroups: Rule = {
  name: 'end-determined-groups',
  apply: (plan, {timesOf}) => {
    if (timesOf === undefined || plan.kind !== 'aggregate') return undefined;
    const below = endBelow(plan.input, timesOf);
    return below === plan.input ? undefined : {...plan, input: below};
  },
};

type TimesOf = NonNullable<RuleContext['timesOf']>;

function endBelow(plan: LogicalPlan, timesOf: TimesOf): LogicalPlan {
  switch (plan.kind) {
    case 'filter':
    case 'project':
    case 'union':
      return mapInputs(plan, below => endBelow(below, timesOf));
    case 'aggregate':
      return endGroups(plan, timesOf);
    case 'top':
      return endPartitions(plan, timesOf);
    default:
      return plan;
  }
}

function endGroups(plan: LogicalAggregate, timesOf: TimesOf): LogicalPlan {
  const ending = endingOf(plan.input, plan.keys, timesOf);
  if (ending === undefined) return plan;
  const {keys, aggregates, names} = plan;
  const below: LogicalAggregate = {
    ...plan,
    input: ending.plan,
    keys: [...keys, ending.column],
    names: [...names.slice(0, keys.length), ending.name, ...names.slice(keys.length)],
  };
  const results = aggregates.map((call, i) => input(keys.length + 1 + i, call.type));
  return {kind: 'project', input: below, expressions: [...keys.map((key, i) => input(i, key.type)), ...results], names};
}

function endPartitions(plan: LogicalTop, timesOf: TimesOf): LogicalPlan {
  const ending = endingOf(plan.input, plan.partition, timesOf);
  if (ending === undefined) return plan;
  const below: LogicalTop = {...plan, input: ending.plan, partition: [...plan.partition, ending.column]};
  const [arity, widened] = [arityOf(plan.input), arityOf(ending.plan)];
  if (widened === arity) return below;
  // The rank, if there is one, comes behind the input's columns.
  const expressions = typesOf(plan).map((type, i) => input(i < arity ? i : i - arity + widened, type));
  return {kind: 'project', input: below, expressions, names: namesOf(plan)};
}

/** The rows that are grouped, with the column that ends their groups; it is added to a projection that leaves it out. */
type Ending = {readonly plan: LogicalPlan; readonly column: TypedExpression; readonly name: string};

function endingOf(plan: LogicalPlan, keys: readonly TypedExpression[], timesOf: TimesOf): Ending | undefined {
  if (keys.length === 0 || !isAppendOnly(plan)) return undefined;
  const determined = [...determinedColumns(plan, keys)].filter(i => !keys.some(key => key.kind === 'input' && key.index === i));
  if (determined.length > 0) {
    const times = timesOf(plan);
    if (keys.some(key => expressionTime(key, times) !== null)) return undefined;
    const found = determined.find(i => times[i] != null);
    if (found !== undefined) return {plan, column: input(found, typesOf(plan)[found]!), name: namesOf(plan)[found] ?? ''};
  }
  if (plan.kind !== 'project') return undefined;
  const {expressions, names} = plan;
  const below = endingOf(
    plan.input,
    keys.map(key => substituteInputs(key, expressions)),
    timesOf,
  );
  if (below === undefined) return undefined;
  return {
    ...below,
    plan: {...plan, input: below.plan, expressions: [...expressions, below.column], names: [...names, below.name]},
    column: input(expressions.length, below.column.type),
  };
}
