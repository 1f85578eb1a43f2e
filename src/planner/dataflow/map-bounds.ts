import type {BoundSpec} from '../../catalog/column-time.ts';
import {unreachable} from '../../common/unreachable.ts';
import type {DataflowPlan, Expiry} from './dataflow-plan.ts';
import {mapDataflowInputs} from './map-dataflow-inputs.ts';

/** The plan with `f` of each bound, of all of its nodes, in its place. */
export function mapBounds(plan: DataflowPlan, f: (bound: BoundSpec) => BoundSpec): DataflowPlan {
  const node = mapDataflowInputs(plan, input => mapBounds(input, f));
  const ending = (expiry: Expiry | undefined) => expiry && {...expiry, bound: f(expiry.bound)};
  switch (node.kind) {
    case 'late-gate':
      return {...node, bound: f(node.bound), windows: node.windows && {...node.windows, bound: f(node.windows.bound)}};
    case 'window-close':
      return {...node, bound: f(node.bound)};
    case 'aggregate':
    case 'distinct':
    case 'top':
    case 'analytic':
    case 'session':
    case 'session-aggregate':
      return {...node, expiry: ending(node.expiry)};
    case 'join':
    case 'asof-join':
      return {...node, expiry: node.expiry && {left: ending(node.expiry.left), right: ending(node.expiry.right)}};
    case 'scan':
    case 'values':
    case 'map':
    case 'union':
    case 'set-operation':
    case 'unnest':
    case 'hop':
    case 'partial-aggregate':
    case 'temporal-join':
    case 'temporal-filter':
      return node;
    default:
      return unreachable(node);
  }
}
