import type {SqlType} from '../../types/sql-type.ts';
import type {WindowDefinition} from '../definition.ts';
import {parameterType, parameterTypes} from '../signature.ts';

type Options = {
  readonly id?: string;
  readonly reads: WindowDefinition['reads'];
  readonly returnType?: (args: readonly SqlType[]) => SqlType;
};

/** `window('lag', 3106, 'anyelement', 'anyelement', 'doc', {reads: 'partition'}, (row, partition) => …)`; see WindowDefinition. */
export function window(
  name: string,
  oid: number,
  args: string,
  returns: string,
  doc: string,
  {id, reads, returnType}: Options,
  evaluate: WindowDefinition['evaluate'],
): WindowDefinition {
  return {
    kind: 'window',
    id: id ?? (args === '' ? name : `${name}_${args.replaceAll(',', '_')}`),
    name,
    args: parameterTypes(args),
    defaults: 0,
    returns: parameterType(returns),
    returnType,
    oid,
    doc,
    family: 'window functions',
    reads,
    evaluate,
  };
}
