import type {PGlite} from '@electric-sql/pglite';
import {beforeAll, describe, expect, test} from 'vitest';
import type {Tables} from './testing/evaluate-dataflow.ts';
import {failureOf, loadTables, plan, run, startPostgres} from './testing/planner-fixture.ts';
import {dataflow, optimized} from './testing/plan-text.ts';
import {bag, rowsOf} from './testing/row-texts.ts';

let db: PGlite;
let tables: Tables;
beforeAll(async () => {
  db = await startPostgres();
  tables = await loadTables(db);
});

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

describe('windows of time', () => {
  test.each(SAME)('%s', async (ours, theirs) => {
    expect(bag(run(ours, tables))).toEqual(bag(await rowsOf(db, theirs)));
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

  test('windows over windows whose columns are called alike: the error says what to do', () => {
    const inner = `(SELECT * FROM TUMBLE(w, ts, INTERVAL '1 s'))`;
    const fields = expect.objectContaining({hint: expect.stringContaining('SELECT window_end AS inner_end') as unknown}) as unknown;
    expect(() => plan(`SELECT window_end FROM TUMBLE(${inner}, window_start, INTERVAL '1 min')`)).toThrow(
      expect.objectContaining({code: '42702', fields}),
    );
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
    expect(bag(run(ours, tables))).toEqual(bag(await rowsOf(db, theirs)));
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
