import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';

async function withTable(): Promise<InlineEngine> {
  const engine = await InlineEngine.start();
  await engine.session().all(`CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 10), (2, 20)`);
  return engine;
}

test('a block sees its own writes, others only after COMMIT', async () => {
  const engine = await withTable();
  const [a, b] = [engine.session(), engine.session()];
  await a.all('BEGIN');
  await a.all('UPDATE t SET n = n + 1 WHERE id = 1');
  await a.all('INSERT INTO t VALUES (3, 30)');
  await a.all('DELETE FROM t WHERE id = 2');
  expect(await a.rows('SELECT * FROM t ORDER BY id')).toEqual([
    ['1', '11'],
    ['3', '30'],
  ]);
  expect(await b.rows('SELECT * FROM t ORDER BY id')).toEqual([
    ['1', '10'],
    ['2', '20'],
  ]);
  expect(await a.tag('COMMIT')).toBe('COMMIT');
  expect(await b.rows('SELECT * FROM t ORDER BY id')).toEqual([
    ['1', '11'],
    ['3', '30'],
  ]);
});

test('ROLLBACK leaves nothing', async () => {
  const engine = await withTable();
  const a = engine.session();
  await a.all('BEGIN; DELETE FROM t; INSERT INTO t VALUES (9, 9)');
  await a.all('ROLLBACK');
  expect(await a.rows('SELECT id FROM t ORDER BY id')).toEqual([['1'], ['2']]);
});

test('a block keeps seeing its step', async () => {
  const engine = await withTable();
  const [a, b] = [engine.session(), engine.session()];
  await a.all('BEGIN');
  expect(await a.rows('SELECT count(*) FROM t')).toEqual([['2']]);
  await b.all('INSERT INTO t VALUES (5, 50)');
  expect(await a.rows('SELECT count(*) FROM t')).toEqual([['2']]);
  await a.all('COMMIT');
  expect(await a.rows('SELECT count(*) FROM t')).toEqual([['3']]);
});

test('first committer wins: the second block that changed the row fails with 40001', async () => {
  const engine = await withTable();
  const [a, b] = [engine.session(), engine.session()];
  await a.all('BEGIN; UPDATE t SET n = n + 1 WHERE id = 1');
  await b.all('BEGIN; UPDATE t SET n = n + 5 WHERE id = 1');
  await a.all('COMMIT');
  expect(await b.code('COMMIT')).toBe('40001');
  expect(await b.rows('SELECT n FROM t WHERE id = 1')).toEqual([['11']]);
});

test('blocks that change different rows both commit', async () => {
  const engine = await withTable();
  const [a, b] = [engine.session(), engine.session()];
  await a.all('BEGIN; UPDATE t SET n = n + 1 WHERE id = 1');
  await b.all('BEGIN; UPDATE t SET n = n + 5 WHERE id = 2');
  await a.all('COMMIT');
  await b.all('COMMIT');
  expect(await b.rows('SELECT n FROM t ORDER BY id')).toEqual([['11'], ['25']]);
});

test('two blocks that insert the same key: the second fails with 40001', async () => {
  const engine = await withTable();
  const [a, b] = [engine.session(), engine.session()];
  await a.all('BEGIN; INSERT INTO t VALUES (7, 1)');
  await b.all('BEGIN; INSERT INTO t VALUES (7, 2)');
  await a.all('COMMIT');
  expect(await b.code('COMMIT')).toBe('40001');
});

test('statements by themselves never conflict', async () => {
  const engine = await withTable();
  const sessions = Array.from({length: 8}, () => engine.session());
  await Promise.all(sessions.map(s => s.extended('UPDATE t SET n = n + $1 WHERE id = 1', ['1'])));
  expect(await sessions[0]!.rows('SELECT n FROM t WHERE id = 1')).toEqual([['18']]);
});

test('the statements of one Query message hold together', async () => {
  const engine = await withTable();
  const a = engine.session();
  expect(await a.code('INSERT INTO t VALUES (3, 3); INSERT INTO t VALUES (1, 1)')).toBe('23505');
  expect(await a.rows('SELECT count(*) FROM t')).toEqual([['2']]);
  await a.all('INSERT INTO t VALUES (3, 3); INSERT INTO t SELECT id + 10, n FROM t');
  expect(await a.rows('SELECT count(*) FROM t')).toEqual([['6']]);
});

test('a failed block ignores statements until its end', async () => {
  const engine = await withTable();
  const a = engine.session();
  await a.all('BEGIN; DELETE FROM t WHERE id = 1');
  expect(await a.code('INSERT INTO t VALUES (2, 1)')).toBe('23505');
  expect(await a.code('SELECT 1')).toBe('25P02');
  expect(await a.tag('COMMIT')).toBe('ROLLBACK');
  expect(await a.rows('SELECT count(*) FROM t')).toEqual([['2']]);
});

test('DDL in a block: the new table is used before COMMIT and gone after ROLLBACK', async () => {
  const engine = await withTable();
  const [a, b] = [engine.session(), engine.session()];
  await a.all('BEGIN; CREATE TABLE u (k text PRIMARY KEY, v int)');
  await a.all(`INSERT INTO u VALUES ('x', 1), ('y', 2)`);
  expect(await a.rows('SELECT sum(v) FROM u')).toEqual([['3']]);
  expect(await b.code('SELECT * FROM u')).toBe('42P01');
  await a.all('COMMIT');
  expect(await b.rows('SELECT sum(v) FROM u')).toEqual([['3']]);
  await a.all('BEGIN; CREATE TABLE w (k int)');
  await a.all('INSERT INTO w VALUES (1)');
  await a.all('ROLLBACK');
  expect(await a.code('SELECT * FROM w')).toBe('42P01');
});

test('what was committed is there after a restart', async () => {
  const engine = await withTable();
  const a = engine.session();
  await a.all('BEGIN; UPDATE t SET n = 99 WHERE id = 2; INSERT INTO t VALUES (4, 40)');
  await a.all('COMMIT');
  const again = await engine.restart();
  expect(await again.session().rows('SELECT * FROM t ORDER BY id')).toEqual([
    ['1', '10'],
    ['2', '99'],
    ['4', '40'],
  ]);
});
