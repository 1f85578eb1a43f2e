import {isHashableKey} from '../../../types/hashable-key.ts';
import {isFallible} from '../../expression/fallibility.ts';
import {input} from '../../expression/build-expression.ts';
import {inputsRead, remapInputs, substituteInputs} from '../../expression/references.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import {volatilityOf} from '../../expression/volatility.ts';
import {mapAggregateCall} from '../../logical/map-expressions.ts';
import type {LogicalAggregate, LogicalAggregateCall, LogicalPartialAggregate, LogicalWindow} from '../../logical/logical-plan.ts';
import {arityOf, typesOf} from '../../logical/output-columns.ts';
import {isAppendOnly} from '../properties/append-only.ts';
import {mergingCall} from '../properties/mergeable-aggregate.ts';
import type {Rule} from '../rule.ts';
import {split} from '../split.ts';

/**
 * Groups of overlapping windows are put together from parts: rows are aggregated within the longest stretches of time of which every window
 * holds all or nothing, and those few results are repeated for each window instead of the rows.
 */
export const hopInParts: Rule = {
  name: 'hop-in-parts',
  apply: plan => {
    if (plan.kind !== 'aggregate' || plan.keys.length === 0) return undefined;
    const opened = openProject(plan);
    const window = opened.input;
    if (window.kind !== 'window' || window.window === 'tumble' || window.input.kind === 'partial-aggregate') return undefined;
    if (!isAppendOnly(window.input)) return undefined;
    return inParts(opened, window);
  },
};

/** Keys and arguments as they read below a projection. */
function openProject(plan: LogicalAggregate): LogicalAggregate {
  const {input: below} = plan;
  if (below.kind !== 'project' || below.expressions.some(e => volatilityOf(e) === 'volatile' || isFallible(e))) return plan;
  const open = (e: TypedExpression) => substituteInputs(e, below.expressions);
  return {...plan, input: below.input, keys: plan.keys.map(open), aggregates: plan.aggregates.map(a => mapAggregateCall(a, open))};
}

function inParts(plan: LogicalAggregate, window: LogicalWindow): LogicalAggregate | undefined {
  const arity = arityOf(window.input);
  const readsWindow = (e: TypedExpression) => [...inputsRead([e])].some(i => i >= arity);
  const readsRow = (e: TypedExpression) => [...inputsRead([e])].some(i => i < arity);
  const [windowKeys, rowKeys] = split(plan.keys, readsWindow);
  if (windowKeys.length === 0 || windowKeys.some(readsRow) || !rowKeys.every(k => isHashableKey(k.type))) return undefined;
  if (plan.aggregates.some(a => readsAny(a, readsWindow))) return undefined;

  const width = rowKeys.length + 1;
  const merging = plan.aggregates.map((a, i) => mergingCall(a, width + i));
  if (!merging.every(m => m !== undefined)) return undefined;

  const part = partsOf(plan, window, rowKeys);
  const edges = arityOf(part);
  const hop: LogicalWindow = {...window, input: part, time: input(rowKeys.length, window.time.type)};
  // The columns of the window come after those of the parts.
  const keys = plan.keys.map((key): TypedExpression => {
    if (readsWindow(key)) return remapInputs(key, i => i - arity + edges);
    return input(rowKeys.indexOf(key), key.type);
  });
  return {...plan, input: hop, keys, aggregates: merging};
}

function readsAny(call: LogicalAggregateCall, test: (e: TypedExpression) => boolean): boolean {
  let found = false;
  mapAggregateCall(call, e => {
    found ||= test(e);
    return e;
  });
  return found;
}

/** The rows by their keys and the start of their stretch of time. */
function partsOf(plan: LogicalAggregate, window: LogicalWindow, rowKeys: readonly TypedExpression[]): LogicalPartialAggregate {
  const size = greatestCommonDivisor(window.size, window.slide);
  const tumble: LogicalWindow = {...window, window: 'tumble', size, slide: size, names: ['part_start', 'part_end']};
  const start = input(arityOf(window.input), typesOf(tumble)[arityOf(window.input)] ?? window.time.type);
  const keyNames = rowKeys.map(key => plan.names[plan.keys.indexOf(key)] ?? '');
  return {
    kind: 'partial-aggregate',
    input: tumble,
    keys: [...rowKeys, start],
    aggregates: plan.aggregates,
    names: [...keyNames, 'part_start', ...plan.names.slice(plan.keys.length)],
  };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}
