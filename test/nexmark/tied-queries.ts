import {selectOf} from '../../bench/nexmark/statements.ts';
import {differenceOf} from '../crash/compare-rows.ts';
import type {Row} from '../server/query.ts';
import type {PostgresNexmark} from './postgres-nexmark.ts';

/** Whatever the views are read from. */
type Views = {rows(sql: string): Promise<readonly Row[]>};
type Check = (engine: Views, postgres: PostgresNexmark) => Promise<string | undefined>;

/** Which bids came in which step, by its journalled time: what the windows of q12 go by. */
export const BID_STEPS = 'CREATE MATERIALIZED VIEW bid_steps AS SELECT bidder, PROCTIME() AS step FROM bid';

/** Winning bids of q6 whose order PostgreSQL may choose: equal prices at different times, or auctions of a seller won at the same time. */
const TIED_SELLERS = `
  WITH ranked AS (
    SELECT A.id, A.seller, B."dateTime", rank() OVER (PARTITION BY A.id ORDER BY B.price DESC) AS r
    FROM auction A, bid B WHERE A.id = B.auction AND B."dateTime" BETWEEN A."dateTime" AND A.expires
  ), won AS (SELECT DISTINCT id, seller, "dateTime" FROM ranked WHERE r = 1)
  SELECT seller FROM won GROUP BY id, seller HAVING count(*) > 1
  UNION SELECT seller FROM won GROUP BY seller, "dateTime" HAVING count(*) > 1`;

/** What an order or the clock leaves open is not compared: of equal bids any may be the last or the highest one. */
export const TIED_QUERIES: Readonly<Record<string, Check>> = {
  q6: async (engine, postgres) => {
    const tied = new Set((await postgres.rows('q6', TIED_SELLERS)).map(([seller]) => seller));
    const certain = (rows: readonly Row[]) => rows.filter(([seller]) => !tied.has(seller!));
    return differenceOf(certain(await engine.rows('SELECT * FROM q6')), certain(await postgres.rows('q6')));
  },
  q9: async (engine, postgres) => {
    const columns = 'id, "itemName", seller, category, extra, auction, price, "bid_dateTime"';
    return differenceOf(
      await engine.rows(`SELECT ${columns} FROM q9`),
      await postgres.rows('q9', `SELECT ${columns} FROM (${selectOf('q9')}) AS q`),
    );
  },
  // Which window a bid falls into is the clock's doing: the time of the step that it came in.
  q12: async (engine, postgres) =>
    differenceOf(
      await engine.rows('SELECT bidder, sum(bid_count) FROM q12 GROUP BY bidder'),
      await postgres.rows('q12', 'SELECT bidder, count(*) FROM bid GROUP BY bidder'),
    ) ?? differenceOf(await engine.rows('SELECT * FROM q12'), inWindows(await engine.rows('SELECT bidder, step FROM bid_steps'))),
  q18: async (engine, postgres) => {
    const columns = 'auction, bidder, "dateTime"';
    const ours = await engine.rows('SELECT * FROM q18');
    return (
      differenceOf(
        ours.map(row => [row[0]!, row[1]!, row[5]!]),
        await postgres.rows('q18', `SELECT ${columns} FROM (${selectOf('q18')}) AS q`),
      ) ?? (await notBids(postgres, ours))
    );
  },
  q19: async (engine, postgres) => {
    const ours = await engine.rows('SELECT * FROM q19');
    return (
      differenceOf(
        ours.map(row => [row[0]!, row[2]!, row[7]!]),
        await postgres.rows('q19', `SELECT auction, price, rank_number FROM (${selectOf('q19')}) AS q`),
      ) ??
      (await notBids(
        postgres,
        ours.map(row => row.slice(0, 7)),
      ))
    );
  },
};

/** Rows that are no bids, or more often than the bid was made. */
async function notBids(postgres: PostgresNexmark, rows: readonly Row[]): Promise<string | undefined> {
  const bids = new Map<string, number>();
  for (const bid of await postgres.rows('bid', 'SELECT * FROM bid'))
    bids.set(JSON.stringify(bid), (bids.get(JSON.stringify(bid)) ?? 0) + 1);
  for (const row of rows) {
    const left = bids.get(JSON.stringify(row)) ?? 0;
    if (left === 0) return `${JSON.stringify(row)} is no bid, or is there too often`;
    bids.set(JSON.stringify(row), left - 1);
  }
  return undefined;
}

const WINDOW_MS = 10_000;

/** Bids by the windows of 10 s that their steps' times lie in: bidder, count, start, end. */
function inWindows(bids: readonly Row[]): Row[] {
  const counts = new Map<string, number>();
  for (const [bidder, step] of bids) {
    const key = `${bidder} ${Math.floor(Date.parse(step!) / WINDOW_MS)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const text = (window: number): string => `${new Date(window * WINDOW_MS).toISOString().slice(0, 19).replace('T', ' ')}+00`;
  return [...counts].map(([key, count]): Row => {
    const [bidder, window] = key.split(' ');
    return [bidder!, String(count), text(Number(window)), text(Number(window) + 1)];
  });
}
