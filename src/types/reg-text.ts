import {sqlError} from '../common/sql-error.ts';
import {builtinType, formatTypeOid} from './format-type.ts';
import {parseOid} from './int-text.ts';
import {arrayOidOf, oidOf} from './oids.ts';
import {pgTypeByName} from './pg-types.ts';
import type {RegKind, TextSettings} from './text-settings.ts';

const UNDEFINED = {
  regclass: (name: string) => sqlError('undefined_table', `relation "${name}" does not exist`),
  regtype: (name: string) => sqlError('undefined_object', `type "${name}" does not exist`),
  regproc: (name: string) => sqlError('undefined_function', `function "${name}" does not exist`),
  regnamespace: (name: string) => sqlError('invalid_schema_name', `schema "${name}" does not exist`),
  regrole: (name: string) => sqlError('undefined_object', `role "${name}" does not exist`),
} as const;

/** regclassin and the like: '-' is 0, digits are an OID, the rest is looked up by the settings' `names` (built-in types without it too). */
export function parseReg(kind: RegKind, text: string, settings: TextSettings): number {
  if (text === '-') return 0;
  if (/^\d+$/.test(text)) return parseOid(text);
  if (kind === 'regtype') {
    const oid = builtinTypeOid(text);
    if (oid !== undefined) return oid;
  }
  if (settings.names !== undefined) return settings.names.oidOf(kind, text);
  throw UNDEFINED[kind](text);
}

function builtinTypeOid(text: string): number | undefined {
  const name = text.trim().toLowerCase();
  const element = /^(.*?)\s*(?:\[\s*\d*\s*\])+$/.exec(name)?.[1];
  const parts = (element ?? name).replace(/\s*\(.*?\)/, '').split('.');
  const type = builtinType(parts);
  if (type !== undefined) return element === undefined ? oidOf(type) : arrayOidOf(type);
  const row = parts.length === 1 || parts[0] === 'pg_catalog' ? pgTypeByName(parts.at(-1) ?? '') : undefined;
  return element === undefined ? row?.oid : row?.typarray;
}

/** The name of an object, '-' for 0, the number itself when there is no such object. */
export function formatReg(kind: RegKind, oid: number, settings: TextSettings): string {
  if (oid === 0) return '-';
  const builtin = kind === 'regtype' ? formatTypeOid(oid) : undefined;
  return builtin ?? settings.names?.nameOf(kind, oid) ?? String(oid);
}
