import type {Datum} from '../../types/datum.ts';
import type {SqlType} from '../../types/sql-type.ts';
import type {AggregateDefinition, AggregateLowering} from '../definition.ts';
import {parameterType, parameterTypes} from '../signature.ts';

type Options = {
  readonly id?: string;
  readonly lowering?: AggregateLowering;
  readonly keepsNulls?: boolean;
  readonly distinctAllowed?: boolean;
  readonly ordered?: boolean;
  readonly returnType?: (args: readonly SqlType[]) => SqlType;
};

/** `aggregate('max', 2116, 'int4', 'int4', 'doc', rows => …)`; see AggregateDefinition. Kept as a collection unless `lowering` says more. */
export function aggregate(
  name: string,
  oid: number,
  args: string,
  returns: string,
  doc: string,
  evaluate: AggregateDefinition['evaluate'],
  options: Options = {},
): AggregateDefinition {
  const ignoresNulls = !(options.keepsNulls ?? false);
  return {
    kind: 'aggregate',
    id: options.id ?? (args === '' ? name : `${name}_${args.replaceAll('[]', 's').replaceAll(',', '_')}`),
    name,
    args: parameterTypes(args),
    defaults: 0,
    returns: parameterType(returns),
    returnType: options.returnType,
    oid,
    doc,
    family: 'aggregates',
    ignoresNulls,
    distinctAllowed: options.distinctAllowed ?? true,
    ordered: options.ordered ?? false,
    lowering: options.lowering ?? {kind: 'collect'},
    evaluate: ignoresNulls
      ? (rows, context, types) =>
          evaluate(
            rows.filter(row => row[0] !== null),
            context,
            types,
          )
      : evaluate,
  };
}

/** The values of the first argument. */
export function firstOf<D extends Exclude<Datum, null>>(rows: readonly (readonly Datum[])[]): D[] {
  return rows.map(row => row[0] as D);
}
