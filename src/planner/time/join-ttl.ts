import {T} from '../../types/sql-type.ts';
import type {DataflowJoin, DataflowPlan} from '../dataflow/dataflow-plan.ts';
import {dataflowInputs} from '../dataflow/dataflow-inputs.ts';
import {followsClock} from '../dataflow/follows-clock.ts';
import {mapDataflowInputs} from '../dataflow/map-dataflow-inputs.ts';
import {mapOver} from '../dataflow/map-over.ts';
import {input} from '../expression/build-expression.ts';
import {remapInputs} from '../expression/references.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {shifted} from './column-time.ts';
import {unboundedSides, type UnboundedSide} from './unbounded-joins.ts';

const ARRIVAL: TypedExpression = {kind: 'call', type: T.timestamptz, function: 'proctime', args: []};

/**
 * The plan whose joins drop the rows of sides that nothing bounds when they have been there for `ttl` µs: such rows get the time of the step
 * in which they came, by which they end. Only where rows are never taken back: the time of a row is that of its arrival, and no retraction
 * would find it.
 */
export function withTtl(plan: DataflowPlan, ttl: number): DataflowPlan {
  const node = mapDataflowInputs(plan, below => withTtl(below, ttl));
  return node.kind === 'join' && node.joinType === 'inner' ? joinWithTtl(node, ttl) : node;
}

/** Whether the rows of some join end with the clock. */
export function endsByAge(plan: DataflowPlan): boolean {
  const {left, right} = (plan.kind === 'join' ? plan.expiry : undefined) ?? {};
  return [left, right].some(side => side !== undefined && followsClock(side.bound)) || dataflowInputs(plan).some(endsByAge);
}

function joinWithTtl(join: DataflowJoin, ttl: number): DataflowPlan {
  const ends = (side: UnboundedSide['side']) => join.appendOnly[side] && unboundedSides(join).some(s => s.side === side);
  const [onLeft, onRight] = [ends('left'), ends('right')];
  if (!onLeft && !onRight) return join;
  const arity = join.left.types.length;
  const place = (column: number) => (onLeft && column >= arity ? column + 1 : column);
  const [left, right] = [onLeft ? withArrival(join.left) : join.left, onRight ? withArrival(join.right) : join.right];
  const ending = (column: number) => ({column, bound: shifted({kind: 'step-time'}, -ttl), exact: false});
  const dated: DataflowJoin = {
    ...join,
    left,
    right,
    types: [...left.types, ...right.types],
    residual: join.residual && remapInputs(join.residual, place),
    expiry: {
      left: onLeft ? ending(arity) : join.expiry?.left,
      right: onRight ? ending(join.right.types.length) : join.expiry?.right,
    },
  };
  return mapOver(
    dated,
    [],
    join.types.map((type, i) => input(place(i), type)),
  );
}

function withArrival(plan: DataflowPlan): DataflowPlan {
  return mapOver(plan, [], [...plan.types.map((type, i) => input(i, type)), ARRIVAL]);
}
