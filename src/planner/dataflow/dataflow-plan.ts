import type {Datum} from '../../types/datum.ts';
import type {SqlType} from '../../types/sql-type.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {FrameBound, TopRank, WindowFrame} from '../logical/logical-plan.ts';
import type {BoundSpec} from '../../catalog/column-time.ts';

/**
 * What the dataflow thread builds operators from: plain data, a tree whose equal subtrees the builder shares by `fingerprint`.
 * Every node has `types`, its output columns.
 */
export type DataflowPlan =
  | DataflowScan
  | DataflowValues
  | DataflowMap
  | DataflowJoin
  | DataflowAggregate
  | DataflowDistinct
  | DataflowUnion
  | DataflowSetOperation
  | DataflowTop
  | DataflowUnnest
  | DataflowHop
  | DataflowPartialAggregate
  | DataflowSession
  | DataflowSessionAggregate
  | DataflowAnalytic
  | DataflowAsOfJoin
  | DataflowTemporalJoin
  | DataflowTemporalFilter
  | DataflowWindowClose
  | DataflowLateGate;

type Node = {readonly types: readonly SqlType[]};

/**
 * State that time makes useless: rows whose `column` is below `bound` are dropped. `exact`: there are few different values (ends of windows),
 * and each goes at its time; else they go by the second.
 */
export type Expiry = {readonly column: number; readonly bound: BoundSpec; readonly exact: boolean};
export type SideExpiries = {readonly left?: Expiry | undefined; readonly right?: Expiry | undefined};

/**
 * The rows of a catalog object (by its never-reused id): stream, table, materialized view, system relation. `columns` = ordinals wanted;
 * `paths[i]`, where given, says which field inside composite column `columns[i]` is wanted (field numbers; empty = the whole column).
 */
export type DataflowScan = Node & {
  readonly kind: 'scan';
  readonly relation: number;
  readonly columns: readonly number[];
  readonly paths?: readonly (readonly number[])[] | undefined;
  readonly appendOnly: boolean;
  /**
   * The rows of a view as they come, made of the records that it reads: what it has for columns beyond those of the view. Rows that the view
   * has held already have NULL there.
   */
  readonly traced?: DataflowPlan | undefined;
  /** Of a plan that is run once: only the row with this key is wanted. */
  readonly lookup?: ScanLookup | undefined;
};
/** The values of a key's columns: expressions without inputs. NULL finds nothing. */
export type ScanLookup = {readonly key: readonly number[]; readonly values: readonly TypedExpression[]};
export type DataflowValues = Node & {readonly kind: 'values'; readonly rows: readonly (readonly Datum[])[]};
/** Fused filter and projection: rows where every predicate is true, `projections` over the input (absent = all columns as they are). */
export type DataflowMap = Node & {
  readonly kind: 'map';
  readonly input: DataflowPlan;
  readonly predicates: readonly TypedExpression[];
  readonly projections?: readonly TypedExpression[] | undefined;
};
/**
 * Equality join; `leftKeys[i] = rightKeys[i]` (columns of equal type; empty = cross join). `nullSafe[i]`: NULL matches NULL there.
 * `residual` is evaluated over left ++ right columns. Output: left ++ right (inner, left), left only (semi, anti).
 */
export type DataflowJoin = Node & {
  readonly kind: 'join';
  readonly joinType: 'inner' | 'left' | 'semi' | 'anti';
  readonly left: DataflowPlan;
  readonly right: DataflowPlan;
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  readonly nullSafe: readonly boolean[];
  readonly residual?: TypedExpression | undefined;
  /** Per side, whether it never retracts. */
  readonly appendOnly: {readonly left: boolean; readonly right: boolean};
  readonly expiry?: SideExpiries | undefined;
};
/** Output: key columns, then one column per aggregate. No keys = exactly one row, also over no input. */
export type DataflowAggregate = Node & {
  readonly kind: 'aggregate';
  readonly input: DataflowPlan;
  readonly keys: readonly number[];
  readonly aggregates: readonly AggregateCall[];
  /** The input never retracts: min/max keep no history. */
  readonly appendOnly: boolean;
  /** `column` is one of the output's key columns. */
  readonly expiry?: Expiry | undefined;
};
/** `args` and `filter` are columns of the input (a map below computes expressions). `filter` is a boolean column. */
export type AggregateCall = {
  readonly function: string;
  readonly args: readonly number[];
  readonly argTypes: readonly SqlType[];
  readonly type: SqlType;
  readonly distinct: boolean;
  readonly filter?: number | undefined;
  /** ORDER BY inside the call (array_agg, string_agg): ad-hoc only. */
  readonly orderBy?: readonly SortKey[] | undefined;
};
export type DataflowDistinct = Node & {readonly kind: 'distinct'; readonly input: DataflowPlan; readonly expiry?: Expiry | undefined};
export type DataflowUnion = Node & {readonly kind: 'union'; readonly inputs: readonly DataflowPlan[]};
export type DataflowSetOperation = Node & {
  readonly kind: 'set-operation';
  readonly operation: 'intersect' | 'except';
  readonly all: boolean;
  readonly left: DataflowPlan;
  readonly right: DataflowPlan;
};
/**
 * ORDER BY / LIMIT / OFFSET; ad-hoc: only at the top (or in subqueries of ad-hoc queries). limit absent = all. With `partition` columns order,
 * limit and offset hold within each group of rows that have equal values there (NULLs are equal); the groups come in any order.
 */
export type DataflowTop = Node & {
  readonly kind: 'top';
  readonly input: DataflowPlan;
  readonly sort: readonly SortKey[];
  readonly partition?: readonly number[] | undefined;
  readonly limit?: TypedExpression | undefined;
  readonly offset?: TypedExpression | undefined;
  /** `limit` counts ranks and not rows; `output`: one more column, the int8 rank. Then there is a partition (perhaps empty) and no offset. */
  readonly rank?: TopRank | undefined;
  /** `column` is one of `partition`. */
  readonly expiry?: Expiry | undefined;
};
export type SortKey = {readonly column: number; readonly descending: boolean; readonly nullsFirst: boolean};
/** For each input row, the rows of a set-returning function call: output = input columns ++ function columns (++ ordinality). Lateral inner. */
export type DataflowUnnest = Node & {
  readonly kind: 'unnest';
  readonly input: DataflowPlan;
  readonly function: string;
  readonly args: readonly TypedExpression[];
  readonly ordinality: boolean;
  /** LEFT JOIN LATERAL … ON true: a row without results is padded with NULLs. */
  readonly outer: boolean;
};
/** Input row ++ start and end of each window, of the type of column `time` (see LogicalWindow). Numbers are microseconds. */
export type DataflowHop = Node & {
  readonly kind: 'hop';
  readonly input: DataflowPlan;
  readonly time: number;
  readonly slide: number;
  readonly size: number;
  readonly offset: number;
  /** Windows of every size up to `size` in steps of `slide`, from one beginning. */
  readonly cumulate: boolean;
};
/** As an aggregate with keys over the rows of one step alone: nothing is kept, groups of different steps are merged by an aggregate above. */
export type DataflowPartialAggregate = Node & {
  readonly kind: 'partial-aggregate';
  readonly input: DataflowPlan;
  readonly keys: readonly number[];
  readonly aggregates: readonly AggregateCall[];
};
/** Input row ++ start and end of its session (see LogicalSession). */
export type DataflowSession = Node & {
  readonly kind: 'session';
  readonly input: DataflowPlan;
  readonly time: number;
  readonly gap: number;
  readonly partition: readonly number[];
  /** `column` is `time`: a session is over when it has ended before the bound. */
  readonly expiry?: Expiry | undefined;
};
/** Sessions of append-only rows with aggregates that can be merged. Output: keys ++ session start ++ session end ++ aggregates. */
export type DataflowSessionAggregate = Node & {
  readonly kind: 'session-aggregate';
  readonly input: DataflowPlan;
  readonly time: number;
  readonly gap: number;
  readonly keys: readonly number[];
  readonly aggregates: readonly AggregateCall[];
  /** As of DataflowSession. */
  readonly expiry?: Expiry | undefined;
};
/** Input row ++ the value of each call over the rows with equal `partition` columns. */
export type DataflowAnalytic = Node & {
  readonly kind: 'analytic';
  readonly input: DataflowPlan;
  readonly partition: readonly number[];
  readonly sort: readonly SortKey[];
  readonly calls: readonly AnalyticCall[];
  /** `column` is one of `partition`. */
  readonly expiry?: Expiry | undefined;
};
/** `function` is a window function's id or an aggregate's. */
export type AnalyticCall = {
  readonly function: string;
  readonly args: readonly number[];
  readonly argTypes: readonly SqlType[];
  readonly type: SqlType;
  readonly frame: DataflowFrame;
  readonly filter?: number | undefined;
};
/** As WindowFrame; `edge` is a column of the input. */
export type DataflowFrame = Omit<WindowFrame, 'start' | 'end'> & {readonly start: DataflowFrameBound; readonly end: DataflowFrameBound};
export type DataflowFrameBound = Omit<FrameBound, 'edge'> & {readonly edge?: number | undefined};
/** See LogicalAsOfJoin. `leftTime` and `rightTime` are columns of equal type. Output: left ++ right. */
export type DataflowAsOfJoin = Node & {
  readonly kind: 'asof-join';
  readonly joinType: 'inner' | 'left';
  readonly left: DataflowPlan;
  readonly right: DataflowPlan;
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  readonly nullSafe: readonly boolean[];
  readonly leftTime: number;
  readonly rightTime: number;
  readonly strict: boolean;
  readonly appendOnly: {readonly left: boolean; readonly right: boolean};
  /** Left rows below their bound are dropped, right rows but for the last one of each key. */
  readonly expiry?: SideExpiries | undefined;
};
/** Left rows with the right rows of their step. Output: left ++ right. */
export type DataflowTemporalJoin = Node & {
  readonly kind: 'temporal-join';
  readonly joinType: 'inner' | 'left';
  readonly left: DataflowPlan;
  readonly right: DataflowPlan;
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  readonly nullSafe: readonly boolean[];
  readonly residual?: TypedExpression | undefined;
};
/** Rows for which column `from` ≤ now() < column `until`, both timestamptz. */
export type DataflowTemporalFilter = Node & {
  readonly kind: 'temporal-filter';
  readonly input: DataflowPlan;
  readonly from?: number | undefined;
  readonly until?: number | undefined;
};
/** Each row once, when `bound` has passed its `column`. */
export type DataflowWindowClose = Node & {
  readonly kind: 'window-close';
  readonly input: DataflowPlan;
  readonly column: number;
  readonly bound: BoundSpec;
  /** `column` is where a row's window starts, not where it ends; the size is of the longest, µs, if known. */
  readonly starts?: {readonly size: number | undefined} | undefined;
};
export type GateWindows = {
  readonly slide: number;
  readonly size: number;
  readonly offset: number;
  readonly cumulate: boolean;
  readonly edge: 'start' | 'end';
  readonly bound: BoundSpec;
};
/**
 * Keeps out rows whose `column` lies below `bound` as it stood at the end of the previous step. The output is the first `width` columns of the
 * input; `origin` says which of those behind them are the partition and offset of the record that a row comes from, and of which stream it is.
 */
export type DataflowLateGate = Node & {
  readonly kind: 'late-gate';
  readonly input: DataflowPlan;
  readonly column: number;
  readonly bound: BoundSpec;
  readonly width: number;
  readonly origin?: {readonly stream: number; readonly partition: number; readonly offset: number} | undefined;
  /** What else is known of a row's time, for `$late`: columns of the input. */
  readonly eventTime?: number | undefined;
  readonly windowStart?: number | undefined;
  readonly windowEnd?: number | undefined;
  /** µs: says where the window started when no column does. */
  readonly windowSize?: number | undefined;
  /** The windows that `column` is in instead: a row is kept out when the `edge` of all lies before `windows.bound`, and told of for each that does. */
  readonly windows?: GateWindows | undefined;
  /** A column that was made for aggregates and says nothing of the row. */
  readonly hidden?: number | undefined;
  /** Somebody below has told of the rows already. */
  readonly silent: boolean;
};
