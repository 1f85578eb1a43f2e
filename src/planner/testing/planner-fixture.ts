import type {PGlite} from '@electric-sql/pglite';
import {freshPostgres} from '../../common/testing/fresh-postgres.ts';
import {Catalog} from '../../catalog/catalog.ts';
import {column} from '../../catalog/column.ts';
import type {Relation, Stream, Table, View} from '../../catalog/relation.ts';
import {interpret} from '../../codegen/interpret.ts';
import {SqlError} from '../../common/sql-error.ts';
import {detachedContext} from '../../functions/evaluation-context.ts';
import type {Query} from '../../parser/ast/query.ts';
import {parseStatements} from '../../parser/parse-statements.ts';
import type {Datum} from '../../types/datum.ts';
import {arrayOf, T, type SqlType} from '../../types/sql-type.ts';
import {encodeText, decodeText} from '../../types/text-codec.ts';
import {planQuery, type PlannedQuery, type PlanOptions} from '../plan-query.ts';
import {evaluateDataflow, type Row, type Tables} from './evaluate-dataflow.ts';

/** The relations of planner tests; PostgreSQL gets the same ones by SETUP. */
const table = (id: number, name: string, columns: readonly [string, SqlType, boolean?][], key?: readonly number[]): Table => ({
  kind: 'table',
  id,
  schema: 'public',
  name,
  columns: columns.map(([n, type, notNull = false]) => ({...column(n, type), notNull})),
  dependsOn: [],
  unique: [],
  primaryKey: key && {id: id + 1, name: `${name}_pkey`, columns: key},
  appendOnly: false,
});

const T_ID = 20000;
const U_ID = 20010;
const W_ID = 20020;
const relations: readonly Relation[] = [
  table(
    T_ID,
    't',
    [
      ['id', T.int4, true],
      ['a', T.int8],
      ['b', T.text],
      ['n', T.numeric],
    ],
    [0],
  ),
  table(U_ID, 'u', [
    ['id', T.int4],
    ['x', T.int4],
    ['y', T.text],
    ['f', T.float8],
  ]),
  table(
    W_ID,
    'w',
    [
      ['k', T.int2, true],
      ['l', {kind: 'varchar', length: 10}, true],
      ['arr', arrayOf(T.int4)],
      ['d', T.date],
      ['ts', T.timestamp],
      ['tz', T.timestamptz],
      ['flag', T.bool],
      ['j', T.jsonb],
    ],
    [0, 1],
  ),
  {
    kind: 'view',
    id: 20030,
    schema: 'public',
    name: 'v',
    columns: [column('id', T.int4), column('total', T.int8)],
    dependsOn: [T_ID],
    query: 'SELECT x AS id, sum(x) FROM u GROUP BY x',
    searchPath: ['public'],
  } satisfies View,
  {
    kind: 'stream',
    id: 20040,
    schema: 'public',
    name: 's',
    columns: [column('k', T.int4), column('v', T.numeric)],
    dependsOn: [],
    connector: 'embedded',
    options: {},
  } satisfies Stream,
  {
    kind: 'stream',
    id: 20050,
    schema: 'public',
    name: 'clicks',
    columns: [column('k', T.int4), column('at', T.timestamp), column('page', T.text)],
    dependsOn: [],
    connector: 'embedded',
    options: {},
    time: {
      column: 1,
      watermark: "at - INTERVAL '5 seconds'",
      idleTimeout: 30_000_000,
      maxAhead: 3_600_000_000,
      onIdle: 'wait',
      allowedLateness: 0,
    },
  } satisfies Stream,
];
export const catalog = Catalog.of(relations);

const SETUP = `
CREATE TABLE t (id int PRIMARY KEY, a bigint, b text, n numeric);
CREATE TABLE u (id int, x int, y text, f float8);
CREATE TABLE w (k int2, l varchar(10), arr int[], d date, ts timestamp, tz timestamptz, flag bool, j jsonb, PRIMARY KEY (k, l));
CREATE VIEW v (id, total) AS SELECT x AS id, sum(x) FROM u GROUP BY x;
INSERT INTO t VALUES (1, 10, 'x', 1.5), (2, 20, 'y', NULL), (3, NULL, 'x', 2.50), (4, 20, NULL, 0), (5, 30, 'z', -1);
INSERT INTO u VALUES (1, 1, 'x', 0.5), (1, 2, 'y', NULL), (2, 3, 'x', 1.5), (NULL, 3, NULL, 2.5), (7, NULL, 'q', -1), (3, 1, 'x', 0.5);
INSERT INTO w VALUES (1, 'one', '{1,2,3}', '2024-01-02', '2024-01-02 03:04:05', '2024-01-02 03:04:05Z', true, '{"a": [1, 2]}'),
  (2, 'two', '{}', '2024-02-03', NULL, NULL, false, NULL), (3, 'two', NULL, NULL, NULL, NULL, NULL, '{"a": "z"}');
`;

export async function startPostgres(): Promise<PGlite> {
  const db = await freshPostgres();
  await db.exec(`SET timezone = 'UTC'; SET datestyle = 'ISO';`);
  await db.exec(SETUP);
  return db;
}

/** The rows of the tables, as PostgreSQL has them. */
export async function loadTables(db: PGlite): Promise<Tables> {
  const tables = new Map<number, readonly Row[]>();
  for (const relation of relations) {
    if (relation.kind !== 'table') continue;
    const list = relation.columns.map(c => `${c.name}::text`).join(', ');
    const {rows} = await db.query<(string | null)[]>(`SELECT ${list} FROM ${relation.name}`, [], {rowMode: 'array'});
    tables.set(
      relation.id,
      rows.map(row => row.map((text, i): Datum => (text === null ? null : decodeText(relation.columns[i]!.type, text)))),
    );
  }
  return tables;
}

export function parseQuery(sql: string): Query {
  const [parsed] = parseStatements(sql);
  if (parsed?.statement.kind !== 'query') throw new Error(`no query: ${sql}`);
  return parsed.statement;
}

export function plan(sql: string, options: Partial<PlanOptions> = {}): PlannedQuery {
  return planQuery(parseQuery(sql), {
    catalog,
    searchPath: ['public'],
    mode: 'ad-hoc',
    evaluateConstant: e => interpret(e, [], [], detachedContext()),
    ...options,
  });
}

/** Runs a query through planner and brute-force evaluation; values as text, as a client would get them. */
export function run(sql: string, tables: Tables): readonly (string | null)[][] {
  const {dataflow, columns} = plan(sql);
  return evaluateDataflow(dataflow, tables).map(row =>
    columns.map((c, i) => {
      const value = row[i] ?? null;
      return value === null ? null : encodeText(c.type, value);
    }),
  );
}

/** What went wrong, as a client sees it; position counts from 1 as on the wire. */
export type Failure = {
  readonly code: string;
  readonly message: string;
  readonly position: number | undefined;
  readonly hint: string | undefined;
};

export function failureOf(action: () => unknown): Failure {
  try {
    action();
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const {position, hint} = error.fields;
    return {code: error.code, message: error.message, position: position === undefined ? undefined : position + 1, hint};
  }
  throw new Error('no error was raised');
}
