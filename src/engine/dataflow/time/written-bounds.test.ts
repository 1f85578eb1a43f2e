import {afterAll, beforeAll, expect, test} from 'vitest';
import {seededRandom} from '../../../common/testing/seeded-random.ts';
import {InlineEngine} from '../../testing/inline-engine.ts';
import type {InlineSession} from '../../testing/inline-session.ts';

/** Ways to say that b comes so much after a and no more. */
const JOINS: readonly string[] = [
  "a.ts + interval '1 hour' >= b.ts AND b.ts >= a.ts",
  "interval '1 hour' + a.ts >= b.ts - interval '1 minute' AND b.ts + interval '1 minute' >= a.ts",
  "b.ts - a.ts <= interval '1 hour' AND b.ts - a.ts >= interval '0'",
  "b.ts - a.ts BETWEEN interval '0' AND interval '1 hour'",
  "interval '1 hour' > a.ts - b.ts AND interval '1 hour' >= b.ts - a.ts",
  "b.ts BETWEEN a.ts AND a.ts + interval '1 hour'",
  "a.ts BETWEEN b.ts - interval '1 hour' AND b.ts",
  "b.ts BETWEEN SYMMETRIC a.ts - interval '1 hour' AND a.ts + interval '1 hour'",
  "b.ts BETWEEN SYMMETRIC a.ts + interval '1 hour' AND a.ts",
  "NOT (b.ts < a.ts OR b.ts > a.ts + interval '1 hour')",
  "NOT b.ts NOT BETWEEN a.ts AND a.ts + interval '1 hour'",
  "(b.ts >= a.ts) IS TRUE AND (b.ts > a.ts + interval '1 hour') IS FALSE",
  "b.ts::timestamptz BETWEEN a.ts::timestamptz AND a.ts::timestamptz + interval '1 hour'",
  "b.ts AT TIME ZONE 'UTC' BETWEEN a.ts::timestamptz AND a.ts::timestamptz + interval '1 hour'",
  "b.ts AT TIME ZONE 'Europe/Berlin' BETWEEN a.ts AT TIME ZONE 'Asia/Tokyo' AND a.ts AT TIME ZONE 'Europe/Berlin'",
  'b.ts::date = a.ts::date',
  'b.ts::date BETWEEN a.ts::date AND a.ts::date + 1',
  'b.ts::date - a.ts::date BETWEEN 0 AND 1',
  'b.ts >= a.ts::date AND b.ts < a.ts::date + 1',
  'b.day = a.day',
  'b.day BETWEEN a.day AND a.day + 2',
  "date_trunc('hour', b.ts) = date_trunc('hour', a.ts)",
  "date_trunc('week', b.ts) = date_trunc('week', a.ts)",
  "date_trunc('months', b.ts) = date_trunc('mon', a.ts)",
  "date_bin('15 minutes', b.ts, timestamp '2000-01-01') = date_bin('15 minutes', a.ts, timestamp '2000-01-01')",
  "b.ts >= date_trunc('hour', a.ts) AND b.ts < date_trunc('hour', a.ts) + interval '1 hour'",
  "b.ts BETWEEN a.ts AND a.ts + interval '1 month'",
  "b.ts - a.ts BETWEEN interval '0' AND interval '1 month'",
  'b.ts BETWEEN a.ts AND a.expires',
  'b.ts BETWEEN a.ts AND (a.s).expires',
  'b.ts >= a.ts AND (a.s).expires > b.ts',
  "b.ts BETWEEN a.ts AND CASE WHEN a.n % 2 = 1 THEN a.ts + interval '1 hour' ELSE a.ts + interval '2 hours' END",
  "b.ts BETWEEN a.ts AND least(a.expires, a.ts + interval '1 hour')",
  "b.ts BETWEEN a.ts AND greatest(a.ts + interval '30 minutes', a.ts + interval '1 hour')",
  "(b.ts, b.n) >= (a.ts, a.n) AND b.ts < a.ts + interval '1 hour'",
  '(b.s).ts BETWEEN (a.s).ts AND (a.s).expires',
];

const GROUPS: readonly string[] = [
  'SELECT ts::date AS g, count(*) AS n FROM a GROUP BY 1',
  'SELECT day AS g, count(*) AS n FROM a GROUP BY day',
  "SELECT date_trunc('week', ts) AS g, count(*) AS n FROM a GROUP BY 1",
  "SELECT date_trunc('quarter', ts) AS g, k, count(*) AS n FROM a GROUP BY 1, 2",
  "SELECT date_trunc('day', ts AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin') AS g, count(*) AS n FROM a GROUP BY 1",
  'SELECT DISTINCT ts::date, k FROM a',
  "SELECT coalesce(ts, ts + interval '1 hour') AS g, max(n) AS n FROM a GROUP BY 1",
];

let engine: InlineEngine;
let session: InlineSession;
const stream = (name: string) =>
  `CREATE STREAM ${name} (kind int, k int, n int, s STRUCT<ts timestamp, expires timestamp, other text>, other timestamp, expires timestamp,
     ts timestamp AS (CASE kind WHEN 0 THEN (s).ts ELSE other END), day date AS ((CASE kind WHEN 0 THEN (s).ts ELSE other END)::date),
     WATERMARK FOR ts AS ts - INTERVAL '5 seconds')`;
const written = (condition: string, comma: boolean) =>
  comma
    ? `SELECT a.n AS an, b.n AS bn FROM a, b WHERE a.kind = 0 AND ${condition} AND a.k = b.k AND b.kind = 0`
    : `SELECT a.n AS an, b.n AS bn FROM a JOIN b ON a.k = b.k AND ${condition} AND a.kind = 0 WHERE b.kind = 0`;

beforeAll(async () => {
  const start = Date.UTC(2026, 0, 1);
  engine = await InlineEngine.start({now: () => start * 1000});
  session = engine.session();
  for (const name of ['a', 'b']) await session.all(`${stream(name)} WITH (max_ahead = '1000 days')`);
  for (const [i, condition] of JOINS.entries()) await session.all(`CREATE MATERIALIZED VIEW j${i} AS ${written(condition, i % 2 === 1)}`);
  for (const [i, query] of GROUPS.entries()) await session.all(`CREATE MATERIALIZED VIEW g${i} AS ${query}`);
  const random = seededRandom(20261128);
  const at = (ms: number) => `timestamp '${new Date(ms).toISOString().replace('Z', '')}'`;
  for (let step = 0; step < 30; step++) {
    for (const name of ['a', 'b']) {
      const rows = Array.from({length: 3}, () => {
        // Two and a half days in all, never late.
        const ts = start + step * 90 * 60_000 + Math.floor(random() * 3_600_000);
        const kind = random() < 0.8 ? 0 : 1;
        const expires = random() < 0.1 ? 'NULL' : at(ts + Math.floor(random() * 7_200_000));
        const nested = kind === 0 ? `ROW(${at(ts)}, ${expires}, 'x')` : 'NULL';
        return `(${kind}, ${Math.floor(random() * 3)}, ${Math.floor(random() * 10)}, ${nested}, ${kind === 0 ? 'NULL' : at(ts)}, ${expires})`;
      });
      await session.all(`INSERT INTO ${name} (kind, k, n, s, other, expires) VALUES ${rows.join(', ')}`);
    }
  }
}, 60_000);
afterAll(() => engine.stop());

const sorted = (rows: readonly unknown[]) => rows.map(row => JSON.stringify(row)).sort();
const explained = async (query: string) => (await session.rows(`EXPLAIN CREATE MATERIALIZED VIEW v AS ${query}`)).join('\n');

test.each(JOINS.map((condition, i) => [condition, i] as const))(
  '%s: both sides end, and the rows are those of the query',
  async (condition, i) => {
    for (const comma of [false, true]) {
      const plan = await explained(written(condition, comma));
      expect(plan).toContain('ending left');
      expect(plan).toContain('ending right');
    }
    expect(await session.rows(`SELECT count(*) FROM "j${i}$late"`)).toEqual([['0']]);
    const found = sorted(await session.rows(`SELECT * FROM j${i}`));
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(sorted(await session.rows(written(condition, false))));
  },
);

test.each(GROUPS.map((query, i) => [query, i] as const))('%s: groups end', async (query, i) => {
  expect(await explained(query)).toContain('ending');
  expect(await session.rows(`SELECT count(*) FROM "g${i}$late"`)).toEqual([['0']]);
  expect(sorted(await session.rows(`SELECT * FROM g${i}`))).toEqual(sorted(await session.rows(query)));
});

test('rows that have ended are not kept, nor are those that never could', async () => {
  const late = `ROW(timestamp '2027-06-01', NULL, 'x')`;
  for (const name of ['a', 'b']) await session.all(`INSERT INTO ${name} (kind, k, n, s) VALUES (0, 9, 9, ${late})`);
  const [[open]] = (await session.rows('SELECT count(*) FROM a WHERE kind = 0 AND expires IS NULL')) as [[string]];
  expect(Number(open)).toBeGreaterThan(3);
  const joins = await session.rows("SELECT name, state_rows::int, expired::int FROM millrace.operators WHERE kind = 'inner-join'");
  expect(joins).toHaveLength(JOINS.length);
  for (const [name, kept, expired] of joins) {
    // The least of a time and NULL is that time: such rows may meet others.
    const most = JOINS[Number(name!.slice(1))]!.includes('least(a.expires') ? Number(open) + 2 : 2;
    expect([name, Number(kept) <= most, Number(expired) > 80]).toEqual([name, true, true]);
  }
});

test('a query over fields of a stream is planned as over views of them: what is kept are the fields, and their times end it', async () => {
  await session.all(
    `CREATE STREAM events (kind int, auction STRUCT<id bigint, name text, category int, "dateTime" timestamp, expires timestamp>,
       bid STRUCT<auction bigint, price bigint, "dateTime" timestamp, extra text>,
       "dateTime" timestamp AS (CASE kind WHEN 1 THEN (auction)."dateTime" ELSE (bid)."dateTime" END),
       UNIQUE ((auction).id) NOT ENFORCED, WATERMARK FOR "dateTime" AS "dateTime" - INTERVAL '4 seconds')
     WITH (connector = 'generator', generator = 'nexmark', rate = 0, "limit" = 0)`,
  );
  await session.all(
    'CREATE VIEW auctions AS SELECT (auction).id, (auction).category, "dateTime", (auction).expires FROM events WHERE kind = 1',
  );
  await session.all('CREATE VIEW bids AS SELECT (bid).auction, (bid).price, "dateTime" FROM events WHERE kind = 2');
  const overViews =
    await explained(`SELECT category, avg(final) FROM (SELECT a.id, a.category, max(b.price) AS final FROM auctions a JOIN bids b
    ON b.auction = a.id AND b."dateTime" BETWEEN a."dateTime" AND a.expires GROUP BY a.id, a.category) f GROUP BY category`);
  expect(overViews).toContain('ending left');
  for (const time of ['b."dateTime"', '(b.bid)."dateTime"']) {
    const direct = await explained(`SELECT category, avg(final) FROM (
      SELECT (a.auction).id, (a.auction).category, max((b.bid).price) AS final FROM events a JOIN events b
      ON (b.bid).auction = (a.auction).id AND ${time} BETWEEN a."dateTime" AND (a.auction).expires
      WHERE a.kind = 1 AND b.kind = 2 GROUP BY (a.auction).id, (a.auction).category) f GROUP BY category`);
    // Of a bid, its own time is the event time.
    expect(shape(direct.replace('2.2', '3'))).toEqual(shape(overViews));
  }
});

/** A plan without the order of columns. */
const shape = (plan: string) =>
  plan.replaceAll(/#\d+/g, '#').replaceAll(/\[[^\]]*\]/g, list => list.slice(1, -1).split(', ').sort().join(', '));
