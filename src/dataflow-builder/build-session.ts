import type {DataflowSession, DataflowSessionAggregate} from '../planner/dataflow/dataflow-plan.ts';
import {SessionAggregateOperator} from '../runtime/operators/session-aggregate.ts';
import {sessionOperator} from '../runtime/operators/session.ts';
import {physicalOf} from '../types/sql-type.ts';
import {aggregateSpec} from './build-aggregate.ts';
import type {NodeBuilder} from './build-context.ts';
import {rowExpiry} from './build-time.ts';

export const buildSession: NodeBuilder<DataflowSession> = (plan, context, build) => {
  const {input, time, gap, partition} = plan;
  const expiry = rowExpiry(plan.expiry, context);
  const operator = sessionOperator({label: 'session', input: input.types.map(physicalOf), time, gap, partition, expiry});
  return context.graph.add(operator, [build(input)]);
};

export const buildSessionAggregate: NodeBuilder<DataflowSessionAggregate> = (plan, context, build) => {
  const {input, time, gap, keys} = plan;
  const expiry = rowExpiry(plan.expiry, context);
  const aggregates = plan.aggregates.map(aggregateSpec);
  const operator = new SessionAggregateOperator({
    label: 'session',
    input: input.types.map(physicalOf),
    time,
    gap,
    keys,
    aggregates,
    errors: context.errors?.({plan, operator: 'session', expressions: [], columns: [...keys, time]}),
    expiry,
  });
  return context.graph.add(operator, [build(input)]);
};
