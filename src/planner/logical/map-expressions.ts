import {unreachable} from '../../common/unreachable.ts';
import {mapList} from '../expression/map-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {FrameBound, LogicalAggregateCall, LogicalAnalyticCall, LogicalPlan, SortExpression} from './logical-plan.ts';

type Mapper = (e: TypedExpression) => TypedExpression;

/** Applies `f` to the expressions of one node (not of its inputs); the node itself when none changed. */
export function mapExpressions(plan: LogicalPlan, f: Mapper): LogicalPlan {
  switch (plan.kind) {
    case 'scan':
    case 'distinct':
    case 'union':
    case 'set-operation':
    case 'emit-on-close':
      return plan;
    case 'values': {
      const rows = mapList(plan.rows, row => mapList(row, f));
      return rows === plan.rows ? plan : {...plan, rows};
    }
    case 'filter': {
      const predicates = mapList(plan.predicates, f);
      return predicates === plan.predicates ? plan : {...plan, predicates};
    }
    case 'project': {
      const expressions = mapList(plan.expressions, f);
      return expressions === plan.expressions ? plan : {...plan, expressions};
    }
    case 'join':
    case 'apply':
    case 'temporal-join': {
      const on = mapList(plan.on, f);
      return on === plan.on ? plan : {...plan, on};
    }
    case 'aggregate':
    case 'partial-aggregate': {
      const keys = mapList(plan.keys, f);
      const aggregates = mapList(plan.aggregates, a => mapAggregateCall(a, f));
      return keys === plan.keys && aggregates === plan.aggregates ? plan : {...plan, keys, aggregates};
    }
    case 'top': {
      const sort = mapList(plan.sort, s => mapSort(s, f));
      const partition = mapList(plan.partition, f);
      const limit = plan.limit && f(plan.limit);
      const offset = plan.offset && f(plan.offset);
      const same = sort === plan.sort && partition === plan.partition && limit === plan.limit && offset === plan.offset;
      return same ? plan : {...plan, sort, partition, limit, offset};
    }
    case 'unnest': {
      const args = mapList(plan.args, f);
      return args === plan.args ? plan : {...plan, args};
    }
    case 'window': {
      const time = f(plan.time);
      return time === plan.time ? plan : {...plan, time};
    }
    case 'session': {
      const time = f(plan.time);
      const partition = mapList(plan.partition, f);
      return time === plan.time && partition === plan.partition ? plan : {...plan, time, partition};
    }
    case 'analytic': {
      const partition = mapList(plan.partition, f);
      const sort = mapList(plan.sort, s => mapSort(s, f));
      const calls = mapList(plan.calls, c => mapAnalyticCall(c, f));
      return partition === plan.partition && sort === plan.sort && calls === plan.calls ? plan : {...plan, partition, sort, calls};
    }
    case 'asof-join': {
      const on = mapList(plan.on, f);
      const leftTime = f(plan.leftTime);
      const rightTime = f(plan.rightTime);
      return on === plan.on && leftTime === plan.leftTime && rightTime === plan.rightTime ? plan : {...plan, on, leftTime, rightTime};
    }
    case 'temporal-filter': {
      const from = plan.from && f(plan.from);
      const until = plan.until && f(plan.until);
      return from === plan.from && until === plan.until ? plan : {...plan, from, until};
    }
    default:
      return unreachable(plan);
  }
}

export function mapAggregateCall(call: LogicalAggregateCall, f: Mapper): LogicalAggregateCall {
  const args = mapList(call.args, f);
  const filter = call.filter && f(call.filter);
  const orderBy = call.orderBy && mapList(call.orderBy, s => mapSort(s, f));
  return args === call.args && filter === call.filter && orderBy === call.orderBy ? call : {...call, args, filter, orderBy};
}

export function mapAnalyticCall(call: LogicalAnalyticCall, f: Mapper): LogicalAnalyticCall {
  const args = mapList(call.args, f);
  const filter = call.filter && f(call.filter);
  const start = mapBound(call.frame.start, f);
  const end = mapBound(call.frame.end, f);
  const frame = start === call.frame.start && end === call.frame.end ? call.frame : {...call.frame, start, end};
  return args === call.args && filter === call.filter && frame === call.frame ? call : {...call, args, filter, frame};
}

function mapBound(bound: FrameBound, f: Mapper): FrameBound {
  const offset = bound.offset && f(bound.offset);
  const edge = bound.edge && f(bound.edge);
  return offset === bound.offset && edge === bound.edge ? bound : {...bound, offset, edge};
}

function mapSort(sort: SortExpression, f: Mapper): SortExpression {
  const expression = f(sort.expression);
  return expression === sort.expression ? sort : {...sort, expression};
}

export function expressionsOf(plan: LogicalPlan): readonly TypedExpression[] {
  const found: TypedExpression[] = [];
  mapExpressions(plan, e => {
    found.push(e);
    return e;
  });
  return found;
}
