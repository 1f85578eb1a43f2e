import {describe, expect, test} from 'vitest';
import {explainDataflow} from './dataflow/explain-dataflow.ts';
import {dataflow, optimized} from './testing/plan-text.ts';
import {failureOf, plan} from './testing/planner-fixture.ts';

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
