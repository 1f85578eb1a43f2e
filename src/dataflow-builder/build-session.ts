import type {DataflowSession, DataflowSessionAggregate} from '../planner/dataflow/dataflow-plan.ts';
import {SessionAggregateOperator} from '../runtime/operators/session-aggregate.ts';
import {sessionOperator} from '../runtime/operators/session.ts';
import {physicalOf} from '../types/sql-type.ts';
import {aggregateSpec} from './build-aggregate.ts';
import type {NodeBuilder} from './build-context.ts';

export const buildSession: NodeBuilder<DataflowSession> = ({input, time, gap, partition}, context, build) => {
  const operator = sessionOperator({label: 'session', input: input.types.map(physicalOf), time, gap, partition});
  return context.graph.add(operator, [build(input)]);
};

export const buildSessionAggregate: NodeBuilder<DataflowSessionAggregate> = (plan, context, build) => {
  const {input, time, gap, keys} = plan;
  const aggregates = plan.aggregates.map(aggregateSpec);
  const operator = new SessionAggregateOperator({label: 'session', input: input.types.map(physicalOf), time, gap, keys, aggregates});
  return context.graph.add(operator, [build(input)]);
};
