import type {Datum} from '../types/datum.ts';
import type {SqlType} from '../types/sql-type.ts';
import type {EvaluationContext} from './evaluation-context.ts';
import type {InlineTemplates} from './inline-template.ts';
import type {ParameterType} from './parameter-type.ts';

export type Volatility = 'immutable' | 'stable' | 'volatile';

/**
 * A scalar function or operator: what the binder resolves against, the interpreter and the code generator evaluate, pg_proc and
 * pg_operator list, and the documentation prints.
 */
export type FunctionDefinition = {
  readonly kind: 'function';
  /** Unique and stable; what expressions refer to. PostgreSQL's proname where that is unique, else `name_argument_types`. */
  readonly id: string;
  readonly name: string;
  /** The operator that this function implements; with one argument a prefix operator. */
  readonly operator?: string | undefined;
  readonly args: readonly ParameterType[];
  /** Type of the further arguments (none or more) after `args`. `any` = each of its own type. */
  readonly variadic?: ParameterType | undefined;
  /** How many of the last `args` have defaults (PostgreSQL's pronargdefaults); they may be left out and are then not passed. */
  readonly defaults: number;
  readonly returns: ParameterType;
  /** For results that follow from the argument types in a way that polymorphism does not say. */
  readonly returnType?: ((args: readonly SqlType[]) => SqlType) | undefined;
  /** NULL when any argument is NULL, without a call of `evaluate`. */
  readonly strict: boolean;
  readonly volatility: Volatility;
  /** Whether evaluation may raise an error for some arguments. */
  readonly fallible: boolean;
  /** pg_proc.oid: PostgreSQL's where it has the function, else from 12000 up. */
  readonly oid: number;
  readonly evaluate: (args: readonly Datum[], context: EvaluationContext, types: CallTypes) => Datum;
  readonly inline?: InlineTemplates | undefined;
  readonly doc: string;
  readonly family: string;
};

/** The types of a call, for functions whose result depends on them (pg_typeof, to_jsonb, array constructors). */
export type CallTypes = {readonly args: readonly SqlType[]; readonly returns: SqlType};

/**
 * An aggregate. `evaluate` is the law: its value over all rows of a group (each with its arguments), in order. How it is maintained
 * incrementally is said by `lowering`.
 */
export type AggregateDefinition = {
  readonly kind: 'aggregate';
  readonly id: string;
  readonly name: string;
  readonly args: readonly ParameterType[];
  readonly variadic?: undefined;
  readonly defaults: 0;
  readonly returns: ParameterType;
  readonly returnType?: ((args: readonly SqlType[]) => SqlType) | undefined;
  readonly oid: number;
  readonly doc: string;
  readonly family: string;
  /** Rows whose first argument is NULL are not looked at. */
  readonly ignoresNulls: boolean;
  readonly distinctAllowed: boolean;
  /** The order of the rows matters (array_agg, string_agg): ORDER BY inside the call has an effect. */
  readonly ordered: boolean;
  readonly lowering: AggregateLowering;
  readonly evaluate: (rows: readonly (readonly Datum[])[], context: EvaluationContext, types: CallTypes) => Datum;
};

/**
 *  native    the runtime has an accumulator of this kind for the argument's physical kind
 *  composed  `final` (a function id) applied to other aggregates, each over `map` (a function id) of the argument or the argument itself
 *  collect   the values of the group are kept and `evaluate` is applied to all of them
 */
export type AggregateLowering =
  | {readonly kind: 'native'; readonly accumulator: 'count' | 'count-rows' | 'sum' | 'sum-counts' | 'min' | 'max' | 'bool-and' | 'bool-or'}
  | {
      readonly kind: 'composed';
      readonly parts: readonly {readonly aggregate: string; readonly map?: string | undefined}[];
      readonly final: string;
    }
  | {readonly kind: 'collect'};

/** A function in FROM (or in the select list) that gives rows. */
export type SetReturningDefinition = {
  readonly kind: 'set-returning';
  readonly id: string;
  readonly name: string;
  readonly args: readonly ParameterType[];
  readonly variadic?: ParameterType | undefined;
  readonly defaults: number;
  /** Declared result: a type for one-column functions, record for several. */
  readonly returns: ParameterType;
  readonly returnType?: ((args: readonly SqlType[]) => SqlType) | undefined;
  /** Result columns by the argument types; a single unnamed value has the function's name. */
  readonly columns: (args: readonly SqlType[]) => readonly SetColumn[];
  readonly strict: boolean;
  readonly volatility: Volatility;
  readonly oid: number;
  /** Rows of values, one for each of `columns`. */
  readonly evaluate: (args: readonly Datum[], context: EvaluationContext, types: CallTypes) => Iterable<readonly Datum[]>;
  readonly doc: string;
  readonly family: string;
};
export type SetColumn = {readonly name: string; readonly type: SqlType};

/** A function that is called with OVER alone. `evaluate` is the law: its value for one row of a sorted partition. */
export type WindowDefinition = {
  readonly kind: 'window';
  readonly id: string;
  readonly name: string;
  readonly args: readonly ParameterType[];
  readonly variadic?: undefined;
  readonly defaults: 0;
  readonly returns: ParameterType;
  readonly returnType?: ((args: readonly SqlType[]) => SqlType) | undefined;
  readonly oid: number;
  readonly doc: string;
  readonly family: string;
  /** What the value depends on besides the row's own place in the order. */
  readonly reads: 'order' | 'partition' | 'frame';
  readonly evaluate: (row: number, partition: WindowPartition) => Datum;
};

/** The rows of a partition in their order, counted from 0. */
export interface WindowPartition {
  readonly length: number;
  /** The first row that is equal in order to this one, and the row after the last such. */
  firstPeer(row: number): number;
  afterPeers(row: number): number;
  /** How many different values of the order come before the row's. */
  groupsBefore(row: number): number;
  /** The rows of the frame of `row`, in order. */
  frame(row: number): readonly number[];
  argument(index: number, row: number): Datum;
}

export type CallableDefinition = FunctionDefinition | AggregateDefinition | SetReturningDefinition | WindowDefinition;
