import type {Datum} from '../../types/datum.ts';
import {T, type SqlType} from '../../types/sql-type.ts';
import type {SetColumn, SetReturningDefinition, Volatility} from '../definition.ts';
import {parameterType, parameterTypes} from '../signature.ts';

type Options = {
  readonly id?: string;
  readonly strict?: boolean;
  readonly volatility?: Volatility;
  readonly variadic?: string;
  readonly defaults?: number;
  /** Columns other than the one value of the declared type. */
  readonly columns?: (args: readonly SqlType[]) => readonly SetColumn[];
};

/** `setReturning('generate_series', 1067, 'int4,int4', 'int4', 'doc', function* (args) { … })`; a one-column function yields bare values. */
export function setReturning(
  name: string,
  oid: number,
  args: string,
  returns: string,
  doc: string,
  evaluate: SetReturningDefinition['evaluate'],
  options: Options = {},
): SetReturningDefinition {
  const type = parameterType(returns);
  return {
    kind: 'set-returning',
    id: options.id ?? `${name}${args === '' ? '' : `_${args.replaceAll('[]', 's').replaceAll(',', '_')}`}`,
    name,
    args: parameterTypes(args),
    variadic: options.variadic === undefined ? undefined : parameterType(options.variadic),
    defaults: options.defaults ?? 0,
    returns: type,
    columns: options.columns ?? (() => [{name, type: type as SqlType}]),
    strict: options.strict ?? true,
    volatility: options.volatility ?? 'immutable',
    oid,
    evaluate,
    doc,
    family: 'set-returning',
  };
}

/** Rows of one column. */
export function* single(values: Iterable<Datum>): Generator<readonly Datum[]> {
  for (const value of values) yield [value];
}

export const column = (name: string, type: SqlType): SetColumn => ({name, type});
export const keyAndValue = (value: SqlType) => () => [column('key', T.text), column('value', value)];
