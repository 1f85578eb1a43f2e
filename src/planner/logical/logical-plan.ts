import type {DeterminedColumns} from '../../catalog/relation.ts';
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
  | LogicalUnnest
  | LogicalWindow
  | LogicalPartialAggregate
  | LogicalSession
  | LogicalAnalytic
  | LogicalAsOfJoin
  | LogicalTemporalJoin
  | LogicalTemporalFilter
  | LogicalEmitOnClose;

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
  /** What holds of its rows because of keys that are declared, here or below. */
  readonly determinations: readonly Determination[];
  readonly appendOnly: boolean;
};
/** Rows in which the expressions `by` over ordinals have equal values, none of them NULL unless `nullsToo`, have the same in `columns`. */
export type Determination = Omit<DeterminedColumns, 'by'> & {readonly by: readonly TypedExpression[]};
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
  /** `limit` counts ranks and not rows: rank and dense-rank keep ties. There is no offset then. `output`: one more column, the int8 rank. */
  readonly rank?: TopRank | undefined;
};
export type TopRank = {readonly function: 'row-number' | 'rank' | 'dense-rank'; readonly output: boolean};
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
/**
 * Input row ++ start and end of each window that its time is in; both have the type of `time`. A row whose time is NULL comes once, with NULL
 * windows. Windows are half open. All numbers are microseconds. tumble and hop: windows of `size` begin every `slide` from `offset` on (after
 * 1970-01-01), for tumble `slide` = `size`. cumulate: windows begin every `size` and end after `slide`, 2 · `slide` … up to `size`.
 */
export type LogicalWindow = {
  readonly kind: 'window';
  readonly window: 'tumble' | 'hop' | 'cumulate';
  readonly input: LogicalPlan;
  readonly time: TypedExpression;
  readonly size: bigint;
  readonly slide: bigint;
  readonly offset: bigint;
  /** Of the two new columns. */
  readonly names: readonly [string, string];
};
/**
 * As an aggregate with keys, but a group may come in any number of rows that have to be merged above: nothing is kept from step to step. Only
 * over append-only input.
 */
export type LogicalPartialAggregate = {
  readonly kind: 'partial-aggregate';
  readonly input: LogicalPlan;
  readonly keys: readonly TypedExpression[];
  readonly aggregates: readonly LogicalAggregateCall[];
  readonly names: readonly string[];
};
/**
 * Input row ++ start and end of its session: rows with equal `partition` are in one session when their times are less than `gap` microseconds
 * apart. It ends `gap` after its last row. A row whose time is NULL has NULL for both.
 */
export type LogicalSession = {
  readonly kind: 'session';
  readonly input: LogicalPlan;
  readonly time: TypedExpression;
  readonly gap: bigint;
  readonly partition: readonly TypedExpression[];
  readonly names: readonly [string, string];
};
/** Input row ++ the value of each window function call over the row's partition. */
export type LogicalAnalytic = {
  readonly kind: 'analytic';
  readonly input: LogicalPlan;
  readonly partition: readonly TypedExpression[];
  readonly sort: readonly SortExpression[];
  readonly calls: readonly LogicalAnalyticCall[];
  /** Of the new columns. */
  readonly names: readonly string[];
};
export type LogicalAnalyticCall = {
  /** A window function's id, or an aggregate's. */
  readonly function: string;
  readonly args: readonly TypedExpression[];
  readonly type: SqlType;
  readonly frame: WindowFrame;
  readonly filter?: TypedExpression | undefined;
};
/** Default: RANGE from UNBOUNDED PRECEDING to CURRENT ROW. */
export type WindowFrame = {
  readonly mode: 'rows' | 'range' | 'groups';
  readonly start: FrameBound;
  readonly end: FrameBound;
  readonly exclude: 'no-others' | 'current-row' | 'group' | 'ties';
};
/**
 * Preceding and following have, for rows and groups, `offset`: an int8 that reads no columns; for range `edge`: the value of the one sort column,
 * of the same type, up to which the frame of the row reaches. A row whose sort column is NULL has its peers there.
 */
export type FrameBound = {
  readonly bound: 'unbounded-preceding' | 'preceding' | 'current-row' | 'following' | 'unbounded-following';
  readonly offset?: TypedExpression | undefined;
  readonly edge?: TypedExpression | undefined;
};
/**
 * Each left row with the right row that meets `on` (equalities over left ++ right) and has the greatest time not after the left row's (`strict`:
 * before it). Of several such right rows it is any one. Without one: no row, or padded with NULLs for left.
 */
export type LogicalAsOfJoin = {
  readonly kind: 'asof-join';
  readonly joinType: 'inner' | 'left';
  readonly left: LogicalPlan;
  readonly right: LogicalPlan;
  readonly on: readonly TypedExpression[];
  /** Over left, and over right. */
  readonly leftTime: TypedExpression;
  readonly rightTime: TypedExpression;
  readonly strict: boolean;
};
/** Left rows joined with the right rows as they are in the step of the left row; later changes of the right side do not touch the result. */
export type LogicalTemporalJoin = {
  readonly kind: 'temporal-join';
  readonly joinType: 'inner' | 'left';
  readonly left: LogicalPlan;
  readonly right: LogicalPlan;
  readonly on: readonly TypedExpression[];
};
/** Rows for which `from` ≤ now() < `until`; NULL bounds keep a row out, bounds that are not given do not. Both have the type of now(). */
export type LogicalTemporalFilter = {
  readonly kind: 'temporal-filter';
  readonly input: LogicalPlan;
  readonly from?: TypedExpression | undefined;
  readonly until?: TypedExpression | undefined;
};
/** Each row once, when the watermark has passed its window's end, which is `column`. */
export type LogicalEmitOnClose = {readonly kind: 'emit-on-close'; readonly input: LogicalPlan; readonly column: number};
