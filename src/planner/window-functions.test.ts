import type {PGlite} from '@electric-sql/pglite';
import {beforeAll, describe, expect, test} from 'vitest';
import type {Tables} from './testing/evaluate-dataflow.ts';
import {failureOf, loadTables, plan, run, startPostgres} from './testing/planner-fixture.ts';
import {bag, rowsOf} from './testing/row-texts.ts';

let db: PGlite;
let tables: Tables;
beforeAll(async () => {
  db = await startPostgres();
  tables = await loadTables(db);
});

/** Queries with OVER that mean the same here and in PostgreSQL. */
const OVER = [
  `SELECT id, row_number() OVER (ORDER BY id), rank() OVER (ORDER BY b), dense_rank() OVER (ORDER BY b DESC) FROM t`,
  `SELECT id, percent_rank() OVER w, cume_dist() OVER w, ntile(2) OVER (ORDER BY id), ntile(3) OVER w FROM t WINDOW w AS (ORDER BY id DESC)`,
  `SELECT id, lag(b) OVER w, lead(b, 2) OVER w, lag(a, 1, -1) OVER w, lag(id, 1, 2.5) OVER w, lead(a, -1) OVER w FROM t WINDOW w AS (ORDER BY id)`,
  `SELECT id, first_value(a) OVER w, last_value(a) OVER w, nth_value(a, 2) OVER w FROM t WINDOW w AS (PARTITION BY b ORDER BY id)`,
  `SELECT id, sum(a) OVER w, count(*) OVER w, avg(a) OVER w, max(b) OVER w, count(a) FILTER (WHERE id > 1) OVER w FROM t WINDOW w AS (ORDER BY id)`,
  `SELECT id, sum(a) OVER (), array_agg(id) OVER (PARTITION BY b ORDER BY id DESC) FROM t`,
  `SELECT id, sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), sum(id) OVER (ORDER BY id ROWS 2 PRECEDING) FROM t`,
  `SELECT id, sum(id) OVER (ORDER BY id ROWS BETWEEN 2 FOLLOWING AND UNBOUNDED FOLLOWING) FROM t`,
  `SELECT id, x, sum(x) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM u`,
  `SELECT id, x, sum(x) OVER (ORDER BY x DESC NULLS LAST RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM u`,
  `SELECT id, count(*) OVER (ORDER BY f RANGE BETWEEN 1.0 PRECEDING AND UNBOUNDED FOLLOWING), count(*) OVER (ORDER BY f RANGE 0.5 PRECEDING) FROM u`,
  `SELECT id, count(*) OVER (ORDER BY n RANGE BETWEEN 1.5 PRECEDING AND 1 FOLLOWING) FROM t`,
  `SELECT k, count(*) OVER (ORDER BY d RANGE BETWEEN '1 month' PRECEDING AND CURRENT ROW), min(k) OVER (ORDER BY d DESC RANGE '1 year' PRECEDING) FROM w`,
  `SELECT id, x, count(*) OVER (ORDER BY x GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM u`,
  ...['CURRENT ROW', 'GROUP', 'TIES', 'NO OTHERS'].map(
    e => `SELECT id, x, count(*) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE ${e}) FROM u`,
  ),
  `SELECT b, sum(count(*)) OVER (ORDER BY b), rank() OVER (ORDER BY count(*) DESC, b), row_number() OVER (PARTITION BY count(*) ORDER BY b) FROM t GROUP BY b`,
  `SELECT b, max(id), lag(max(id)) OVER (ORDER BY b) + 1 FROM t GROUP BY b HAVING count(*) > 0 ORDER BY row_number() OVER (ORDER BY b DESC)`,
  `SELECT DISTINCT b, count(*) OVER (PARTITION BY b) FROM t`,
  `SELECT id, rank() OVER (w2) FROM t WINDOW w AS (PARTITION BY b), w2 AS (w ORDER BY id)`,
  `SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY b ORDER BY id DESC) AS r FROM t) q WHERE r = 1`,
  `SELECT id, r FROM (SELECT id, b, rank() OVER (PARTITION BY b ORDER BY a) AS r FROM t) q WHERE r <= 1 AND b = 'x'`,
  `SELECT id, r FROM (SELECT id, rank() OVER (ORDER BY b DESC) AS r FROM t) q WHERE r < 4 AND r >= 2`,
  `SELECT id, r FROM (SELECT id, dense_rank() OVER (PARTITION BY x ORDER BY id) AS r FROM u) q WHERE r BETWEEN 1 AND 2`,
  `SELECT id FROM (SELECT id, rank() OVER (PARTITION BY y ORDER BY x NULLS FIRST) AS r FROM u) q WHERE r = 2`,
  `SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS r FROM t) q WHERE 3 > r AND r <= 5`,
  `SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS r FROM t) q WHERE r < 1`,
  `SELECT id FROM (SELECT id, a, row_number() OVER (ORDER BY id) AS r FROM t) q WHERE r <= 3 AND a = 20`,
  `SELECT u.id, u.x, m.b, m.y FROM u JOIN (SELECT y, max(x) AS b FROM u GROUP BY y) m ON u.y = m.y AND u.x >= m.b`,
  `SELECT u.id, m.b FROM u JOIN (SELECT y, min(x + 1) AS b FROM u GROUP BY y) m ON m.b = u.x + 1 AND m.y = u.y`,
  `SELECT u.id, m.b FROM u JOIN (SELECT y, max(x) AS b FROM u GROUP BY y) m ON u.y = m.y AND u.x > m.b`,
  `SELECT u.id, m.b FROM u JOIN (SELECT y, max(x) AS b FROM u GROUP BY y) m ON u.y = m.y AND u.x >= m.b AND u.id = 1`,
  `SELECT a.b, a.c FROM (SELECT b, a, count(*) AS c FROM t GROUP BY b, a) a JOIN (SELECT max(c) AS m, b FROM (SELECT b, count(*) AS c FROM t GROUP BY a, b) q GROUP BY b) m
     ON a.b = m.b AND a.c >= m.m`,
  `SELECT t.id, q.s FROM t, LATERAL (SELECT u.x, sum(u.x) OVER (ORDER BY u.x) AS s FROM u WHERE u.id = t.id) q`,
  `SELECT id, (SELECT sum(x) OVER (ORDER BY x DESC) FROM u WHERE u.id = t.id ORDER BY x LIMIT 1) FROM t`,
  `SELECT id, sum((SELECT count(*) FROM u WHERE u.id = t.id)) OVER (ORDER BY id), row_number() OVER (ORDER BY id) IN (SELECT x FROM u) FROM t`,
  `SELECT sum(id) OVER (ORDER BY id) + sum(id) OVER () AS s FROM t ORDER BY s DESC LIMIT 2`,
  `SELECT a, id FROM t ORDER BY a FETCH FIRST 2 ROWS WITH TIES`,
  `SELECT id FROM (SELECT id, x FROM u ORDER BY x DESC NULLS LAST FETCH FIRST ROW WITH TIES) q`,
  `SELECT id FROM t ORDER BY b FETCH FIRST 0 ROWS WITH TIES`,
  `SELECT DISTINCT ON (b) b, row_number() OVER (ORDER BY b, id) FROM t ORDER BY b, id`,
];

/** Errors that PostgreSQL has too, in the same place. */
const WRONG_OVER = [
  'SELECT id FROM t WHERE row_number() OVER () = 1',
  'SELECT id FROM t GROUP BY row_number() OVER (), id',
  'SELECT row_number() OVER () FROM t GROUP BY 1',
  'SELECT b FROM t GROUP BY b HAVING row_number() OVER () = 1',
  'SELECT t.id FROM t JOIN u ON row_number() OVER () = 1',
  'SELECT count(row_number() OVER ()) FROM t',
  'SELECT sum(row_number() OVER ()) OVER () FROM t',
  'SELECT sum(id) OVER (ORDER BY row_number() OVER ()) FROM t',
  'SELECT row_number() FROM t',
  'SELECT lower(b) OVER () FROM t',
  'SELECT sum(id) OVER w FROM t',
  'SELECT 1 FROM t WINDOW w AS (ORDER BY id), w AS (ORDER BY id)',
  'SELECT sum(id) OVER (w PARTITION BY b) FROM t WINDOW w AS ()',
  'SELECT sum(id) OVER (w ORDER BY b) FROM t WINDOW w AS (ORDER BY id)',
  'SELECT sum(id) OVER (w) FROM t WINDOW w AS (ORDER BY id ROWS 1 PRECEDING)',
  'SELECT sum(id) OVER (w ORDER BY b) FROM t WINDOW w AS (ROWS 1 PRECEDING)',
  'SELECT sum(id) OVER (GROUPS 1 PRECEDING) FROM t',
  'SELECT sum(id) OVER (RANGE 1 PRECEDING) FROM t',
  'SELECT sum(id) OVER (ORDER BY id, b RANGE 1 PRECEDING) FROM t',
  'SELECT sum(id) OVER (ORDER BY b RANGE 1 PRECEDING) FROM t',
  `SELECT sum(id) OVER (ORDER BY id RANGE interval '1 s' PRECEDING) FROM t`,
  'SELECT sum(id) OVER (ORDER BY id ROWS id PRECEDING) FROM t',
  `SELECT sum(id) OVER (ORDER BY id ROWS true PRECEDING) FROM t`,
  'SELECT sum(id) OVER (ROWS BETWEEN UNBOUNDED FOLLOWING AND CURRENT ROW) FROM t',
  'SELECT sum(id) OVER (ROWS BETWEEN CURRENT ROW AND UNBOUNDED PRECEDING) FROM t',
  'SELECT sum(id) OVER (ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM t',
  'SELECT sum(id) OVER (ROWS BETWEEN 1 FOLLOWING AND CURRENT ROW) FROM t',
  'SELECT count(DISTINCT id) OVER () FROM t',
  'SELECT array_agg(id ORDER BY id) OVER () FROM t',
  'SELECT row_number() FILTER (WHERE true) OVER () FROM t',
  'SELECT count() OVER () FROM t',
  'SELECT a, sum(id) OVER () FROM t GROUP BY b',
  'SELECT b, sum(id) OVER () FROM t GROUP BY b',
  'SELECT b, rank() OVER (ORDER BY id) FROM t GROUP BY b',
  'SELECT generate_series(1, 2), sum(generate_series(1, 2)) OVER () FROM t',
  'SELECT 1 LIMIT row_number() OVER ()',
  'SELECT ntile() OVER () FROM t',
  `SELECT lag(id, 1, 'x'::text) OVER () FROM t`,
];

describe('functions over windows', () => {
  test.each(OVER)('%s', async sql => {
    expect(bag(run(sql, tables))).toEqual(bag(await rowsOf(db, sql)));
  });

  test.each(WRONG_OVER)('%s fails as in PostgreSQL', async sql => {
    const {code, message, position} = (await db.query(sql).then(
      () => ({}),
      (error: unknown) => error,
    )) as {code?: string; message?: string; position?: string};
    expect(failureOf(() => plan(sql))).toMatchObject({code, message, position: position === undefined ? undefined : Number(position)});
  });
});
