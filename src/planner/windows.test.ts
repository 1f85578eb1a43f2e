import type {PGlite} from '@electric-sql/pglite';
import {beforeAll, describe, expect, test} from 'vitest';
import {explainDataflow} from './dataflow/explain-dataflow.ts';
import {explainLogical} from './logical/explain-logical.ts';
import type {Tables} from './testing/evaluate-dataflow.ts';
import {catalog, failureOf, loadTables, plan, run, startPostgres} from './testing/planner-fixture.ts';

let db: PGlite;
let tables: Tables;
beforeAll(async () => {
  db = await startPostgres();
  tables = await loadTables(db);
});

const optimized = (sql: string) => `\n${explainLogical(plan(sql).optimized)}\n`;
const dataflow = (sql: string) => `\n${explainDataflow(plan(sql).dataflow, id => catalog.relation(id)?.name ?? '?')}\n`;
const lines = (rows: readonly (readonly unknown[])[]) => rows.map(row => JSON.stringify(row)).sort();
const TEXT_ONLY = Object.fromEntries(Array.from({length: 4000}, (_, oid) => [oid, (text: string) => text]));

async function postgres(sql: string): Promise<readonly (readonly unknown[])[]> {
  const {rows} = await db.query<unknown[]>(sql, [], {rowMode: 'array', parsers: TEXT_ONLY});
  return rows;
}

/** Events of two keys: on the edge of a window, before 1970, twice at one time, without a time. */
const EVENTS = `(VALUES (1, timestamp '2024-01-01 00:00:00'), (1, '2024-01-01 00:00:03.5'), (2, '2024-01-01 00:00:09.999999'),
  (1, '2024-01-01 00:00:10'), (2, '2024-01-01 00:00:27'), (2, '2024-01-01 00:00:27'), (1, NULL), (2, '1969-12-31 23:59:58')) AS e(k, ts)`;
const ORIGIN = `timestamp '1970-01-01'`;

/** A query with window functions in FROM, and the same in PostgreSQL's words. */
const SAME: readonly (readonly [string, string])[] = [
  [
    `SELECT * FROM TUMBLE((SELECT * FROM ${EVENTS}), ts, INTERVAL '10 seconds')`,
    `SELECT *, date_bin('10 s', ts, ${ORIGIN}), date_bin('10 s', ts, ${ORIGIN}) + interval '10 s' FROM ${EVENTS}`,
  ],
  [
    `SELECT k, window_start, count(*) FROM TUMBLE((SELECT * FROM ${EVENTS}), ts, INTERVAL '10 seconds', INTERVAL '-3 seconds') GROUP BY 1, 2`,
    `SELECT k, date_bin('10 s', ts, ${ORIGIN} - interval '3 s'), count(*) FROM ${EVENTS} GROUP BY 1, 2`,
  ],
  [
    `SELECT * FROM HOP((SELECT * FROM ${EVENTS}), ts, INTERVAL '4 seconds', INTERVAL '10 seconds')`,
    `SELECT k, ts, s, s + interval '10 s' FROM (SELECT *, date_bin('4 s', ts, ${ORIGIN}) - i * interval '4 s' AS s
       FROM ${EVENTS}, generate_series(0, 2) i) q WHERE ts < s + interval '10 s' UNION ALL SELECT k, ts, NULL, NULL FROM ${EVENTS} WHERE ts IS NULL`,
  ],
  [
    `SELECT * FROM HOP((SELECT * FROM ${EVENTS}), ts, INTERVAL '10 seconds', INTERVAL '4 seconds')`,
    `SELECT k, ts, s, s + interval '4 s' FROM (SELECT *, date_bin('10 s', ts, ${ORIGIN}) AS s FROM ${EVENTS}) q
       WHERE ts IS NULL OR ts < s + interval '4 s'`,
  ],
  [
    `SELECT k, ts, window_end FROM CUMULATE((SELECT * FROM ${EVENTS}), ts, INTERVAL '5 seconds', INTERVAL '15 seconds')`,
    `SELECT k, ts, s + i * interval '5 s' FROM (SELECT *, date_bin('15 s', ts, ${ORIGIN}) AS s FROM ${EVENTS}, generate_series(1, 3) i) q
       WHERE ts < s + i * interval '5 s' UNION ALL SELECT k, ts, NULL FROM ${EVENTS} WHERE ts IS NULL`,
  ],
  [
    `SELECT k, window_start, window_end, count(*) FROM SESSION((SELECT * FROM ${EVENTS}), ts, INTERVAL '5 seconds' PARTITION BY k) GROUP BY 1, 2, 3`,
    `SELECT k, min(ts), max(ts) + interval '5 s', count(*) FROM (SELECT *, count(*) FILTER (WHERE f) OVER (PARTITION BY k, ts IS NULL ORDER BY ts) AS g
       FROM (SELECT *, coalesce(ts - lag(ts) OVER (PARTITION BY k ORDER BY ts) >= interval '5 s', true) AS f FROM ${EVENTS}) p) q
       GROUP BY k, g, ts IS NULL`,
  ],
  [
    `SELECT t.window_end, h.k FROM TUMBLE(w, ts, INTERVAL '1 day') t JOIN HOP(w, tz, INTERVAL '1 hour', INTERVAL '2 hours') h ON t.k = h.k AND h.k = 1`,
    `SELECT date_bin('1 d', ts, ${ORIGIN}) + interval '1 d', w.k FROM w, generate_series(1, 2) WHERE k = 1`,
  ],
  [
    `SELECT k, window_start, window_end, count(*), sum(k), avg(k), min(ts), bool_or(k = 1), count(*) FILTER (WHERE k = 1)
       FROM HOP((SELECT * FROM ${EVENTS}), ts, INTERVAL '4 seconds', INTERVAL '10 seconds') GROUP BY k, window_end, window_start`,
    `SELECT k, s, s + interval '10 s', count(*), sum(k), avg(k), min(ts), bool_or(k = 1), count(*) FILTER (WHERE k = 1)
       FROM (SELECT *, date_bin('4 s', ts, ${ORIGIN}) - i * interval '4 s' AS s FROM ${EVENTS}, generate_series(0, 2) i) q
       WHERE ts < s + interval '10 s' OR ts IS NULL AND i = 0 GROUP BY k, s`,
  ],
  [
    `SELECT window_end, max(d), count(DISTINCT k) FROM (SELECT k * 2 AS d, k, window_end FROM
       CUMULATE((SELECT * FROM ${EVENTS}), ts, INTERVAL '5 seconds', INTERVAL '15 seconds')) q GROUP BY window_end`,
    `SELECT s + i * interval '5 s', max(k * 2), count(DISTINCT k) FROM (SELECT *, date_bin('15 s', ts, ${ORIGIN}) AS s
       FROM ${EVENTS}, generate_series(1, 3) i) q WHERE ts < s + i * interval '5 s' OR ts IS NULL AND i = 1 GROUP BY s + i * interval '5 s'`,
  ],
  [`WITH x AS (SELECT k, ts FROM ${EVENTS}) SELECT x.k FROM TUMBLE(x, ts + INTERVAL '1 s', INTERVAL '1 min')`, `SELECT k FROM ${EVENTS}`],
];

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
    expect(lines(run(sql, tables))).toEqual(lines(await postgres(sql)));
  });

  test.each(WRONG_OVER)('%s fails as in PostgreSQL', async sql => {
    const {code, message, position} = (await db.query(sql).then(
      () => ({}),
      (error: unknown) => error,
    )) as {code?: string; message?: string; position?: string};
    expect(failureOf(() => plan(sql))).toEqual({code, message, position: position === undefined ? undefined : Number(position)});
  });
});

describe('plans of windows', () => {
  test('the first ranks of each partition are a top; the rank is a column only where it is used', () => {
    expect(optimized('SELECT id FROM (SELECT *, row_number() OVER (PARTITION BY b ORDER BY a DESC) AS r FROM t) q WHERE r <= 3')).toBe(`
Project id
  ->  Top of each b by a DESC limit '3'::bigint by row-number
        ->  Scan t (id, a, b)
`);
    expect(optimized(`SELECT id, r FROM (SELECT id, rank() OVER (PARTITION BY b ORDER BY a) AS r FROM t) q WHERE r = 2`)).toBe(`
Project id, rank AS r
  ->  Filter rank = '2'::bigint
        ->  Top of each b by a limit '2'::bigint by rank with rank
              ->  Scan t (id, a, b)
`);
  });

  test('rows joined with the greatest value of their group are those of the first rank', () => {
    const bids = `SELECT k, count(*) AS num, window_start AS s, window_end AS e FROM HOP(s, _timestamp, INTERVAL '2 s', INTERVAL '10 s') GROUP BY 1, 3, 4`;
    expect(
      optimized(`SELECT a.k, a.num FROM (${bids}) a JOIN (SELECT max(num) AS m, s, e FROM (${bids}) b GROUP BY s, e) m
        ON a.s = m.s AND a.e = m.e AND a.num >= m.m`),
    ).toBe(`
Project k, count AS num
  ->  Top of each window_end by count DESC limit '1'::bigint by rank
        ->  Filter (window_shift(window_end, '-10000000'::bigint) IS NOT NULL) AND (window_end IS NOT NULL)
              ->  Aggregate by k, window_end: sum_counts(count)
                    ->  Hop part_start size 00:00:10 every 00:00:02
                          ->  Partial aggregate by k, part_start: count(*)
                                ->  Tumble _timestamp size 00:00:02
                                      ->  Scan s (k, _timestamp) append-only
`);
  });

  test('WITH TIES needs an order', () => {
    expect(failureOf(() => plan('SELECT id FROM t FETCH FIRST 2 ROWS WITH TIES'))).toMatchObject({code: '42601'});
    expect(failureOf(() => plan('SELECT id FROM t ORDER BY id OFFSET 1 FETCH FIRST 2 ROWS WITH TIES'))).toMatchObject({code: '0A000'});
  });

  test('calls over the same window share a node; calls that are not used go', () => {
    expect(
      optimized(
        'SELECT id, s, r FROM (SELECT id, sum(a) OVER w AS s, lag(a) OVER (), rank() OVER w AS r FROM t WINDOW w AS (ORDER BY b)) q',
      ),
    ).toBe(`
Project id, sum AS s, rank AS r
  ->  Analytic by b: sum(a), rank()
        ->  Scan t (id, a, b)
`);
  });

  test('hopping windows of append-only rows are aggregated in parts; the start follows from the end', () => {
    expect(
      dataflow(`SELECT k, window_start, window_end, count(*) FROM HOP(s, _timestamp, INTERVAL '4 s', INTERVAL '10 s') GROUP BY 1, 2, 3`),
    ).toBe(`
map [#0, window_shift(#1, '-10000000'::bigint), #1, #2]
  ->  aggregate by #0, #4: sum_counts(#2) append-only
        ->  hop #1 size 00:00:10 slide 00:00:04
              ->  partial aggregate by #0, #1: count()
                    ->  map [#0, window_start(#1, '2000000'::bigint, '0'::bigint)]
                          ->  scan s [0, 4] append-only
`);
  });
});

/** Joins as of a time, and the same in PostgreSQL's words. */
const AS_OF: readonly (readonly [string, string])[] = [
  [
    `SELECT l.id, r.k FROM t l ASOF JOIN w r ON l.id >= r.k`,
    `SELECT l.id, r.k FROM t l, LATERAL (SELECT * FROM w r WHERE l.id >= r.k ORDER BY r.k DESC LIMIT 1) r`,
  ],
  [
    `SELECT l.id, r.x, r.f FROM u l ASOF LEFT JOIN u r ON l.y = r.y AND r.f < l.f`,
    `SELECT l.id, r.x, r.f FROM u l LEFT JOIN LATERAL (SELECT * FROM u r WHERE l.y = r.y AND l.f > r.f ORDER BY r.f DESC LIMIT 1) r ON true`,
  ],
  [
    `SELECT l.k, v FROM (SELECT * FROM ${EVENTS}) l ASOF JOIN (VALUES (1, timestamp '2024-01-01 00:00:01', 'a'), (1, '2024-01-01 00:00:05', 'b')) r(k, ts, v)
       USING (k, ts)`,
    `SELECT l.k, v FROM (SELECT * FROM ${EVENTS}) l, LATERAL (SELECT * FROM (VALUES (1, timestamp '2024-01-01 00:00:01', 'a'), (1, '2024-01-01 00:00:05', 'b')) r(k, ts, v)
       WHERE r.k = l.k AND r.ts <= l.ts ORDER BY r.ts DESC LIMIT 1) r`,
  ],
  [
    `SELECT t.id, r.x FROM t LEFT JOIN u FOR SYSTEM_TIME AS OF PROCTIME() AS r ON t.id = r.id AND r.x > 1`,
    `SELECT t.id, r.x FROM t LEFT JOIN u AS r ON t.id = r.id AND r.x > 1`,
  ],
];

describe('joins as of a time', () => {
  test.each(AS_OF)('%s', async (ours, theirs) => {
    expect(lines(run(ours, tables))).toEqual(lines(await postgres(theirs)));
  });

  test.each([
    ['SELECT 1 FROM t ASOF JOIN u ON t.id = u.id', '0A000', 29],
    ['SELECT 1 FROM t ASOF JOIN u ON t.id >= u.id AND t.a > u.x', '0A000', 29],
    ['SELECT 1 FROM t ASOF JOIN u ON t.id <= u.id', '0A000', 29],
    ['SELECT 1 FROM t ASOF JOIN u ON t.id >= u.id AND u.x IS NULL', '0A000', 29],
    ['SELECT 1 FROM t JOIN u FOR SYSTEM_TIME AS OF t.a ON t.id = u.id', '0A000', 46],
    ['SELECT 1 FROM t RIGHT JOIN u FOR SYSTEM_TIME AS OF now() ON t.id = u.id', '0A000', 15],
    ['SELECT 1 FROM t FOR SYSTEM_TIME AS OF now()', '0A000', 39],
  ])('%s fails with %s at %i', (sql, code, position) => {
    expect(failureOf(() => plan(sql))).toMatchObject({code, position});
  });
});

describe('time in maintained views', () => {
  const maintained = (sql: string) => `\n${explainLogical(plan(sql, {mode: 'maintained'}).optimized)}\n`;

  test('a time of the row compared with now() says until or from when the row counts', () => {
    expect(maintained(`SELECT k FROM w WHERE tz > now() - INTERVAL '1 hour' AND flag`)).toBe(`
Project k
  ->  Temporal filter now() < tz + '01:00:00'::interval
        ->  Filter flag
              ->  Scan w (k, tz, flag)
`);
    expect(maintained(`SELECT k FROM w WHERE ts <= localtimestamp AND now() - tz <= INTERVAL '1 day'`)).toBe(`
Project k
  ->  Temporal filter ts::timestamp with time zone <= now() AND now() < (tz + '1 day'::interval) + '00:00:00.000001'::interval
        ->  Scan w (k, ts, tz)
`);
    expect(maintained('SELECT k FROM w WHERE d >= current_date - 7')).toBe(`
Project k
  ->  Temporal filter now() < ((d + 7) + 1)::timestamp with time zone
        ->  Scan w (k, d)
`);
  });

  test.each([
    ['SELECT now() FROM t', '0A000', 8],
    ['SELECT PROCTIME() FROM t', '0A000', 8],
    [`SELECT k FROM w WHERE tz > now() - INTERVAL '1 month'`, '0A000', 28],
    ['SELECT k FROM w WHERE flag OR tz > now()', '0A000', 36],
    ['SELECT k FROM w WHERE current_time > current_time', '0A000', 23],
    [`SELECT k FROM w EMIT ON WINDOW CLOSE`, '42P20', 1],
  ])('%s fails with %s at %i', (sql, code, position) => {
    expect(failureOf(() => plan(sql, {mode: 'maintained'}))).toMatchObject({code, position});
  });

  test('PROCTIME() is the time at which a row came', () => {
    const windows = `SELECT k, window_end, count(*) FROM TUMBLE((SELECT *, PROCTIME() AS p FROM s), p, INTERVAL '10 s') GROUP BY k, window_end`;
    expect(`\n${explainDataflow(plan(windows, {mode: 'maintained'}).dataflow, () => 's')}\n`).toContain(
      `map [#0, window_end(proctime(), '10000000'::bigint, '0'::bigint), #1, #2]`,
    );
  });

  test('EMIT ON WINDOW CLOSE waits for the end of the window, whether it is selected or only grouped by', () => {
    expect(
      maintained(`SELECT k, count(*) FROM TUMBLE(clicks, at, INTERVAL '1 s') GROUP BY k, window_start, window_end EMIT ON WINDOW CLOSE`),
    ).toBe(`
Project k, count
  ->  Emit on close of window_end
        ->  Project k, count, window_end
              ->  Aggregate by k, window_end: count(*)
                    ->  Tumble at size 00:00:01
                          ->  Scan clicks (k, at) append-only
`);
    const sessions = 'SELECT k, windowend, count(*) FROM clicks WINDOW SESSION (5 SECONDS) GROUP BY k EMIT FINAL';
    expect(plan(sessions, {mode: 'maintained'})).toMatchObject({appendOnly: true, key: [0, 1]});
    expect(failureOf(() => plan(sessions))).toMatchObject({code: '0A000'});
  });
});

describe('EMIT ON WINDOW CLOSE says why windows would not be final', () => {
  const windows = `TUMBLE(clicks, at, INTERVAL '1 s')`;
  const emits = (query: string): string => `SELECT * FROM (${query}) q EMIT ON WINDOW CLOSE`;
  test.each([
    [
      emits(`SELECT window_end, k FROM TUMBLE((SELECT k, ts FROM w), ts, INTERVAL '1 s')`),
      'needs windows over a stream with a watermark',
      1,
    ],
    [emits(`SELECT window_end, count(*) AS n FROM ${windows} GROUP BY 1 ORDER BY n LIMIT 2`), 'over ranks, limits and functions', 1],
    [emits(`SELECT DISTINCT ON (k) k, window_end FROM ${windows} ORDER BY k, window_end`), 'over ranks, limits and functions', 1],
    [emits(`SELECT window_end, lag(k) OVER (ORDER BY at) FROM ${windows}`), 'over ranks, limits and functions', 1],
    [emits(`SELECT c.window_end, t.id FROM ${windows} c JOIN t ON t.id = c.k`), 'over this join', 1],
    [emits(`SELECT window_end FROM ${windows} WHERE window_end > localtimestamp`), 'over conditions on the current time', 1],
    [`SELECT window_end, k FROM ${windows} ORDER BY k LIMIT 2 EMIT ON WINDOW CLOSE`, 'lets every row out once', 79],
    [`SELECT window_end, k FROM ${windows} OFFSET 2 EMIT ON WINDOW CLOSE`, 'lets every row out once', 69],
  ])('%s', (sql, message, position) => {
    expect(failureOf(() => plan(sql, {mode: 'maintained'}))).toMatchObject({
      code: '0A000',
      position,
      message: expect.stringContaining(message) as unknown,
    });
  });
});

describe('joins of streams', () => {
  const maintained = (sql: string) => plan(sql, {mode: 'maintained'});
  const explained = (sql: string) => `\n${explainDataflow(maintained(sql).dataflow, id => catalog.relation(id)?.name ?? '?', true)}\n`;

  test('what is kept for ever is said when the view is created, and in EXPLAIN', () => {
    const forever = 'SELECT a.k FROM clicks a JOIN s b ON a.k = b.k JOIN t ON t.id = a.k';
    expect(maintained(forever).notices.map(n => n.message)).toEqual([
      'nothing bounds the state of this join: it keeps every row of clicks (about 28 bytes each) and every row of s (about 28 bytes each)',
      'nothing bounds the state of this join: it keeps every row of clicks, s (about 32 bytes each)',
    ]);
    expect(explained(forever)).toContain('inner join on #0 = #1, keeps every row of left and right');
    expect(plan(forever).notices).toEqual([]);
  });

  test('times of both sides that are compared bound a join; WITHIN does that', () => {
    const bounded = `SELECT a.k FROM clicks a JOIN clicks b ON a.k = b.k AND b.at BETWEEN a.at - INTERVAL '1 hour' AND a.at`;
    for (const sql of [bounded, 'SELECT a.k FROM clicks a JOIN clicks b WITHIN 1 HOUR ON a.k = b.k']) {
      expect(maintained(sql).notices).toEqual([]);
      expect(explained(sql)).not.toContain('keeps every row');
    }
  });

  test('MATCH_CONDITION holds the comparison of an ASOF JOIN', () => {
    const list = 'SELECT a.k, b.page FROM clicks a ASOF LEFT JOIN clicks b';
    const usual = explained(`${list} ON a.k = b.k AND a.at > b.at`);
    expect(explained(`${list} MATCH_CONDITION (a.at > b.at) ON a.k = b.k`)).toBe(usual);
    expect(explained(`${list} MATCH_CONDITION (b.at < a.at) USING (k)`)).toBe(usual);
    expect(explained(`${list} MATCH_CONDITION (a.at > b.at)`)).toBe(explained(`${list} ON a.at > b.at`));
  });

  test('FOR SYSTEM_TIME AS OF a time takes the right row of that time', () => {
    expect(optimized('SELECT s.v, c.page FROM s LEFT JOIN clicks FOR SYSTEM_TIME AS OF s._timestamp AS c ON s.k = c.k')).toBe(`
Project v, page
  ->  Left as-of join _timestamp >= at::timestamp with time zone on k = k#3
        ->  Scan s (k, v, _timestamp) append-only
        ->  Scan clicks (k, at, page) append-only
`);
  });
});

describe('windows and joins in the manner of ksqlDB', () => {
  test('WINDOW groups by the edges too; sessions are those of each group', () => {
    expect(optimized('SELECT k, windowend, count(*) FROM s WINDOW TUMBLING (SIZE 1 MINUTE, GRACE PERIOD 5 SECONDS) WHERE v > 1 GROUP BY k'))
      .toBe(`
Aggregate by k, windowend: count(*)
  ->  Tumble window_grace(_timestamp, '5000000'::bigint) size 00:01:00
        ->  Filter v > '1'::numeric
              ->  Scan s (k, v, _timestamp) append-only
`);
    expect(optimized('SELECT count(*) FROM s WINDOW HOPPING (SIZE 30 SECONDS, ADVANCE BY 10 SECONDS)')).toContain(
      'Hop part_start size 00:00:30',
    );
    const {dataflow: session, key} = plan('SELECT k, windowend, count(*) FROM s WINDOW SESSION (60 SECONDS) GROUP BY k');
    expect(explainDataflow(session, () => 's')).toContain('session aggregate #1 gap 00:01:00 by #0: count()');
    expect(key).toEqual([0, 1]);
  });

  test('WITHIN bounds the time of the right side', () => {
    expect(optimized('SELECT a.k FROM s a JOIN s b WITHIN (1 HOUR, 5 MINUTES) ON a.k = b.k')).toContain(
      `(_timestamp#3 >= (_timestamp - '01:00:00'::interval)) AND (_timestamp#3 <= (_timestamp + '00:05:00'::interval))`,
    );
  });

  test.each([
    ['SELECT v FROM s WINDOW TUMBLING (SIZE 1 HOUR)', '42803', 8],
    ['SELECT k FROM s WINDOW TUMBLING (SIZE 1 HOUR) WHERE windowstart IS NULL GROUP BY k', '42P20', 17],
    ['SELECT id FROM t WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY id', '0A000', 18],
    ['SELECT k FROM s WINDOW TUMBLING (SIZE 1 MONTH) GROUP BY k', '0A000', 39],
    ['SELECT k FROM s WINDOW TUMBLING (SIZE 0 HOURS) GROUP BY k', '22023', 39],
    ['SELECT a.k FROM s a JOIN t WITHIN 1 HOUR ON a.k = t.id', '0A000', 28],
  ])('%s fails with %s at %i', (sql, code, position) => {
    expect(failureOf(() => plan(sql))).toMatchObject({code, position});
  });
});

describe('windows of time', () => {
  test.each(SAME)('%s', async (ours, theirs) => {
    expect(lines(run(ours, tables))).toEqual(lines(await postgres(theirs)));
  });

  test.each([
    [`SELECT * FROM TUMBLE(w, k, INTERVAL '1 s')`, '42804', 25],
    [`SELECT * FROM TUMBLE(w, nope, INTERVAL '1 s')`, '42703', 25],
    [`SELECT * FROM TUMBLE(nope, ts, INTERVAL '1 s')`, '42P01', 22],
    [`SELECT * FROM TUMBLE(w, ts, INTERVAL '0')`, '22023', 29],
    [`SELECT * FROM HOP(w, ts, INTERVAL '-1 s', INTERVAL '5 s')`, '22023', 26],
    [`SELECT * FROM CUMULATE(w, ts, INTERVAL '2 s', INTERVAL '5 s')`, '22023', 47],
    [`SELECT * FROM TUMBLE(w, ts, INTERVAL '1 month')`, '0A000', 29],
    [`SELECT * FROM TUMBLE(w, ts, 5)`, '42804', 29],
    [`SELECT * FROM TUMBLE(w, ts, k * INTERVAL '1 s')`, '0A000', 29],
    [`SELECT * FROM TUMBLE(w, ts)`, '42883', 15],
    [`SELECT * FROM w a ASOF JOIN w b MATCH_CONDITION (a.ts = b.ts) ON a.k = b.k`, '0A000', 50],
    [`SELECT * FROM TUMBLE(w, ts, INTERVAL '1 s' PARTITION BY k)`, '42601', 57],
    [`SELECT * FROM TUMBLE(5, ts, INTERVAL '1 s')`, '42883', 22],
  ])('%s fails with %s at %i', (sql, code, position) => {
    expect(failureOf(() => plan(sql))).toMatchObject({code, position});
  });

  test('a tumbling window is part of the projection; what does not read it is filtered first', () => {
    expect(dataflow(`SELECT k, window_end, count(*) FROM TUMBLE(w, ts, INTERVAL '1 min') WHERE k > 1 GROUP BY k, window_end`)).toBe(`
aggregate by #0, #1: count()
  ->  map [#0, window_end(#1, '60000000'::bigint, '0'::bigint)] where (#0 > '1'::smallint)
        ->  scan w [0, 4]
`);
    expect(optimized(`SELECT k FROM HOP(w, ts, INTERVAL '1 s', INTERVAL '3 s') WHERE k > 1 AND window_end > '2024-01-01'`)).toBe(`
Project k
  ->  Filter window_end > '2024-01-01 00:00:00'::timestamp without time zone
        ->  Hop ts size 00:00:03 every 00:00:01
              ->  Filter k > '1'::smallint
                    ->  Scan w (k, ts)
`);
  });
});
