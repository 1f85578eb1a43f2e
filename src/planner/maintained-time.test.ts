import {describe, expect, test} from 'vitest';
import {explainDataflow} from './dataflow/explain-dataflow.ts';
import {explainLogical} from './logical/explain-logical.ts';
import {optimized} from './testing/plan-text.ts';
import {catalog, failureOf, plan} from './testing/planner-fixture.ts';

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

  test('EMIT ON WINDOW CLOSE waits for the end of the window, whether an edge is selected or only grouped by', () => {
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
    expect(
      maintained(
        `SELECT window_start, count(*) FROM HOP(clicks, at, INTERVAL '1 s', INTERVAL '2 s') GROUP BY k, window_start EMIT ON WINDOW CLOSE`,
      ),
    ).toContain('Emit on close of window_start');
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
    [
      `SELECT window_start, k, count(*) FROM SESSION(clicks, at, INTERVAL '1 s' PARTITION BY k) GROUP BY window_start, k EMIT ON WINDOW CLOSE`,
      'by its start',
      1,
    ],
    [`SELECT k, count(*) FROM clicks GROUP BY k EMIT ON WINDOW CLOSE`, 'needs to know when a row is over', 1, '42P20'],
    [`SELECT ts::date, count(*) FROM w GROUP BY 1 EMIT ON WINDOW CLOSE`, 'needs windows over a stream with a watermark', 1],
    [emits(`SELECT c.window_end, t.id FROM ${windows} c JOIN t ON t.id = c.k`), 'over this join', 1],
    [emits(`SELECT window_end FROM ${windows} WHERE window_end > localtimestamp`), 'over conditions on the current time', 1],
    [`SELECT window_end, k FROM ${windows} ORDER BY k LIMIT 2 EMIT ON WINDOW CLOSE`, 'lets every row out once', 79],
    [`SELECT window_end, k FROM ${windows} OFFSET 2 EMIT ON WINDOW CLOSE`, 'lets every row out once', 69],
  ])('%s', (sql, message, position, code = '0A000') => {
    expect(failureOf(() => plan(sql, {mode: 'maintained'}))).toMatchObject({
      code,
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
