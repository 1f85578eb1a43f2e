import type {GraphNode} from '../../runtime/graph/graph.ts';
import {LimitOperator} from '../../runtime/operators/limit.ts';

/** Whether rows that a node emits can still change the result: on some way down no LIMIT has all its rows. */
export function isWanted(node: GraphNode): boolean {
  return (
    node.consumers.length === 0 ||
    node.consumers.some(({node: next}) => !(next.operator instanceof LimitOperator && next.operator.done) && isWanted(next))
  );
}

/** Whether every way down from a node leads through a LIMIT, which ends the feeding at some time. */
export function isLimited(node: GraphNode): boolean {
  return node.consumers.length > 0 && node.consumers.every(({node: next}) => next.operator instanceof LimitOperator || isLimited(next));
}
