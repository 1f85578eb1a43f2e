import {compileMap} from '../codegen/compile-map.ts';
import {unreachable} from '../common/unreachable.ts';
import type {DataflowJoin} from '../planner/dataflow/dataflow-plan.ts';
import {sideExpiries} from './build-time.ts';
import {conjuncts} from '../planner/expression/build-expression.ts';
import {inputsRead, remapInputs} from '../planner/expression/references.ts';
import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import type {Operator} from '../runtime/graph/operator.ts';
import {AntiJoinOperator} from '../runtime/operators/anti-join.ts';
import {InnerJoinOperator, type JoinArgs} from '../runtime/operators/inner-join.ts';
import {LeftJoinOperator} from '../runtime/operators/left-join.ts';
import type {JoinKeys} from '../runtime/operators/join-pairs.ts';
import type {ResidualCondition} from '../runtime/operators/pair-filter.ts';
import {SemiJoinOperator} from '../runtime/operators/semi-join.ts';
import {physicalOf, T, type SqlType} from '../types/sql-type.ts';
import type {BuildContext, NodeBuilder} from './build-context.ts';
import {isHashableKey} from '../types/hashable-key.ts';

export const buildJoin: NodeBuilder<DataflowJoin> = (plan, context, build) => {
  const left = build(plan.left);
  const right = build(plan.right);
  const {joinType} = plan;
  const {keys, residual} = splitKeys(plan);
  const label = keys.left.length === 0 && joinType === 'inner' ? 'cross-join' : `${joinType}-join`;
  const args: JoinArgs = {
    label,
    left: plan.left.types.map(physicalOf),
    right: plan.right.types.map(physicalOf),
    keys,
    appendOnly: plan.appendOnly,
    expiry: sideExpiries(plan.expiry, context),
    residual: residual === undefined ? undefined : compileResidual(residual, plan.left.types, plan.right.types, context),
    errors:
      residual === undefined
        ? undefined
        : context.errors?.({plan, operator: label, expressions: conjuncts(residual), columns: columnsRead(residual)}),
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

/** Keys that cannot be looked up by hash become part of the residual condition. */
function splitKeys(plan: DataflowJoin): {readonly keys: JoinKeys; readonly residual: TypedExpression | undefined} {
  const width = plan.left.types.length;
  const hashed = plan.leftKeys.map((_, i) => i).filter(i => isHashableKey(plan.left.types[plan.leftKeys[i]!]!));
  const keys = {
    left: hashed.map(i => plan.leftKeys[i]!),
    right: hashed.map(i => plan.rightKeys[i]!),
    nullSafe: hashed.map(i => plan.nullSafe[i]!),
  };
  const compared = plan.leftKeys.flatMap((column, i): TypedExpression[] => {
    if (hashed.includes(i)) return [];
    const left: TypedExpression = {kind: 'input', type: plan.left.types[column]!, index: column};
    const right: TypedExpression = {...left, index: width + plan.rightKeys[i]!};
    return [
      plan.nullSafe[i] === true
        ? {kind: 'distinct', type: T.bool, negated: true, left, right}
        : {kind: 'compare', type: T.bool, op: '=', left, right},
    ];
  });
  const conditions = plan.residual === undefined ? compared : [...compared, plan.residual];
  if (conditions.length < 2) return {keys, residual: conditions[0]};
  return {keys, residual: {kind: 'and', type: T.bool, args: conditions}};
}

/** Compiles a condition over left ++ right to a filter of pair numbers that is given only the columns that the condition reads. */
export function compileResidual(
  residual: TypedExpression,
  left: readonly SqlType[],
  right: readonly SqlType[],
  {parameters, evaluation}: BuildContext,
): ResidualCondition {
  const types = [...left, ...right];
  const read = columnsRead(residual);
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

/** Columns of left ++ right that a condition reads, in order. */
export function columnsRead(condition: TypedExpression): number[] {
  return [...inputsRead([condition])].sort((a, b) => a - b);
}
