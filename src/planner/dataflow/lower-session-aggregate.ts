import {input} from '../expression/build-expression.ts';
import {inputsRead, substituteInputs} from '../expression/references.ts';
import {sameExpression} from '../expression/same-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalAggregate, LogicalPlan, LogicalSession} from '../logical/logical-plan.ts';
import {expressionsOf, mapAggregateCall} from '../logical/map-expressions.ts';
import {arityOf, typesOf} from '../logical/output-columns.ts';
import {isFallible} from '../expression/fallibility.ts';
import {isAppendOnly} from '../optimizer/properties/append-only.ts';
import {mergingCall} from '../optimizer/properties/mergeable-aggregate.ts';
import {isHashableKey} from '../../types/hashable-key.ts';
import type {DataflowPartialAggregate, DataflowPlan} from './dataflow-plan.ts';
import {mapOver} from './map-over.ts';

type LowerGroups = (plan: LogicalAggregate) => Omit<DataflowPartialAggregate, 'kind'>;

/**
 * GROUP BY of what the sessions are divided by and their edges: one accumulator for each session instead of all its rows. Undefined where the
 * rows are needed: they may be retracted, or an aggregate cannot be merged when two sessions become one.
 */
export function lowerSessionAggregate(written: LogicalAggregate, lowerGroups: LowerGroups): DataflowPlan | undefined {
  const plan = openProject(written);
  const session = plan.input;
  if (session.kind !== 'session' || !isAppendOnly(session.input)) return undefined;
  const arity = arityOf(session.input);
  const places = plan.keys.map(key => placeOf(key, session, arity));
  const isWhole = session.partition.every((_, i) => places.includes(i));
  if (!isWhole || places.includes(undefined) || !session.partition.every(e => isHashableKey(e.type))) return undefined;
  const readsEdges = expressionsOf({...plan, keys: []}).some(e => [...inputsRead([e])].some(i => i >= arity));
  if (readsEdges || plan.aggregates.some(call => mergingCall(call, 0) === undefined)) return undefined;

  const time = session.partition.length;
  const names = [...session.partition, session.time].map(() => '');
  const keyed = lowerGroups({...plan, input: session.input, keys: [...session.partition, session.time], names});
  const {keys, aggregates} = keyed;
  const partitionTypes = session.partition.map(e => e.type);
  const types = [...partitionTypes, session.time.type, session.time.type, ...plan.aggregates.map(a => a.type)];
  const node: DataflowPlan = {
    kind: 'session-aggregate',
    types,
    input: keyed.input,
    time: keys[time] ?? 0,
    gap: Number(session.gap),
    keys: keys.slice(0, time),
    aggregates,
  };
  const columns = [...places.map(place => place ?? 0), ...plan.aggregates.map((_, i) => time + 2 + i)];
  if (columns.length === types.length && columns.every((c, i) => c === i)) return node;
  return mapOver(
    node,
    [],
    typesOf(plan).map((type, i) => input(columns[i] ?? 0, type)),
  );
}

/** Where a key is in the output of the node: among what the sessions are divided by, or one of their edges. */
function placeOf(key: TypedExpression, session: LogicalSession, arity: number): number | undefined {
  if (key.kind === 'input' && key.index >= arity) return session.partition.length + key.index - arity;
  const place = session.partition.findIndex(e => sameExpression(e, key));
  return place < 0 ? undefined : place;
}

function openProject(plan: LogicalAggregate): LogicalAggregate {
  const below: LogicalPlan = plan.input;
  if (below.kind !== 'project' || below.expressions.some(isFallible)) return plan;
  const open = (e: TypedExpression) => substituteInputs(e, below.expressions);
  return {...plan, input: below.input, keys: plan.keys.map(open), aggregates: plan.aggregates.map(a => mapAggregateCall(a, open))};
}
