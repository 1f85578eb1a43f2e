import {oidOf} from '../../types/oids.ts';
import type {SqlType} from '../../types/sql-type.ts';
import {PG_OPCLASSES} from './pg-opclasses.ts';

export type OperatorClass = {
  readonly oid: number;
  readonly name: string;
  readonly family: number;
  readonly familyName: string;
  readonly type: number;
  readonly isDefault: boolean;
  readonly keyType: number;
};

export const OPERATOR_CLASSES: readonly OperatorClass[] = PG_OPCLASSES.trim()
  .split('\n')
  .map(line => {
    const [oid, name = '', family, familyName = '', type, isDefault, keyType] = line.split(' ');
    return {
      oid: Number(oid),
      name,
      family: Number(family),
      familyName,
      type: Number(type),
      isDefault: isDefault === 't',
      keyType: Number(keyType),
    };
  });

const DEFAULTS = new Map(OPERATOR_CLASSES.filter(c => c.isDefault).map(c => [c.type, c.oid]));
const ANYARRAY = 2277;
const RECORD = 2249;
const TEXT = 25;

/** The default btree class that an index over this type has: pg_index.indclass. */
export function operatorClassFor(type: SqlType): number {
  if (type.kind === 'array') return DEFAULTS.get(ANYARRAY) ?? 0;
  if (type.kind === 'composite') return DEFAULTS.get(RECORD) ?? 0;
  return DEFAULTS.get(type.kind === 'varchar' ? TEXT : oidOf(type)) ?? 0;
}
