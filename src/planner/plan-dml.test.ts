import {beforeAll, describe, expect, test} from 'vitest';
import {interpret} from '../codegen/interpret.ts';
import {detachedContext} from '../functions/evaluation-context.ts';
import {parseStatements} from '../parser/parse-statements.ts';
import type {Datum} from '../types/datum.ts';
import {T} from '../types/sql-type.ts';
import type {Catalog} from '../catalog/catalog.ts';
import type {Table} from '../catalog/relation.ts';
import {planDml, type PlannedDml} from './plan-dml.ts';
import {evaluateDataflow, type Row, type Tables} from './testing/evaluate-dataflow.ts';
import {catalog as base, failureOf} from './testing/planner-fixture.ts';

const d: Table = {
  kind: 'table',
  id: 20100,
  schema: 'public',
  name: 'd',
  columns: [
    {name: 'k', type: T.int4, notNull: true},
    {name: 'v', type: {kind: 'varchar', length: 3}, notNull: false, default: "'def'"},
    {name: 'n', type: {kind: 'numeric', precision: 6, scale: 2}, notNull: false, default: '1 + 1'},
  ],
  dependsOn: [],
  primaryKey: {id: 20101, name: 'd_pkey', columns: [0]},
  unique: [],
  appendOnly: false,
};
const catalog: Catalog = base.withObject(d);
const dec = (unscaled: bigint, scale: number) => ({tag: 'decimal', unscaled, scale}) as const;
const tables: Tables = new Map<number, readonly Row[]>([
  [
    20100,
    [
      [1, 'a', dec(100n, 2)],
      [2, 'b', null],
    ],
  ],
  [
    20010,
    [
      [1, 10, 'x', 0.5],
      [2, 20, 'y', null],
    ],
  ],
]);

function plan(sql: string): PlannedDml {
  const [parsed] = parseStatements(sql);
  const statement = parsed?.statement;
  if (statement?.kind !== 'insert' && statement?.kind !== 'update' && statement?.kind !== 'delete') throw new Error(`no DML: ${sql}`);
  return planDml(statement, {catalog, searchPath: ['public'], evaluateConstant: e => interpret(e, [], [], detachedContext())});
}

const rows = (sql: string) => evaluateDataflow(plan(sql).source, tables);

/** RETURNING over each row of the source. */
function returned(sql: string): Datum[][] {
  const {bound, source} = plan(sql);
  return evaluateDataflow(source, tables).map(row => bound.returning?.expressions.map(e => interpret(e, row, [], detachedContext())) ?? []);
}

let two: Datum;
beforeAll(() => {
  two = dec(200n, 2);
});

describe('INSERT', () => {
  test('the source gives whole rows: columns in order, defaults, casts', () => {
    expect(rows("INSERT INTO d VALUES (1, 'x', 2.5)")).toEqual([[1, 'x', dec(250n, 2)]]);
    expect(rows('INSERT INTO d (n, k) VALUES (3, 7), (DEFAULT, 8)')).toEqual([
      [7, 'def', dec(300n, 2)],
      [8, 'def', two],
    ]);
    expect(rows('INSERT INTO d (k) SELECT x FROM u')).toEqual([
      [10, 'def', two],
      [20, 'def', two],
    ]);
    expect(rows("INSERT INTO d SELECT 5, 'lit', '7'")).toEqual([[5, 'lit', dec(700n, 2)]]);
    expect(rows('INSERT INTO d DEFAULT VALUES')).toEqual([[null, 'def', two]]);
    expect(rows('WITH q AS (SELECT 9 AS z) INSERT INTO d (k, v) SELECT z, NULL FROM q')).toEqual([[9, null, two]]);
    expect(rows('INSERT INTO d (k, n) VALUES ((SELECT max(x) FROM u), 1)')).toEqual([[20, 'def', dec(100n, 2)]]);
  });

  test('a value that does not fit is an error when it is stored, not cut', () => {
    expect(failureOf(() => rows("INSERT INTO d (k, v) SELECT 1, b FROM (SELECT 'toolong'::text AS b) q")).code).toBe('22001');
    expect(failureOf(() => plan("INSERT INTO d (k, v) VALUES (1, 'toolong')")).code).toBe('22001');
  });

  test('RETURNING reads the new row', () => {
    expect(returned("INSERT INTO d (k, v) VALUES (4, 'q') RETURNING k + 1, v || '!', n")).toEqual([[5, 'q!', two]]);
    expect(plan('INSERT INTO d (k) VALUES (1) RETURNING *').bound.returning?.columns.map(c => c.name)).toEqual(['k', 'v', 'n']);
  });

  test('ON CONFLICT names a unique constraint and gives the row afterwards', () => {
    const {bound} = plan(
      "INSERT INTO d AS z VALUES (1, 'x', 2) ON CONFLICT (k) DO UPDATE SET v = excluded.v, n = z.n + excluded.n WHERE z.k < 5",
    );
    if (bound.kind !== 'insert' || bound.onConflict?.action !== 'update') throw new Error('no update');
    const both: Datum[] = [1, 'old', dec(100n, 2), 1, 'new', dec(250n, 2)];
    expect(bound.onConflict.columns).toEqual([0]);
    expect(bound.onConflict.row.map(e => interpret(e, both, [], detachedContext()))).toEqual([1, 'new', dec(350n, 2)]);
    const {where} = bound.onConflict;
    expect(where && interpret(where, both, [], detachedContext())).toBe(true);
    expect(plan('INSERT INTO d (k) VALUES (1) ON CONFLICT DO NOTHING').bound).toMatchObject({onConflict: {action: 'nothing'}});
    expect(plan('INSERT INTO d (k) VALUES (1) ON CONFLICT ON CONSTRAINT d_pkey DO NOTHING').bound).toMatchObject({
      onConflict: {columns: [0]},
    });
  });

  test('embedded streams take rows, other relations do not', () => {
    expect(plan('INSERT INTO s (k) VALUES (1)').bound).toMatchObject({relation: 20040, width: 2});
    expect(failureOf(() => plan('INSERT INTO v VALUES (1, 2)')).code).toBe('42809');
    expect(failureOf(() => plan('UPDATE s SET k = 1')).code).toBe('42809');
  });
});

describe('UPDATE and DELETE', () => {
  test('the source gives the old row, the new row, and the columns of FROM', () => {
    expect(rows("UPDATE d SET v = 'z' WHERE k = 2")).toEqual([[2, 'b', null, 2, 'z', null]]);
    expect(rows('UPDATE d SET n = u.x FROM u WHERE u.id = d.k')).toEqual([
      [1, 'a', dec(100n, 2), 1, 'a', dec(1000n, 2), 1, 10, 'x', 0.5],
      [2, 'b', null, 2, 'b', dec(2000n, 2), 2, 20, 'y', null],
    ]);
    expect(rows('UPDATE d SET (v, n) = (DEFAULT, k + 1) WHERE k = 1')).toEqual([[1, 'a', dec(100n, 2), 1, 'def', dec(200n, 2)]]);
    expect(rows('UPDATE d SET n = (SELECT max(x) FROM u WHERE u.id = d.k) WHERE k IN (SELECT id FROM u WHERE x > 10)')).toEqual([
      [2, 'b', null, 2, 'b', dec(2000n, 2)],
    ]);
    expect(rows('DELETE FROM d WHERE k > 1')).toEqual([[2, 'b', null]]);
    expect(rows('DELETE FROM d USING u WHERE u.id = d.k AND u.x = 10')).toEqual([[1, 'a', dec(100n, 2), 1, 10, 'x', 0.5]]);
  });

  test('RETURNING reads the new row of an update and the old row of a delete', () => {
    expect(returned("UPDATE d SET v = 'z' FROM u WHERE u.id = d.k RETURNING d.v, u.x")).toEqual([
      ['z', 10],
      ['z', 20],
    ]);
    expect(returned('DELETE FROM d AS q WHERE k = 1 RETURNING q.v, k')).toEqual([['a', 1]]);
  });
});

test('UPDATE and DELETE of one key look its row up instead of reading all', () => {
  const lookupOf = (sql: string) => {
    const {source} = plan(sql);
    return source.kind === 'map' && source.input.kind === 'scan' ? source.input.lookup?.key : undefined;
  };
  expect(lookupOf('UPDATE d SET v = 1 WHERE k = 7')).toEqual([0]);
  expect(lookupOf('DELETE FROM d WHERE n > 1 AND $1 = k')).toEqual([0]);
  expect(lookupOf('DELETE FROM d WHERE k = n')).toBeUndefined();
  expect(lookupOf('DELETE FROM d WHERE k = 1 OR k = 2')).toBeUndefined();
  expect(lookupOf('DELETE FROM d WHERE k > 1')).toBeUndefined();
});

const ERRORS: readonly [string, string, string][] = [
  ['INSERT INTO d (nope) VALUES (1)', '42703', 'column "nope" of relation "d" does not exist'],
  ['INSERT INTO d (k, k) VALUES (1, 2)', '42701', 'column "k" specified more than once'],
  ['INSERT INTO d VALUES (1, 2, 3, 4)', '42601', 'INSERT has more expressions than target columns'],
  ['INSERT INTO d (k, v) VALUES (1)', '42601', 'INSERT has more target columns than expressions'],
  ['INSERT INTO d (k) VALUES (true)', '42804', 'column "k" is of type integer but expression is of type boolean'],
  ["INSERT INTO d (k) VALUES ('x')", '22P02', 'invalid input syntax for type integer: "x"'],
  ['INSERT INTO nope VALUES (1)', '42P01', 'relation "nope" does not exist'],
  [
    'INSERT INTO d (k) VALUES (1) ON CONFLICT (v) DO NOTHING',
    '42P10',
    'there is no unique or exclusion constraint matching the ON CONFLICT specification',
  ],
  ['INSERT INTO d (k) VALUES (1) ON CONFLICT ON CONSTRAINT nope DO NOTHING', '42704', 'constraint "nope" for table "d" does not exist'],
  ['UPDATE d SET nope = 1', '42703', 'column "nope" of relation "d" does not exist'],
  ['UPDATE d SET k = 1, k = 2', '42601', 'multiple assignments to same column "k"'],
  ['UPDATE d SET k = count(*)', '42803', 'aggregate functions are not allowed in UPDATE'],
  ['DELETE FROM d WHERE v', '42804', 'argument of WHERE must be type boolean, not type character varying'],
  ['DELETE FROM d RETURNING nope', '42703', 'column "nope" does not exist'],
];
test.each(ERRORS)('%s fails with %s', (sql, code, message) => {
  expect(failureOf(() => plan(sql))).toMatchObject({code, message});
});
