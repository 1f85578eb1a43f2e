import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';
import type {InlineSession} from '../testing/inline-session.ts';

async function start(...statements: string[]): Promise<{engine: InlineEngine; session: InlineSession}> {
  const engine = await InlineEngine.start();
  const session = engine.session();
  for (const statement of statements) await session.all(statement);
  return {engine, session};
}

const errorsOf = (session: InlineSession, view: string) =>
  session.rows(`SELECT operator, expression, sqlstate, reason, "row", count FROM "${view}$errors" ORDER BY "row", reason`);

const T = 'CREATE TABLE t (id int PRIMARY KEY, k int, n int, s text)';

test('a row whose expression fails is left out of its view and listed with expression, reason and row, until it goes', async () => {
  const {session} = await start(T, 'CREATE MATERIALIZED VIEW v AS SELECT id, 10 / n AS x FROM t');
  await session.all('INSERT INTO t VALUES (1, 1, 5), (2, 1, 0), (3, 1, 2)');
  expect(await session.rows('SELECT * FROM v ORDER BY id')).toEqual([
    ['1', '2'],
    ['3', '5'],
  ]);
  expect(await errorsOf(session, 'v')).toEqual([['map', '10 / n', '22012', 'division by zero', '{"n": 0, "id": 2}', '1']]);
  const status = await session.rows('SHOW STATUS');
  expect(status.find(row => row[1] === 'v')?.[7]).toBe('1 errors in "v$errors": division by zero');
  await session.all('UPDATE t SET n = 10 WHERE id = 2');
  expect(await errorsOf(session, 'v')).toEqual([]);
  expect(await session.rows('SELECT count(*) FROM v')).toEqual([['3']]);
});

test('equal rows that fail are one entry that counts them', async () => {
  const {session} = await start('CREATE TABLE b (n numeric)', 'CREATE MATERIALIZED VIEW v AS SELECT 1 / n AS x FROM b');
  await session.all('INSERT INTO b VALUES (0), (0.0), (0.00), (1)');
  expect((await errorsOf(session, 'v')).map(row => row.slice(-2))).toEqual([['{"n": 0}', '3']]);
  await session.all('DELETE FROM b WHERE n = 0');
  expect(await errorsOf(session, 'v')).toEqual([]);
});

test('a view served from its aggregate leaves failing groups out of scans and lookups, and lists their keys', async () => {
  const {session} = await start(T, 'CREATE MATERIALIZED VIEW v AS SELECT k, 100 / sum(n) AS x FROM t GROUP BY k HAVING 60 / sum(n) > 0');
  await session.all('INSERT INTO t VALUES (1, 1, 5), (2, 2, 0), (3, 3, 2), (4, 3, -2)');
  expect(await session.rows('SELECT * FROM v ORDER BY k')).toEqual([['1', '20']]);
  expect((await session.extended('SELECT x FROM v WHERE k = $1', ['2'])).rows).toEqual([]);
  expect((await session.extended('SELECT x FROM v WHERE k = $1', ['1'])).rows).toEqual([['20']]);
  expect((await errorsOf(session, 'v')).map(row => row.slice(2))).toEqual([
    ['22012', 'division by zero', '{"k": 2, "sum": 0}', '1'],
    ['22012', 'division by zero', '{"k": 3, "sum": 0}', '1'],
  ]);
  await session.all('DELETE FROM t WHERE id = 4');
  await session.all('DELETE FROM t WHERE k = 2');
  expect(await session.rows('SELECT * FROM v ORDER BY k')).toEqual([
    ['1', '20'],
    ['3', '50'],
  ]);
  expect(await errorsOf(session, 'v')).toEqual([]);
});

test('a sum beyond bigint is an error of its group alone', async () => {
  const {session} = await start(
    'CREATE TABLE b (k int, n int)',
    'CREATE TABLE g (one int)',
    'INSERT INTO b VALUES (1, 7), (2, 2147483647), (3, NULL)',
    // 8,000,000,000 rows, of three weights.
    'INSERT INTO g SELECT 1 FROM generate_series(1, 2000)',
    'CREATE MATERIALIZED VIEW v AS SELECT k, sum(n) AS s FROM b, g g1, g g2, g g3 GROUP BY k',
    'CREATE MATERIALIZED VIEW total AS SELECT sum(s) AS s, count(*) AS c FROM v',
  );
  expect(await session.rows('SELECT k, s FROM v ORDER BY k')).toEqual([
    ['1', '56000000000'],
    ['3', null],
  ]);
  expect(await session.rows('SELECT * FROM total')).toEqual([['56000000000', '2']]);
  expect((await session.extended('SELECT s FROM v WHERE k = $1', ['2'])).rows).toEqual([]);
  expect(await errorsOf(session, 'v')).toEqual([['aggregate', 'sum(n)', '22003', 'bigint out of range', '{"k": 2}', '1']]);
  await session.all('UPDATE b SET n = 1 WHERE k = 2');
  expect(await session.rows('SELECT * FROM total')).toEqual([['64000000000', '3']]);
  expect(await errorsOf(session, 'v')).toEqual([]);
  await session.all('UPDATE b SET n = -2147483648 WHERE k = 2');
  expect(await session.rows('SELECT * FROM total')).toEqual([['56000000000', '2']]);
  await session.all('DELETE FROM b');
  expect(await errorsOf(session, 'total')).toEqual([]);
});

test('errors of a view below appear in every view above it, once however many ways lead there', async () => {
  const {engine, session} = await start(
    T,
    'INSERT INTO t VALUES (1, 1, 5), (2, 1, 0), (3, 2, 2)',
    'CREATE MATERIALIZED VIEW low AS SELECT id, k, 10 / n AS x FROM t',
    'CREATE MATERIALIZED VIEW a AS SELECT k, sum(x) AS s FROM low GROUP BY k',
    'CREATE MATERIALIZED VIEW b AS SELECT id, 12 / (x - 5) AS y FROM low',
    'CREATE MATERIALIZED VIEW top AS SELECT b.id, a.s FROM b JOIN a ON a.k = b.id',
  );
  const all = (s: InlineSession, view: string) => s.rows(`SELECT "view", "row"->>'id' FROM "${view}$errors" ORDER BY 1, 2`);
  const check = async (s: InlineSession, low: readonly unknown[], b: readonly unknown[]) => {
    expect(await all(s, 'low')).toEqual(low);
    expect(await all(s, 'a')).toEqual(low);
    expect(await all(s, 'b')).toEqual([...b, ...low]);
    expect(await all(s, 'top')).toEqual([...b, ...low]);
  };
  expect((await session.rows('SELECT "view", "row" FROM "b$errors" ORDER BY 1')).length).toBe(2);
  const low = [['low', '2']];
  const b = await all(session, 'b').then(rows => rows.filter(row => row[0] === 'b'));
  await check(session, low, b);
  const again = await engine.restart();
  await check(again.session(), low, b);
  await again.session().all('DELETE FROM t WHERE n = 0');
  await check(again.session(), [], b);
  await again.session().all('DELETE FROM t');
  await check(again.session(), [], []);
});

test('errors can be watched by a view of their own', async () => {
  const {session} = await start(
    T,
    'CREATE MATERIALIZED VIEW v AS SELECT id, s::int AS x FROM t',
    "INSERT INTO t VALUES (1, 1, 5, 'x')",
    'CREATE MATERIALIZED VIEW counts AS SELECT sqlstate, sum(count) AS n FROM "v$errors" GROUP BY sqlstate',
  );
  await session.all("INSERT INTO t VALUES (2, 1, 5, 'y'), (3, 1, 5, '7'), (4, 1, 1, '99999999999')");
  expect(await session.rows('SELECT * FROM counts ORDER BY sqlstate')).toEqual([
    ['22003', '1'],
    ['22P02', '2'],
  ]);
});

test('a pair for which a join condition fails is listed with the columns that the condition reads', async () => {
  const {session} = await start(
    T,
    'CREATE TABLE u (id int PRIMARY KEY, m int)',
    'CREATE MATERIALIZED VIEW j AS SELECT t.id, u.id AS other FROM t JOIN u ON t.id <> u.id AND 10 / (t.n - u.m) > 1',
    'INSERT INTO u VALUES (1, 1), (2, 2)',
    'INSERT INTO t VALUES (1, 1, 2), (2, 1, 0), (3, 1, 1)',
  );
  expect((await errorsOf(session, 'j')).map(row => row[4])).toEqual([
    '{"m": 1, "n": 1, "id": 3, "id_2": 1}',
    '{"m": 2, "n": 2, "id": 1, "id_2": 2}',
  ]);
  await session.all('DELETE FROM u');
  expect(await errorsOf(session, 'j')).toEqual([]);
});

const warnings = (session: InlineSession) => session.notices.splice(0).map(n => `${n.severity} ${n.code} ${n.message} | ${n.fields.hint}`);
const WARNING = 'WARNING 01000 materialized view "v" is incomplete: 2 errors | Rows that could not be computed are listed in "v$errors".';

test('a read of an incomplete view warns once per statement, whichever way it goes', async () => {
  const {session} = await start(
    T,
    'CREATE MATERIALIZED VIEW v AS SELECT id, 10 / n AS x FROM t',
    'CREATE MATERIALIZED VIEW sums AS SELECT k, 10 / sum(n) AS x FROM t GROUP BY k',
    'CREATE VIEW plain AS SELECT * FROM v',
    'INSERT INTO t VALUES (1, 1, 5), (2, 2, 0), (3, 3, 0)',
  );
  warnings(session);
  await session.rows('SELECT * FROM v');
  expect(warnings(session)).toEqual([WARNING]);
  await session.rows('SELECT * FROM v a JOIN plain b ON a.id = b.id');
  expect(warnings(session)).toEqual([WARNING]);
  await session.extended('SELECT x FROM v WHERE id = $1', ['1']);
  expect(warnings(session)).toEqual([WARNING]);
  await session.extended('SELECT x FROM sums WHERE k = $1', ['1']);
  expect(warnings(session)).toEqual([WARNING.replaceAll('"v', '"sums')]);
  await session.rows('SELECT * FROM t');
  await session.rows('SELECT * FROM "v$errors"');
  expect(warnings(session)).toEqual([]);
  await session.all('BEGIN');
  await session.all('DELETE FROM t WHERE n = 0');
  expect(await session.rows('SELECT count(*) FROM v')).toEqual([['1']]);
  expect(warnings(session)).toEqual([WARNING]);
  await session.all('COMMIT');
  await session.rows('SELECT * FROM v');
  expect(warnings(session)).toEqual([]);
});

test('ON ERROR FAIL: reads fail with the first error while there are errors, and only then', async () => {
  const {session} = await start(
    T,
    'CREATE MATERIALIZED VIEW v AS SELECT id, 10 / n AS x FROM t ON ERROR FAIL',
    'CREATE MATERIALIZED VIEW above AS SELECT count(*) AS c FROM v',
    'INSERT INTO t VALUES (1, 1, 5)',
  );
  expect(await session.rows('SELECT x FROM v')).toEqual([['2']]);
  await session.all('INSERT INTO t VALUES (2, 1, 0)');
  await expect(session.rows('SELECT x FROM v')).rejects.toMatchObject({
    code: '22012',
    message: 'materialized view "v" cannot be read: division by zero',
    fields: {hint: 'See "v$errors".'},
  });
  await expect(session.extended('SELECT x FROM v WHERE id = $1', ['1'])).rejects.toMatchObject({code: '22012'});
  expect(await session.code('INSERT INTO t SELECT 9, 1, x, NULL FROM v')).toBe('22012');
  expect(await session.rows('SELECT c FROM above')).toEqual([['1']]);
  expect(await session.rows('SELECT count(*) FROM "v$errors"')).toEqual([['1']]);
  await session.all('DELETE FROM t WHERE id = 2');
  expect(await session.rows('SELECT x FROM v')).toEqual([['2']]);
});
