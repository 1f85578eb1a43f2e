import {formatTypeName} from '../types/format-type.ts';
import {oidOf} from '../types/oids.ts';
import type {SqlType} from '../types/sql-type.ts';

/** PostgreSQL's pseudo-types for parameters. `any` takes every type; the others make several parameters agree (PostgreSQL 38.2.5). */
export type PolymorphicKind = 'any' | 'anyelement' | 'anynonarray' | 'anycompatible' | 'anycompatiblenonarray' | 'anycompatiblearray';

/** The type of a parameter or result as declared: a type of values, or a polymorphic one (`anyarray` is among the SqlTypes). */
export type ParameterType = SqlType | {readonly kind: PolymorphicKind};

const POLYMORPHIC_OIDS: Readonly<Record<PolymorphicKind, number>> = {
  any: 2276,
  anyelement: 2283,
  anynonarray: 2776,
  anycompatible: 5077,
  anycompatiblearray: 5078,
  anycompatiblenonarray: 5079,
};

export function isPolymorphicKind(kind: string): kind is PolymorphicKind {
  return Object.hasOwn(POLYMORPHIC_OIDS, kind);
}

/** Whether the declared type stands for many types (anyarray included). */
export function isPolymorphic(type: ParameterType): boolean {
  return type.kind === 'anyarray' || isPolymorphicKind(type.kind);
}

/** The value type of a declared type that is not polymorphic (anyarray counts as one: some system columns have it). */
export function concreteType(type: ParameterType): SqlType {
  if (isPolymorphicKind(type.kind)) throw new Error(`internal error: ${type.kind} is not a type of values`);
  return type as SqlType;
}

/** OID for pg_proc.proargtypes and prorettype. */
export function parameterOid(type: ParameterType): number {
  return isPolymorphicKind(type.kind) ? POLYMORPHIC_OIDS[type.kind] : oidOf(concreteType(type));
}

/** The name as `\df` and the documentation print it. */
export function formatParameterType(type: ParameterType): string {
  if (type.kind === 'any') return '"any"';
  return isPolymorphicKind(type.kind) ? type.kind : formatTypeName(concreteType(type));
}
