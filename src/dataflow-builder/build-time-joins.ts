import type {DataflowAsOfJoin, DataflowTemporalJoin} from '../planner/dataflow/dataflow-plan.ts';
import {conjuncts} from '../planner/expression/build-expression.ts';
import {AsOfJoinOperator} from '../runtime/operators/asof-join.ts';
import {TemporalJoinOperator} from '../runtime/operators/temporal-join.ts';
import {physicalOf} from '../types/sql-type.ts';
import type {NodeBuilder} from './build-context.ts';
import {columnsRead, compileResidual} from './build-join.ts';
import {sideExpiries} from './build-time.ts';

export const buildAsOfJoin: NodeBuilder<DataflowAsOfJoin> = (plan, context, build) => {
  const {leftKeys, rightKeys, nullSafe, joinType, leftTime, rightTime, strict} = plan;
  const operator = new AsOfJoinOperator({
    label: 'asof-join',
    left: plan.left.types.map(physicalOf),
    right: plan.right.types.map(physicalOf),
    keys: {left: leftKeys, right: rightKeys, nullSafe},
    joinType,
    leftTime,
    rightTime,
    strict,
    expiry: sideExpiries(plan.expiry, context),
  });
  return context.graph.add(operator, [build(plan.left), build(plan.right)]);
};

export const buildTemporalJoin: NodeBuilder<DataflowTemporalJoin> = (plan, context, build) => {
  const {leftKeys, rightKeys, nullSafe, joinType, residual} = plan;
  const label = 'temporal-join';
  const operator = new TemporalJoinOperator({
    label,
    left: plan.left.types.map(physicalOf),
    right: plan.right.types.map(physicalOf),
    keys: {left: leftKeys, right: rightKeys, nullSafe},
    joinType,
    residual: residual && compileResidual(residual, plan.left.types, plan.right.types, context),
    errors: residual && context.errors?.({plan, operator: label, expressions: conjuncts(residual), columns: columnsRead(residual)}),
  });
  return context.graph.add(operator, [build(plan.left), build(plan.right)]);
};
