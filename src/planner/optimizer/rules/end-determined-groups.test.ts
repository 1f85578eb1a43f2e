import {expect, test} from 'vitest';
import {Catalog} from '../../../catalog/catalog.ts';
import {column} from '../../../catalog/column.ts';
import type {Stream, StreamKey} from '../../../catalog/relation.ts';
import {T} from '../../../types/sql-type.ts';
import {explainDataflow} from '../../dataflow/explain-dataflow.ts';
import {plan} from '../../testing/planner-fixture.ts';

const time = {idleTimeout: 30_000_000, maxAhead: 3_600_000_000, onIdle: 'wait', allowedLateness: 0} as const;
const base = {kind: 'stream', schema: 'public', dependsOn: [], connector: 'embedded', options: {}} as const;

/** Auctions and the bids on them; `keys` are those that auctions declare, `hasWatermark` says whether they tell the time. */
function catalogWith(keys: readonly StreamKey[] | undefined, hasWatermark = true): Catalog {
  return Catalog.of([
    {
      ...base,
      id: 1,
      name: 'auctions',
      columns: [column('id', T.int4), column('category', T.int4), column('opened', T.timestamp), column('expires', T.timestamp)],
      keys,
      time: hasWatermark ? {...time, column: 2, watermark: 'opened'} : undefined,
    } satisfies Stream,
    {
      ...base,
      id: 2,
      name: 'bids',
      columns: [column('auction', T.int4), column('price', T.int4), column('at', T.timestamp)],
      time: {...time, column: 2, watermark: "at - INTERVAL '1 second'"},
    } satisfies Stream,
  ]);
}

const KEYED = catalogWith([['id']]);
const explained = (sql: string, catalog = KEYED) =>
  explainDataflow(plan(sql, {catalog, mode: 'maintained'}).dataflow, id => catalog.relation(id)?.name ?? '?', true);
const groupsEnd = (sql: string, catalog = KEYED) => / (aggregate|top) .* ending with /.test(explained(sql, catalog));

const FINALS = `SELECT max(b.price) AS final, a.category FROM auctions a, bids b
  WHERE a.id = b.auction AND b.at BETWEEN a.opened AND a.expires GROUP BY a.id, a.category`;
const MEANS = `SELECT category, sum(final) FROM (${FINALS}) f GROUP BY category`;

test('groups of a declared key end with the time until which rows of their group may come', () => {
  expect(`\n${explained(MEANS)}\n`).toBe(`
aggregate by #1: sum_int4(#0)
  ->  map [#3, #1]
        ->  aggregate by #0, #1, #3: max_int4(#5) append-only ending with #2 at least(watermark(auctions), watermark(bids))
              ->  late gate on #3 at least(watermark(auctions), watermark(bids))
                    ->  inner join on #0 = #4 where (#6 >= #2) AND (#6 <= #3) ending left with #3 at watermark(bids) ending right with #2 at watermark(auctions)
                          ->  late gate on #2 at watermark(auctions)
                                ->  map [#0, #1, #2, #3, #4, #5, #6] where (#3 IS NOT NULL)
                                      ->  scan auctions [0, 1, 2, 3, 4, 5, 2] append-only
                          ->  late gate on #2 at watermark(bids)
                                ->  scan bids [0, 1, 2, 3, 4, 2] append-only
`);
});

test('they end whether the rows are grouped by the one side of the join or the other, and below projections', () => {
  expect(groupsEnd(MEANS.replace('GROUP BY a.id', 'GROUP BY b.auction'))).toBe(true);
  const rows =
    'SELECT a.id + 0 AS n, a.id AS id, b.price FROM auctions a JOIN bids b ON a.id = b.auction AND b.at BETWEEN a.opened AND a.expires';
  const means = (key: string) => `SELECT avg(m) FROM (SELECT max(price) AS m FROM (${rows}) r GROUP BY ${key}) g`;
  expect(groupsEnd(means('id'))).toBe(true);
  expect(groupsEnd(means('n'))).toBe(false);
});

test('partitions of the first rows end in the same way', () => {
  const first = `SELECT * FROM (SELECT a.category, b.price, row_number() OVER (PARTITION BY a.id ORDER BY b.price DESC) AS n
    FROM auctions a JOIN bids b ON a.id = b.auction AND b.at BETWEEN a.opened AND a.expires) r WHERE n <= 1`;
  expect(groupsEnd(`SELECT category, avg(price) FROM (${first}) f GROUP BY category`)).toBe(true);
});

test('without a promise, or a bound that follows from it, groups stay', () => {
  expect(groupsEnd(MEANS, catalogWith(undefined))).toBe(false);
  expect(groupsEnd(MEANS, catalogWith([['category']]))).toBe(false);
  expect(groupsEnd(MEANS, catalogWith([['id', 'opened']]))).toBe(false);
  // A new auction may meet any bid that there was.
  expect(groupsEnd(MEANS, catalogWith([['id']], false))).toBe(false);
  expect(groupsEnd(MEANS.replace('b.at BETWEEN a.opened AND a.expires', 'b.at >= a.opened'))).toBe(false);
});

test('groups that are the rows of a view are kept as before', () => {
  expect(explained(FINALS)).toBe(explained(FINALS, catalogWith(undefined)));
  const {key} = plan(FINALS.replace('SELECT', 'SELECT a.id,'), {catalog: KEYED, mode: 'maintained'});
  expect(key).toEqual(plan(FINALS.replace('SELECT', 'SELECT a.id,'), {catalog: catalogWith(undefined), mode: 'maintained'}).key);
});

test('a query that runs once is not touched', () => {
  const once = (catalog: Catalog) => explainDataflow(plan(MEANS, {catalog}).dataflow, id => catalog.relation(id)?.name ?? '?');
  expect(once(KEYED)).toBe(once(catalogWith(undefined)));
});

test('groups by the expiry itself end without any promise', () => {
  const ended = MEANS.replace('a.id, a.category', 'a.id, a.category, a.expires');
  expect(groupsEnd(ended, catalogWith(undefined))).toBe(true);
  expect(groupsEnd(ended, catalogWith(undefined, false))).toBe(false);
});
