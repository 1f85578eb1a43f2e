import type {PGlite} from '@electric-sql/pglite';
import {freshPostgres} from '../../common/testing/fresh-postgres.ts';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {answerOf, oracleAnswer} from '../testing/dml-oracle.ts';
import {InlineEngine} from '../testing/inline-engine.ts';

let pg: PGlite;
beforeAll(async () => void (pg = await freshPostgres()));
afterAll(() => pg.close());

/** Runs each text on both; answers are the same, text by text. */
async function sameAsPostgres(texts: readonly string[]): Promise<void> {
  await pg.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  const engine = await InlineEngine.start();
  const session = engine.session();
  for (const sql of texts) expect({sql, answer: await answerOf(session, sql)}).toEqual({sql, answer: await oracleAnswer(pg, sql)});
}

describe('DML answers as PostgreSQL does', () => {
  test('INSERT: defaults, column lists, several rows, SELECT, RETURNING', () =>
    sameAsPostgres([
      `CREATE TABLE t (id int PRIMARY KEY, name text DEFAULT 'none', n numeric(6,2), at timestamp DEFAULT '2024-01-02 03:04:05')`,
      `INSERT INTO t (id) VALUES (1)`,
      `INSERT INTO t VALUES (2, 'two', 2.5), (3, NULL, 3.14159)`,
      `INSERT INTO t (n, id) VALUES (DEFAULT, 4) RETURNING *`,
      `INSERT INTO t SELECT id + 10, name, n FROM t RETURNING id, upper(name) AS u, n * 2`,
      `INSERT INTO t DEFAULT VALUES`,
      `INSERT INTO t (id, missing) VALUES (1, 2)`,
      `INSERT INTO t (id) VALUES ('x')`,
      `SELECT * FROM t ORDER BY id`,
    ]));

  test('constraints: NOT NULL and primary key, with the same message and detail', () =>
    sameAsPostgres([
      `CREATE TABLE t (a int, b text NOT NULL, c float8, PRIMARY KEY (a, b))`,
      `INSERT INTO t VALUES (1, 'x', 1.5), (2, 'y', NULL)`,
      `INSERT INTO t VALUES (1, 'x', 2)`,
      `INSERT INTO t VALUES (3, 'z', 1), (3, 'z', 2)`,
      `INSERT INTO t VALUES (NULL, 'z', 1)`,
      `INSERT INTO t VALUES (4, NULL, 1)`,
      `INSERT INTO t VALUES (5, '${'long '.repeat(40)}', NULL), (NULL, '${'é'.repeat(60)}', 2)`,
      `UPDATE t SET b = NULL WHERE a = 1`,
      `UPDATE t SET a = 2, b = 'y' WHERE a = 1`,
      `SELECT * FROM t ORDER BY a, b`,
      `CREATE TABLE u (k int CONSTRAINT my_key PRIMARY KEY)`,
      `INSERT INTO u VALUES (7), (7)`,
    ]));

  test('ON CONFLICT', () =>
    sameAsPostgres([
      `CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, s text)`,
      `INSERT INTO t VALUES (1, 10, 'a'), (2, 20, 'b')`,
      `INSERT INTO t VALUES (1, 11, 'x'), (3, 30, 'c'), (3, 31, 'd') ON CONFLICT DO NOTHING RETURNING *`,
      `INSERT INTO t VALUES (1, 5, 'x'), (4, 40, 'y') ON CONFLICT (id) DO UPDATE SET n = t.n + excluded.n RETURNING id, n, s`,
      `INSERT INTO t VALUES (1, 5, 'x'), (2, 6, 'y') ON CONFLICT (id) DO UPDATE SET s = excluded.s WHERE t.n > 18`,
      `INSERT INTO t VALUES (1, 1, 'x'), (1, 2, 'y') ON CONFLICT (id) DO UPDATE SET n = excluded.n`,
      `INSERT INTO t VALUES (9, 1, 'x'), (9, 2, 'y') ON CONFLICT (id) DO UPDATE SET n = excluded.n`,
      `INSERT INTO t VALUES (1, NULL, 'x') ON CONFLICT DO NOTHING`,
      `INSERT INTO t VALUES (1, 1, 'x') ON CONFLICT (id) DO UPDATE SET id = 2`,
      `INSERT INTO t VALUES (1, 1, 'x') ON CONFLICT (id) DO UPDATE SET id = 77 RETURNING id`,
      `INSERT INTO t VALUES (2, 1, 'x') ON CONFLICT (id) DO UPDATE SET n = NULL`,
      `SELECT * FROM t ORDER BY id`,
    ]));

  test('UPDATE and DELETE: FROM, USING, RETURNING, several matches', () =>
    sameAsPostgres([
      `CREATE TABLE t (id int PRIMARY KEY, n int)`,
      `CREATE TABLE f (id int, m int)`,
      `INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)`,
      `INSERT INTO f VALUES (1, 100), (1, 100), (2, 200)`,
      `UPDATE t SET n = n + m FROM f WHERE f.id = t.id`,
      `SELECT * FROM t ORDER BY id`,
      `UPDATE t SET n = -n WHERE id = 3 RETURNING *`,
      `UPDATE t SET id = id + 10 WHERE n > 1000`,
      `UPDATE t SET n = n / 0`,
      `DELETE FROM t USING f WHERE f.id = t.id AND f.m = 100 RETURNING t.id, f.m`,
      `DELETE FROM t WHERE id = 3 RETURNING n`,
      `SELECT * FROM t ORDER BY id`,
      `DELETE FROM t`,
      `SELECT count(*) FROM t`,
    ]));

  test('a table without a key is a bag', () =>
    sameAsPostgres([
      `CREATE TABLE t (a int, b text)`,
      `INSERT INTO t VALUES (1, 'x'), (1, 'x'), (2, NULL), (2, NULL), (3, 'z')`,
      `INSERT INTO t SELECT * FROM t`,
      `SELECT a, b, count(*) FROM t GROUP BY a, b ORDER BY a`,
      `UPDATE t SET a = a + 1 WHERE a = 2`,
      `DELETE FROM t WHERE b = 'x'`,
      `SELECT a, b, count(*) FROM t GROUP BY a, b ORDER BY a, b`,
      `BEGIN`,
      `INSERT INTO t VALUES (3, 'z')`,
      `UPDATE t SET b = 'new' WHERE a = 3 RETURNING a`,
      `DELETE FROM t WHERE b IS NULL`,
      `SELECT a, b, count(*) FROM t GROUP BY a, b ORDER BY a, b`,
      `COMMIT`,
      `SELECT a, b, count(*) FROM t GROUP BY a, b ORDER BY a, b`,
    ]));

  test('TRUNCATE, also in a block', () =>
    sameAsPostgres([
      `CREATE TABLE t (id int PRIMARY KEY, n int)`,
      `INSERT INTO t VALUES (1, 1), (2, 2)`,
      `BEGIN`,
      `TRUNCATE t`,
      `INSERT INTO t VALUES (2, 22)`,
      `SELECT * FROM t`,
      `ROLLBACK`,
      `SELECT * FROM t ORDER BY id`,
      `BEGIN; TRUNCATE TABLE t; INSERT INTO t VALUES (1, 11); COMMIT`,
      `SELECT * FROM t ORDER BY id`,
      `TRUNCATE t`,
      `SELECT count(*) FROM t`,
      `TRUNCATE nothing`,
    ]));

  test('prepared statements and cursors', () =>
    sameAsPostgres([
      `CREATE TABLE t (id int PRIMARY KEY, n int)`,
      `PREPARE put (int, int) AS INSERT INTO t VALUES ($1, $2)`,
      `EXECUTE put(1, 2 + 3)`,
      `EXECUTE put('2', 6)`,
      `EXECUTE put(1)`,
      `PREPARE get AS SELECT * FROM t WHERE n > $1 ORDER BY id`,
      `EXECUTE get(1)`,
      `DEALLOCATE get`,
      `EXECUTE get(1)`,
      `DECLARE c CURSOR FOR SELECT 1`,
      `BEGIN; DECLARE c CURSOR FOR SELECT id FROM t ORDER BY id`,
      `FETCH c`,
      `MOVE 1 IN c`,
      `FETCH ALL c`,
      `CLOSE c`,
      `FETCH c`,
      `ROLLBACK`,
    ]));

  test('views and CREATE TABLE AS', () =>
    sameAsPostgres([
      `CREATE TABLE t (id int PRIMARY KEY, n int)`,
      `INSERT INTO t VALUES (1, 1), (2, 4)`,
      `CREATE VIEW v AS SELECT id, n * 2 AS d FROM t`,
      `SELECT * FROM v ORDER BY id`,
      `BEGIN; UPDATE t SET n = 100 WHERE id = 1`,
      `SELECT * FROM v ORDER BY id`,
      `COMMIT`,
      `CREATE OR REPLACE VIEW v AS SELECT id, n * 3 AS d, 'x'::text AS e FROM t`,
      `SELECT * FROM v ORDER BY id`,
      `CREATE OR REPLACE VIEW v AS SELECT id FROM t`,
      `CREATE TABLE copy AS SELECT * FROM v WHERE id = 2`,
      `SELECT * FROM copy`,
      `DROP TABLE t`,
      `CREATE SCHEMA s`,
      `CREATE TABLE s.x (a int)`,
      `INSERT INTO s.x VALUES (1)`,
      `SELECT * FROM s.x`,
    ]));
});
