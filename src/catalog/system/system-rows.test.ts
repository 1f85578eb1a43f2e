import {expect, test} from 'vitest';
import type {ArrayDatum, Datum} from '../../types/datum.ts';
import {columnAt} from '../relation.ts';
import {Catalog} from '../catalog.ts';
import {ROW_PROVIDERS} from './row-providers.ts';
import {SYSTEM_RELATIONS} from './system-relations.ts';
import {systemRows} from './system-rows.ts';
import {plain, readRows, readTexts, type NamedRow} from './testing/read-rows.ts';
import {SAMPLE_CATALOG, SAMPLE_CONTEXT} from './testing/sample-catalog.ts';

const column = (relation: string, name: string): readonly Datum[] => readRows(`pg_catalog.${relation}`).map(row => row[name] ?? null);
const oids = (relation: string) => new Set(column(relation, 'oid'));
const items = (datum: Datum | undefined) => (datum as ArrayDatum).items;
const isOurs = (row: NamedRow) => Number(row['oid']) >= 16384;

test('NOT NULL columns are never NULL, and values are of their column’s type', () => {
  for (const relation of SYSTEM_RELATIONS) {
    for (const row of systemRows(relation, SAMPLE_CONTEXT)) {
      for (const [i, value] of row.entries()) {
        const {name, notNull, type} = columnAt(relation, i) ?? {name: '', notNull: false, type: undefined};
        if (value === null && notNull) throw new Error(`${relation.rows}.${name} is NULL`);
        if (value !== null && shapeOf(value) !== shapeFor(type?.kind ?? '')) throw new Error(`${relation.rows}.${name}: ${typeof value}`);
      }
    }
  }
});

function shapeOf(value: Exclude<Datum, null>): string {
  return typeof value === 'object' ? ('tag' in value ? value.tag : 'bytes') : typeof value;
}

function shapeFor(kind: string): string {
  if (kind === 'bool') return 'boolean';
  if (kind === 'array' || kind.endsWith('vector') || kind === 'anyarray') return 'array';
  if (kind === 'int8' || kind === 'timestamptz' || kind === 'pg_lsn') return 'bigint';
  if (['text', 'name', 'varchar', 'char', 'pg_node_tree'].includes(kind)) return 'string';
  return kind === 'interval' ? 'interval' : 'number';
}

test('keys are unique', () => {
  for (const relation of SYSTEM_RELATIONS) {
    if (relation.key === null) continue;
    const keys = systemRows(relation, SAMPLE_CONTEXT, relation.key).map(row => row.map(plain).join('|'));
    expect({relation: relation.rows, rows: new Set(keys).size}).toEqual({relation: relation.rows, rows: keys.length});
  }
});

/** [relation, column, relation whose oid it names]; 0 names nothing. */
const REFERENCES: readonly (readonly [string, string, string])[] = [
  ['pg_class', 'relnamespace', 'pg_namespace'],
  ['pg_class', 'reltype', 'pg_type'],
  ['pg_class', 'relowner', 'pg_authid'],
  ['pg_class', 'relam', 'pg_am'],
  ['pg_attribute', 'attrelid', 'pg_class'],
  ['pg_attribute', 'atttypid', 'pg_type'],
  ['pg_attribute', 'attcollation', 'pg_collation'],
  ['pg_attrdef', 'adrelid', 'pg_class'],
  ['pg_index', 'indexrelid', 'pg_class'],
  ['pg_index', 'indrelid', 'pg_class'],
  ['pg_constraint', 'conrelid', 'pg_class'],
  ['pg_constraint', 'conindid', 'pg_class'],
  ['pg_type', 'typnamespace', 'pg_namespace'],
  ['pg_type', 'typelem', 'pg_type'],
  ['pg_type', 'typarray', 'pg_type'],
  ['pg_type', 'typrelid', 'pg_class'],
  ['pg_type', 'typcollation', 'pg_collation'],
  ...['typinput', 'typoutput', 'typreceive', 'typsend', 'typmodin', 'typmodout', 'typanalyze', 'typsubscript'].map(
    (c): [string, string, string] => ['pg_type', c, 'pg_proc'],
  ),
  ['pg_range', 'rngtypid', 'pg_type'],
  ['pg_range', 'rngmultitypid', 'pg_type'],
  ['pg_range', 'rngsubopc', 'pg_opclass'],
  ['pg_range', 'rngcanonical', 'pg_proc'],
  ['pg_range', 'rngsubdiff', 'pg_proc'],
  ['pg_cast', 'castsource', 'pg_type'],
  ['pg_cast', 'casttarget', 'pg_type'],
  ['pg_cast', 'castfunc', 'pg_proc'],
  ['pg_proc', 'prorettype', 'pg_type'],
  ['pg_proc', 'provariadic', 'pg_type'],
  ['pg_proc', 'prolang', 'pg_language'],
  ['pg_aggregate', 'aggfnoid', 'pg_proc'],
  ['pg_operator', 'oprleft', 'pg_type'],
  ['pg_operator', 'oprright', 'pg_type'],
  ['pg_operator', 'oprresult', 'pg_type'],
  ['pg_operator', 'oprcode', 'pg_proc'],
  ['pg_operator', 'oprcom', 'pg_operator'],
  ['pg_operator', 'oprnegate', 'pg_operator'],
  ['pg_opclass', 'opcfamily', 'pg_opfamily'],
  ['pg_opclass', 'opcintype', 'pg_type'],
  ['pg_am', 'amhandler', 'pg_proc'],
  ['pg_language', 'lanvalidator', 'pg_proc'],
  ['pg_rewrite', 'ev_class', 'pg_class'],
  ['pg_database', 'datdba', 'pg_authid'],
  ['pg_database', 'dattablespace', 'pg_tablespace'],
];

test.each(REFERENCES)('%s.%s names a row of %s', (relation, name, target) => {
  const known = oids(target);
  const missing = column(relation, name).filter(oid => oid !== 0 && !known.has(oid));
  expect(missing).toEqual([]);
});

test('dependencies and comments are about rows that exist', () => {
  const classes = readRows('pg_catalog.pg_class');
  const catalogName = (oid: Datum | undefined) => plain(classes.find(row => row['oid'] === oid)?.['relname']);
  const known = new Map<string, ReadonlySet<Datum>>();
  const exists = (catalog: Datum | undefined, object: Datum | undefined) => {
    const name = catalogName(catalog);
    if (!known.has(name)) known.set(name, oids(name));
    return known.get(name)?.has(object ?? null) ?? false;
  };
  for (const row of readRows('pg_catalog.pg_depend')) {
    expect([row, exists(row['classid'], row['objid']), exists(row['refclassid'], row['refobjid'])]).toEqual([row, true, true]);
  }
  for (const row of readRows('pg_catalog.pg_description')) expect([row, exists(row['classoid'], row['objoid'])]).toEqual([row, true]);
});

test('a type and its array type name each other', () => {
  const types = new Map(readRows('pg_catalog.pg_type').map(row => [row['oid'], row]));
  for (const type of types.values()) {
    if (type['typarray'] !== 0) expect(types.get(type['typarray'])?.['typelem']).toBe(type['oid']);
  }
});

test('index columns are columns of the table, and each has a class and a collation', () => {
  const attributes = new Set(readRows('pg_catalog.pg_attribute').map(row => `${plain(row['attrelid'])}.${plain(row['attnum'])}`));
  const classes = oids('pg_opclass');
  for (const index of readRows('pg_catalog.pg_index')) {
    for (const attnum of items(index['indkey'])) expect(attributes.has(`${plain(index['indrelid'])}.${plain(attnum)}`)).toBe(true);
    for (const opclass of items(index['indclass'])) expect(classes.has(opclass)).toBe(true);
    expect(items(index['indcollation'])).toHaveLength(Number(index['indnatts']));
  }
});

test('objects of each kind in pg_class; sinks are not listed', () => {
  const columns = ['oid', 'relname', 'relnamespace', 'relkind', 'relnatts', 'relam', 'relhasindex', 'relhasrules', 'reltuples', 'relpages'];
  expect(readTexts('pg_catalog.pg_class', columns, isOurs)).toMatchInlineSnapshot(`
    [
      "16384|address|2200|c|2|0|f|f|-1|0",
      "16386|customers|2200|r|10|2|t|f|-1|0",
      "16387|customers_pkey|2200|i|1|403|f|f|-1|0",
      "16388|customers_email_day_key|2200|i|2|403|f|f|-1|0",
      "16389|bids$errors|2200|v|7|0|f|t|-1|0",
      "16390|bids|2200|r|2|2|f|f|-1|0",
      "16392|richest|16391|v|2|0|f|t|-1|0",
      "16393|totals|2200|m|2|2|f|t|3|2",
      "16394|totals$errors|2200|v|7|0|f|t|-1|0",
      "16396|drain$errors|2200|v|7|0|f|t|-1|0",
    ]
  `);
});

test('columns, defaults, indexes and constraints of a table and a stream', () => {
  expect([
    ...readTexts('pg_catalog.pg_attribute', ['attrelid', 'attnum', 'attname', 'atttypid', 'atttypmod', 'attnotnull', 'atthasdef'], row =>
      [16384, 16386, 16387, 16390].includes(Number(row['attrelid'])),
    ),
    ...readTexts('pg_catalog.pg_attrdef', ['oid', 'adrelid', 'adnum', 'adbin']),
    ...readTexts('pg_catalog.pg_index', ['indexrelid', 'indrelid', 'indisprimary', 'indkey', 'indcollation', 'indclass']),
    ...readTexts('pg_catalog.pg_constraint', ['oid', 'conname', 'contype', 'conrelid', 'conkey']),
  ]).toMatchInlineSnapshot(`
    [
      "16384|1|street|25|-1|f|f",
      "16384|2|zip|1043|9|f|f",
      "16386|10|doc|3802|-1|f|f",
      "16386|1|id|23|-1|t|f",
      "16386|2|name|1043|54|t|t",
      "16386|3|email|25|-1|f|f",
      "16386|4|amount|1700|655366|f|f",
      "16386|5|At|1184|-1|f|t",
      "16386|6|tags|1009|-1|f|f",
      "16386|7|home|16384|-1|f|f",
      "16386|8|score|701|-1|f|f",
      "16386|9|day|1082|-1|f|f",
      "16387|1|id|23|-1|f|f",
      "16390|-1|_partition|23|-1|f|f",
      "16390|-2|_offset|20|-1|f|f",
      "16390|-3|_timestamp|1184|-1|f|f",
      "16390|-4|_key|17|-1|f|f",
      "16390|-5|_headers|3802|-1|f|f",
      "16390|1|auction|20|-1|f|f",
      "16390|2|price|20|-1|f|f",
      "33558530|16386|2|'x'::character varying",
      "33558533|16386|5|now()",
      "16387|16386|t|1|0|1978",
      "16388|16386|f|3 9|100 0|3126 3122",
      "16387|customers_pkey|p|16386|{1}",
      "16388|customers_email_day_key|u|16386|{3,9}",
    ]
  `);
});

test('dependencies, rules, comments and listings of the sample', () => {
  const schemas = ['public', 'sales'];
  expect([
    ...readTexts('pg_catalog.pg_depend', ['classid', 'objid', 'objsubid', 'refclassid', 'refobjid', 'refobjsubid', 'deptype']),
    ...readTexts('pg_catalog.pg_rewrite', ['oid', 'rulename', 'ev_class', 'ev_action']),
    ...readTexts('pg_catalog.pg_description', ['objoid', 'classoid', 'objsubid', 'description'], row => row['classoid'] !== 1255),
    ...['pg_tables', 'pg_views', 'pg_matviews', 'pg_indexes'].flatMap(name => {
      const columns = SYSTEM_RELATIONS.find(r => r.name === name)?.columns.map(c => c.name) ?? [];
      return readTexts(`pg_catalog.${name}`, columns, row => schemas.includes(plain(row['schemaname']))).map(text => `${name}: ${text}`);
    }),
    ...readTexts('information_schema.tables', ['table_schema', 'table_name', 'table_type', 'is_insertable_into'], row =>
      schemas.includes(plain(row['table_schema'])),
    ),
  ]).toMatchInlineSnapshot(`
    [
      "1247|16384|0|2615|2200|0|n",
      "1259|16384|0|1247|16384|0|i",
      "1259|16386|0|2615|2200|0|n",
      "1259|16386|7|1247|16384|0|n",
      "1259|16387|0|2606|16387|0|i",
      "1259|16388|0|2606|16388|0|i",
      "1259|16389|0|1259|16390|0|i",
      "1259|16389|0|2615|2200|0|n",
      "1259|16390|0|2615|2200|0|n",
      "1259|16392|0|2615|16391|0|n",
      "1259|16393|0|2615|2200|0|n",
      "1259|16394|0|1259|16393|0|i",
      "1259|16394|0|2615|2200|0|n",
      "1259|16396|0|2615|2200|0|n",
      "2604|33558530|0|1259|16386|2|a",
      "2604|33558533|0|1259|16386|5|a",
      "2606|16387|0|1259|16386|1|a",
      "2606|16388|0|1259|16386|3|a",
      "2606|16388|0|1259|16386|9|a",
      "2618|16392|0|1259|16386|0|n",
      "2618|16392|0|1259|16392|0|i",
      "2618|16392|0|1259|16392|0|n",
      "2618|16393|0|1259|16390|0|n",
      "2618|16393|0|1259|16393|0|i",
      "2618|16393|0|1259|16393|0|n",
      "16392|_RETURN|16392| SELECT id, name FROM customers WHERE amount > 100;",
      "16393|_RETURN|16393| SELECT auction, count(*) AS n FROM bids GROUP BY auction;",
      "11|2615|0|system catalog schema",
      "16000|2615|0|state of streams, views and operators",
      "16386|1259|0|customer table",
      "16386|1259|2|full name",
      "16390|1259|0|stream (kafka)",
      "16391|2615|0|sales area",
      "2200|2615|0|standard public schema",
      "pg_tables: public|bids|millrace||f|f|f|f",
      "pg_tables: public|customers|millrace||t|f|f|f",
      "pg_views: public|bids$errors|millrace|",
      "pg_views: public|drain$errors|millrace|",
      "pg_views: public|totals$errors|millrace|",
      "pg_views: sales|richest|millrace| SELECT id, name FROM customers WHERE amount > 100;",
      "pg_matviews: public|totals|millrace||f|t| SELECT auction, count(*) AS n FROM bids GROUP BY auction;",
      "pg_indexes: public|customers|customers_email_day_key||CREATE UNIQUE INDEX customers_email_day_key ON public.customers USING btree (email, day)",
      "pg_indexes: public|customers|customers_pkey||CREATE UNIQUE INDEX customers_pkey ON public.customers USING btree (id)",
      "public|bids$errors|VIEW|NO",
      "public|bids|BASE TABLE|NO",
      "public|customers|BASE TABLE|YES",
      "public|drain$errors|VIEW|NO",
      "public|totals$errors|VIEW|NO",
      "public|totals|VIEW|NO",
      "sales|richest|VIEW|NO",
    ]
  `);
});

test('the engine’s facts are rows of schema millrace, those of relations unknown to the reader left out', () => {
  const all = (name: string) =>
    readTexts(`millrace.${name}`, SYSTEM_RELATIONS.find(r => r.rows === `millrace.${name}`)?.columns.map(c => c.name) ?? []);
  expect(['sources', 'views', 'progress', 'operators', 'frontier', 'watermarks'].flatMap(all)).toMatchInlineSnapshot(`
    [
      "16390|public|bids|kafka|0|7|10|3|7|1|running|",
      "16393|public|totals|ready|3|128|0|0",
      "16393|public|totals|5|20|25|",
      "public|bids|0|7",
      "16390|public|bids|0|2026-01-01 12:00:00+00|00:00:05||f|t",
    ]
  `);
});

test('a session’s user is a role, and its database the one there is', () => {
  expect(readTexts('pg_catalog.pg_roles', ['oid', 'rolname'])).toEqual(['10|millrace', '16383|app']);
  expect(readTexts('pg_catalog.pg_database', ['oid', 'datname', 'encoding'])).toEqual(['5|streamdb|6']);
});

test('only the columns asked for are computed, in the order asked for, system columns included', () => {
  const relation = SYSTEM_RELATIONS.find(r => r.name === 'pg_namespace');
  if (relation === undefined) throw new Error('no pg_namespace');
  const tableoid = relation.columns.length;
  const rows = systemRows(relation, SAMPLE_CONTEXT, [1, tableoid, 0]);
  expect(rows).toContainEqual(['sales', 2615, 16391]);
});

test('a catalog without system relations has no rows of them, and one snapshot does not see another’s', () => {
  const context = {...SAMPLE_CONTEXT, catalog: Catalog.of()};
  expect(readRows('pg_catalog.pg_class', context)).toEqual([]);
  const dropped = {...SAMPLE_CONTEXT, catalog: SAMPLE_CATALOG.without(16393)};
  expect(readRows('pg_catalog.pg_class', dropped).some(row => row['relname'] === 'totals')).toBe(false);
  expect(readRows('pg_catalog.pg_class').some(row => row['relname'] === 'totals')).toBe(true);
});

test('information_schema leaves materialized views out when told to', () => {
  const names = (listMaterializedViews: boolean) =>
    readRows('information_schema.tables', {...SAMPLE_CONTEXT, listMaterializedViews}).map(row => row['table_name']);
  expect(names(true)).toContain('totals');
  expect(names(false)).not.toContain('totals');
});

test('all rows of all relations are computed in well under a second', () => {
  const started = performance.now();
  for (const relation of SYSTEM_RELATIONS) systemRows(relation, {...SAMPLE_CONTEXT, catalog: SAMPLE_CATALOG.without(16395)});
  expect(performance.now() - started).toBeLessThan(1000);
  expect(ROW_PROVIDERS.length).toBeGreaterThan(50);
});
