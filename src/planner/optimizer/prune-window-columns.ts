import {unreachable} from '../../common/unreachable.ts';
import {inputsRead, remapInputs} from '../expression/references.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {expressionsOf, mapExpressions} from '../logical/map-expressions.ts';
import type {
  LogicalAnalytic,
  LogicalAsOfJoin,
  LogicalEmitOnClose,
  LogicalPartialAggregate,
  LogicalPlan,
  LogicalSession,
  LogicalTemporalFilter,
  LogicalTemporalJoin,
  LogicalWindow,
} from '../logical/logical-plan.ts';
import {arityOf} from '../logical/output-columns.ts';
import type {Pruned} from './prune-columns.ts';

type Prune = (plan: LogicalPlan, wanted: ReadonlySet<number>) => Pruned;
type WindowPlan =
  | LogicalWindow
  | LogicalSession
  | LogicalAnalytic
  | LogicalPartialAggregate
  | LogicalAsOfJoin
  | LogicalTemporalJoin
  | LogicalTemporalFilter
  | LogicalEmitOnClose;

/** Column pruning for windows and what belongs to them. */
export function pruneWindow(plan: WindowPlan, wanted: ReadonlySet<number>, prune: Prune): Pruned {
  switch (plan.kind) {
    case 'window':
      // The other windows change the number of rows, or are asked for by what frees their state.
      return plan.window === 'tumble' && !wantsAdded(plan, wanted) ? prune(plan.input, wanted) : pruneBelow(plan, wanted, prune);
    case 'session':
      return wantsAdded(plan, wanted) ? pruneBelow(plan, wanted, prune) : prune(plan.input, wanted);
    case 'analytic': {
      const arity = arityOf(plan.input);
      const kept = plan.calls.map((_, i) => i).filter(i => wanted.has(arity + i));
      if (kept.length === 0) return prune(plan.input, wanted);
      const at = <V>(list: readonly V[]) => kept.flatMap(i => list.slice(i, i + 1));
      const below = pruneBelow({...plan, calls: at(plan.calls), names: at(plan.names)}, wanted, prune);
      return {plan: below.plan, place: i => (i < arity ? below.place(i) : below.place(arity + kept.indexOf(i - arity)))};
    }
    case 'partial-aggregate': {
      const below = prune(plan.input, inputsRead(expressionsOf(plan)));
      return {plan: withInput(plan, below), place: i => i};
    }
    case 'temporal-filter':
      return pruneBelow(plan, wanted, prune);
    case 'emit-on-close': {
      const below = prune(plan.input, new Set([...wanted, plan.column]));
      return {plan: {...plan, input: below.plan, column: below.place(plan.column)}, place: below.place};
    }
    case 'asof-join':
    case 'temporal-join':
      return pruneSides(plan, wanted, prune);
    default:
      return unreachable(plan);
  }
}

function wantsAdded(plan: LogicalWindow | LogicalSession, wanted: ReadonlySet<number>): boolean {
  const arity = arityOf(plan.input);
  return wanted.has(arity) || wanted.has(arity + 1);
}

type OneInput = LogicalWindow | LogicalSession | LogicalAnalytic | LogicalTemporalFilter;

/** Nodes whose output is their input and then columns of their own, which all stay. */
function pruneBelow(plan: OneInput, wanted: ReadonlySet<number>, prune: Prune): Pruned {
  const arity = arityOf(plan.input);
  const own = [...wanted].filter(i => i < arity);
  const below = prune(plan.input, new Set([...own, ...inputsRead(expressionsOf(plan))]));
  const width = arityOf(below.plan);
  return {plan: withInput(plan, below), place: i => (i < arity ? below.place(i) : width + i - arity)};
}

function withInput(plan: OneInput | LogicalPartialAggregate, below: Pruned): LogicalPlan {
  const remapped = mapExpressions(plan, (e: TypedExpression) => remapInputs(e, below.place));
  if (remapped.kind !== plan.kind) throw new Error('internal error: pruned window');
  return {...remapped, input: below.plan} as LogicalPlan;
}

function pruneSides(plan: LogicalAsOfJoin | LogicalTemporalJoin, wanted: ReadonlySet<number>, prune: Prune): Pruned {
  const arity = arityOf(plan.left);
  const needed = new Set([...wanted, ...inputsRead(plan.on)]);
  const leftWanted = new Set([...needed].filter(i => i < arity));
  const rightWanted = new Set([...needed].flatMap(i => (i >= arity ? [i - arity] : [])));
  if (plan.kind === 'asof-join') {
    for (const i of inputsRead([plan.leftTime])) leftWanted.add(i);
    for (const i of inputsRead([plan.rightTime])) rightWanted.add(i);
  }
  const left = prune(plan.left, leftWanted);
  const right = prune(plan.right, rightWanted);
  const width = arityOf(left.plan);
  const place = (i: number) => (i < arity ? left.place(i) : width + right.place(i - arity));
  const joined = {...plan, left: left.plan, right: right.plan, on: plan.on.map(e => remapInputs(e, place))};
  if (joined.kind === 'temporal-join') return {plan: joined, place};
  return {
    plan: {...joined, leftTime: remapInputs(joined.leftTime, left.place), rightTime: remapInputs(joined.rightTime, right.place)},
    place,
  };
}
