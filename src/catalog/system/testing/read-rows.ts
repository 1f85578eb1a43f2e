import {expect} from 'vitest';
import type {Datum} from '../../../types/datum.ts';
import {encodeText} from '../../../types/text-codec.ts';
import {SYSTEM_RELATIONS} from '../system-relations.ts';
import {systemRows} from '../system-rows.ts';
import {SAMPLE_CONTEXT} from './sample-catalog.ts';

const BY_NAME = new Map(SYSTEM_RELATIONS.map(r => [r.rows, r]));

export type NamedRow = Readonly<Record<string, Datum>>;

/** Rows of a system relation (`pg_catalog.pg_class`) over the sample catalog, by column name. */
export function readRows(name: string, context = SAMPLE_CONTEXT): readonly NamedRow[] {
  const relation = BY_NAME.get(name);
  expect(relation, name).toBeDefined();
  if (relation === undefined) return [];
  return systemRows(relation, context).map(row => Object.fromEntries(relation.columns.map((c, i) => [c.name, row[i] ?? null])));
}

/** The rows as psql -At prints them, in the columns named, sorted. */
export function readTexts(name: string, columns: readonly string[], keep: (row: NamedRow) => boolean = () => true): readonly string[] {
  const types = new Map(BY_NAME.get(name)?.columns.map(c => [c.name, c.type]));
  const text = (row: NamedRow, column: string) => {
    const type = types.get(column);
    const value = row[column] ?? null;
    if (type === undefined) throw new Error(`no column ${column} in ${name}`);
    return value === null ? '' : encodeText(type, value);
  };
  return readRows(name)
    .filter(keep)
    .map(row => columns.map(column => text(row, column)).join('|'))
    .sort();
}

/** A name or number as text. */
export function plain(value: Datum | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
