import {oidOf} from './oids.ts';
import {pgTypeByOid} from './pg-types.ts';
import type {SqlType} from './sql-type.ts';

/**
 * pg_type.typcategory, which overload resolution goes by: A array, B boolean, C composite, D date/time, N numeric, P pseudo, S string,
 * T timespan, U user-defined, X unknown, Z internal.
 */
export function typeCategory(type: SqlType): string {
  if (type.kind === 'composite') return type.oid === undefined ? 'P' : 'C';
  if (type.kind === 'array') return 'A';
  return pgTypeByOid(oidOf(type))?.typcategory ?? 'U';
}

/** Whether the type is preferred in its category (bool, text, float8, oid, timestamptz, interval, …). */
export function isPreferred(type: SqlType): boolean {
  if (type.kind === 'composite' || type.kind === 'array') return false;
  return pgTypeByOid(oidOf(type))?.typispreferred ?? false;
}

/** Text, varchar, bpchar and name. */
export function isString(type: SqlType): boolean {
  return type.kind === 'text' || type.kind === 'varchar' || type.kind === 'bpchar' || type.kind === 'name';
}

export function isNumeric(type: SqlType): boolean {
  switch (type.kind) {
    case 'int2':
    case 'int4':
    case 'int8':
    case 'float4':
    case 'float8':
    case 'numeric':
      return true;
    default:
      return false;
  }
}
