import type {ArrayDatum, Datum, Decimal, Interval, JsonbDatum, RowDatum} from '../types/datum.ts';
import {T, arrayOf, type SqlType} from '../types/sql-type.ts';
import type {CallTypes, FunctionDefinition, Volatility} from './definition.ts';
import type {EvaluationContext} from './evaluation-context.ts';
import type {InlineTemplates} from './inline-template.ts';
import {isPolymorphicKind, type ParameterType} from './parameter-type.ts';

/** The datum of each type name that signatures may contain. */
type DatumOf = {
  bool: boolean;
  int2: number;
  int4: number;
  int8: bigint;
  float4: number;
  float8: number;
  numeric: Decimal;
  text: string;
  varchar: string;
  bpchar: string;
  name: string;
  char: string;
  bytea: Uint8Array;
  date: number;
  time: bigint;
  timestamp: bigint;
  timestamptz: bigint;
  interval: Interval;
  uuid: string;
  json: string;
  jsonb: JsonbDatum;
  oid: number;
  xid: number;
  regclass: number;
  regtype: number;
  regproc: number;
  regnamespace: number;
  regrole: number;
  pg_node_tree: string;
  aclitem: string;
  void: string;
  unknown: string;
  record: RowDatum;
  anyarray: ArrayDatum;
  anycompatiblearray: ArrayDatum;
};
type ValueOf<N extends string> = N extends `${string}[]` ? ArrayDatum : N extends keyof DatumOf ? DatumOf[N] : Exclude<Datum, null>;
type ArgumentsOf<S extends string> = S extends ''
  ? []
  : S extends `${infer Head},${infer Rest}`
    ? [ValueOf<Head>, ...ArgumentsOf<Rest>]
    : [ValueOf<S>];
type NullableArguments<A extends readonly unknown[]> = {[K in keyof A]: A[K] | null};

type Options = {
  readonly id?: string;
  readonly operator?: string;
  readonly volatility?: Volatility;
  /** Default true: most functions can fail for some argument, and saying so wrongly only costs a little speed. */
  readonly fallible?: boolean;
  readonly inline?: InlineTemplates;
  readonly variadic?: string;
  readonly defaults?: number;
  readonly returnType?: (args: readonly SqlType[]) => SqlType;
};

export type Definer = {
  /**
   * A strict function: `strict('lower', 870, 'text', 'text', 'doc', a => …)`. Argument types are separated by commas without blanks;
   * the implementation gets one value for each, then the context and the call's types.
   */
  readonly strict: <A extends string, R extends string>(
    name: string,
    oid: number,
    args: A,
    returns: R,
    doc: string,
    evaluate: (...args: [...ArgumentsOf<A>, EvaluationContext, CallTypes]) => ValueOf<R> | null,
    options?: Options,
  ) => FunctionDefinition;
  /** A function that sees NULL arguments. */
  readonly nullable: <A extends string, R extends string>(
    name: string,
    oid: number,
    args: A,
    returns: R,
    doc: string,
    evaluate: (...args: [...NullableArguments<ArgumentsOf<A>>, EvaluationContext, CallTypes]) => ValueOf<R> | null,
    options?: Options,
  ) => FunctionDefinition;
  /** A function of any number of arguments, given as one list. */
  readonly variadic: (
    name: string,
    oid: number,
    args: string,
    variadic: string,
    returns: string,
    doc: string,
    evaluate: (args: readonly Datum[], context: EvaluationContext, types: CallTypes) => Datum,
    options?: Options & {readonly isStrict?: boolean},
  ) => FunctionDefinition;
};

type Spread = (...args: unknown[]) => Datum;

/** Definition constructors for one family; the family's name groups the documentation. */
export function definer(family: string): Definer {
  const build = (
    name: string,
    oid: number,
    args: string,
    returns: string,
    doc: string,
    strict: boolean,
    evaluate: FunctionDefinition['evaluate'],
    options: Options,
  ): FunctionDefinition => ({
    kind: 'function',
    id: options.id ?? (options.operator === undefined ? defaultId(name, args) : name),
    name,
    operator: options.operator,
    args: parameterTypes(args),
    variadic: options.variadic === undefined ? undefined : parameterType(options.variadic),
    defaults: options.defaults ?? 0,
    returns: parameterType(returns),
    returnType: options.returnType,
    strict,
    volatility: options.volatility ?? 'immutable',
    fallible: options.fallible ?? true,
    oid,
    evaluate,
    inline: options.inline,
    doc,
    family,
  });
  return {
    strict: (name, oid, args, returns, doc, evaluate, options = {}) =>
      build(name, oid, args, returns, doc, true, spread(evaluate as unknown as Spread, parameterTypes(args).length), options),
    nullable: (name, oid, args, returns, doc, evaluate, options = {}) =>
      build(name, oid, args, returns, doc, false, spread(evaluate as unknown as Spread, parameterTypes(args).length), options),
    variadic: (name, oid, args, variadic, returns, doc, evaluate, options = {}) =>
      build(name, oid, args, returns, doc, options.isStrict ?? false, evaluate, {
        ...options,
        variadic,
        id: options.id ?? defaultId(name, args === '' ? variadic : `${args},${variadic}`),
      }),
  };
}

function spread(f: Spread, arity: number): FunctionDefinition['evaluate'] {
  switch (arity) {
    case 0:
      return (_, context, types) => f(context, types);
    case 1:
      return (a, context, types) => f(a[0], context, types);
    case 2:
      return (a, context, types) => f(a[0], a[1], context, types);
    case 3:
      return (a, context, types) => f(a[0], a[1], a[2], context, types);
    default:
      return (a, context, types) => f(...padded(a, arity), context, types);
  }
}

/** Arguments left out because they have defaults are passed as undefined, so that the context keeps its place. */
function padded(args: readonly Datum[], arity: number): readonly (Datum | undefined)[] {
  return args.length === arity ? args : Array.from({length: arity}, (_, i) => args[i]);
}

function defaultId(name: string, args: string): string {
  return args === '' ? name : `${name}_${args.replaceAll('[]', 's').replaceAll(',', '_')}`;
}

/** `'int4,text[]'` → types. */
export function parameterTypes(list: string): readonly ParameterType[] {
  return list === '' ? [] : list.split(',').map(parameterType);
}

export function parameterType(name: string): ParameterType {
  if (name.endsWith('[]')) return arrayOf(parameterType(name.slice(0, -2)) as SqlType);
  if (isPolymorphicKind(name)) return {kind: name};
  const type = (T as Readonly<Record<string, SqlType>>)[name];
  if (type === undefined) throw new Error(`internal error: no type ${name} for a signature`);
  return type;
}
