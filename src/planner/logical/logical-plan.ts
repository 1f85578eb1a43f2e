import type {SqlType} from '../../types/sql-type.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';

/**
 * A query with names and types resolved, as relational algebra over bags. Expressions read columns of the node's input by position; in a
 * join those of left ++ right. Columns of enclosing queries are `outer` expressions, below the right side of an `apply` only.
 */
export type LogicalPlan =
  | LogicalScan
  | LogicalValues
  | LogicalFilter
  | LogicalProject
  | LogicalJoin
  | LogicalApply
  | LogicalAggregate
  | LogicalDistinct
  | LogicalUnion
  | LogicalSetOperation
  | LogicalTop
  | LogicalUnnest;

/** `columns` are ordinals of the relation (system columns after the declared ones); `name` and `names` are for people. */
export type LogicalScan = {
  readonly kind: 'scan';
  readonly relation: number;
  readonly name: string;
  readonly columns: readonly number[];
  readonly names: readonly string[];
  readonly types: readonly SqlType[];
  /** Declared NOT NULL, by output column. */
  readonly notNull: readonly boolean[];
  /** Sets of ordinals that are unique together, whether they are among `columns` or not. */
  readonly keys: readonly (readonly number[])[];
  readonly appendOnly: boolean;
};
/** Rows of expressions without inputs; `SELECT` without FROM is one row without columns. */
export type LogicalValues = {
  readonly kind: 'values';
  readonly names: readonly string[];
  readonly types: readonly SqlType[];
  readonly rows: readonly (readonly TypedExpression[])[];
};
/** Rows for which every predicate is true. The order of predicates has no meaning. */
export type LogicalFilter = {readonly kind: 'filter'; readonly input: LogicalPlan; readonly predicates: readonly TypedExpression[]};
export type LogicalProject = {
  readonly kind: 'project';
  readonly input: LogicalPlan;
  readonly expressions: readonly TypedExpression[];
  readonly names: readonly string[];
};
/** `on` holds the conjuncts of the condition, none = cross join. Output: left ++ right; left alone for semi and anti. */
export type LogicalJoin = {
  readonly kind: 'join';
  readonly joinType: JoinType;
  readonly left: LogicalPlan;
  readonly right: LogicalPlan;
  readonly on: readonly TypedExpression[];
};
export type JoinType = 'inner' | 'left' | 'full' | 'semi' | 'anti';
/**
 * For each row of `left` the rows of `right`, in which `outer` expressions of depth 1 read that row. By `result`:
 *  inner, left   left ++ right where `on` holds, padded with NULLs for left: LATERAL
 *  scalar        left ++ the one column of right: NULL without rows, 21000 with more than one
 *  exists        left ++ a boolean: whether right has a row
 *  any           left ++ a boolean: the three-valued OR of `on` (over left ++ right) for the rows of right
 */
export type LogicalApply = {
  readonly kind: 'apply';
  readonly result: 'inner' | 'left' | 'scalar' | 'exists' | 'any';
  readonly left: LogicalPlan;
  readonly right: LogicalPlan;
  readonly on: readonly TypedExpression[];
};
/** Output: keys, then aggregates. No keys = exactly one row. */
export type LogicalAggregate = {
  readonly kind: 'aggregate';
  readonly input: LogicalPlan;
  readonly keys: readonly TypedExpression[];
  readonly aggregates: readonly LogicalAggregateCall[];
  /** Names of all output columns. */
  readonly names: readonly string[];
};
export type LogicalAggregateCall = {
  readonly function: string;
  readonly args: readonly TypedExpression[];
  readonly type: SqlType;
  readonly distinct: boolean;
  readonly filter?: TypedExpression | undefined;
  readonly orderBy?: readonly SortExpression[] | undefined;
};
export type SortExpression = {readonly expression: TypedExpression; readonly descending: boolean; readonly nullsFirst: boolean};
export type LogicalDistinct = {readonly kind: 'distinct'; readonly input: LogicalPlan};
/** UNION ALL; inputs have equal column types. */
export type LogicalUnion = {readonly kind: 'union'; readonly inputs: readonly LogicalPlan[]};
export type LogicalSetOperation = {
  readonly kind: 'set-operation';
  readonly operation: 'intersect' | 'except';
  readonly all: boolean;
  readonly left: LogicalPlan;
  readonly right: LogicalPlan;
};
/** The rows in order, `offset` skipped and at most `limit` kept: of each group of equal `partition` values, if there are any. */
export type LogicalTop = {
  readonly kind: 'top';
  readonly input: LogicalPlan;
  readonly sort: readonly SortExpression[];
  readonly limit?: TypedExpression | undefined;
  readonly offset?: TypedExpression | undefined;
  readonly partition: readonly TypedExpression[];
};
/** Input row ++ each row of the set-returning function (++ its number from 1). `outer`: a row without results is padded with NULLs. */
export type LogicalUnnest = {
  readonly kind: 'unnest';
  readonly input: LogicalPlan;
  readonly function: string;
  readonly args: readonly TypedExpression[];
  readonly names: readonly string[];
  readonly types: readonly SqlType[];
  readonly ordinality: boolean;
  readonly outer: boolean;
};
