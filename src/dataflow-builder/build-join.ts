import {compileMap} from '../codegen/compile-map.ts';
import {unreachable} from '../common/unreachable.ts';
import type {DataflowJoin} from '../planner/dataflow/dataflow-plan.ts';
import {inputsRead, remapInputs} from '../planner/expression/references.ts';
import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import type {Operator} from '../runtime/graph/operator.ts';
import {AntiJoinOperator} from '../runtime/operators/anti-join.ts';
import {InnerJoinOperator, type JoinArgs} from '../runtime/operators/inner-join.ts';
import {LeftJoinOperator} from '../runtime/operators/left-join.ts';
import type {ResidualCondition} from '../runtime/operators/pair-filter.ts';
import {SemiJoinOperator} from '../runtime/operators/semi-join.ts';
import {physicalOf, T, type SqlType} from '../types/sql-type.ts';
import type {BuildContext, NodeBuilder} from './build-context.ts';

export const buildJoin: NodeBuilder<DataflowJoin> = (plan, context, build) => {
  const left = build(plan.left);
  const right = build(plan.right);
  const {joinType, residual} = plan;
  const args: JoinArgs = {
    label: plan.leftKeys.length === 0 && joinType === 'inner' ? 'cross-join' : `${joinType}-join`,
    left: plan.left.types.map(physicalOf),
    right: plan.right.types.map(physicalOf),
    keys: {left: plan.leftKeys, right: plan.rightKeys, nullSafe: plan.nullSafe},
    residual: residual === undefined ? undefined : compileResidual(residual, plan.left.types, plan.right.types, context),
  };
  return context.graph.add(joinOperator(joinType, args), [left, right]);
};

function joinOperator(joinType: DataflowJoin['joinType'], args: JoinArgs): Operator {
  switch (joinType) {
    case 'inner':
      return new InnerJoinOperator(args);
    case 'left':
      return new LeftJoinOperator(args);
    case 'semi':
      return new SemiJoinOperator(args);
    case 'anti':
      return new AntiJoinOperator(args);
    default:
      return unreachable(joinType);
  }
}

/** Compiles a condition over left ++ right to a filter of pair numbers that is given only the columns that the condition reads. */
function compileResidual(
  residual: TypedExpression,
  left: readonly SqlType[],
  right: readonly SqlType[],
  {parameters, evaluation}: BuildContext,
): ResidualCondition {
  const types = [...left, ...right];
  const read = [...inputsRead([residual])].sort((a, b) => a - b);
  const number: TypedExpression = {kind: 'input', type: T.int4, index: read.length};
  const kernel = compileMap({
    inputTypes: [...read.map(c => types[c]!), T.int4],
    predicates: [remapInputs(residual, index => read.indexOf(index))],
    projections: [number],
    parameters,
    context: evaluation,
  });
  return {left: read.filter(c => c < left.length), right: read.filter(c => c >= left.length).map(c => c - left.length), kernel};
}
