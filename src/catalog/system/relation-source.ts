import {assert} from '../../common/unreachable.ts';
import {T, arrayOf, type ScalarKind, type SqlType} from '../../types/sql-type.ts';
import type {Column} from '../column.ts';
import type {SystemRelation} from '../relation.ts';

/**
 * Types of PostgreSQL's system columns that Millrace has no values of, as the type that stands for each: domains of information_schema by
 * their base types (as on the wire), the others (always NULL here) by text.
 */
export const SUBSTITUTES: Readonly<Record<string, SqlType>> = {
  sql_identifier: T.name,
  character_data: T.varchar,
  yes_or_no: {kind: 'varchar', length: 3},
  cardinal_number: T.int4,
  time_stamp: T.timestamptz,
  inet: T.text,
  pg_ndistinct: T.text,
  pg_dependencies: T.text,
  pg_mcv_list: T.text,
  pg_statistic: T.text,
};

type Defaults = {readonly schema: string; readonly relkind: 'r' | 'v'};

/**
 * Reads relations from text. A line that is not indented begins a relation: its name, its OID and, after `key=`, the columns that
 * identify a row. The indented lines that follow have its columns as `name:type`, `!` after the type for NOT NULL.
 */
export function readRelations(source: string, {schema, relkind}: Defaults): readonly SystemRelation[] {
  const relations: SystemRelation[] = [];
  for (const block of source.trim().split(/\n(?! )/)) {
    const [head = '', ...lines] = block.split('\n');
    const [name, oid, key] = head.split(' ');
    assert(name && oid, `system relation: ${head}`);
    const columns = lines.flatMap(line => line.trim().split(' ')).map(readColumn);
    const keyColumns = key
      ?.slice('key='.length)
      .split(',')
      .map(part => columns.findIndex(c => c.name === part));
    relations.push({
      kind: 'system',
      id: Number(oid),
      schema,
      name,
      columns,
      dependsOn: [],
      rows: `${schema}.${name}`,
      relkind,
      key: keyColumns ?? null,
    });
  }
  return relations;
}

function readColumn(text: string): Column {
  const [, name, type, notNull] = /^([^:]+):([^!]+)(!?)$/.exec(text) ?? [];
  assert(name && type, `system column: ${text}`);
  return {name, type: readType(type), notNull: notNull === '!'};
}

function readType(name: string): SqlType {
  if (name.endsWith('[]')) return arrayOf(readType(name.slice(0, -2)));
  const listed = (T as Partial<Record<string, SqlType>>)[name] ?? SUBSTITUTES[name];
  return listed ?? {kind: name as ScalarKind};
}
