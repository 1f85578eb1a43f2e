import {expect, test} from 'vitest';
import {below as integerBelow, seededRandom} from '../../../common/testing/seeded-random.ts';
import {InlineEngine} from '../../testing/inline-engine.ts';

/**
 * EMIT ON WINDOW CLOSE of groups over two streams, whose watermarks are apart: a row comes when both have passed the end of its group, once,
 * and stays. Rows come in and out of order, with restarts. Oracle: brute force.
 */
const SEED = Number(process.env['MILLRACE_EMITTED_SEED'] ?? Date.now() % 2 ** 31);
const BASE = Date.UTC(2026, 0, 1) / 1000;
const DELAY = {a: 2, b: 9} as const;

type Name = keyof typeof DELAY;
type Row = {readonly from: Name; readonly ts: number; readonly v: number; readonly watermarks: Readonly<Record<Name, number>>};
type Case = {readonly name: string; readonly sql: string; readonly rows: (rows: readonly Row[], watermarks: Row['watermarks']) => string[]};

const SIZE = 10;
const startOf = (ts: number): number => Math.floor(ts / SIZE) * SIZE;
const stamp = (epoch: number) => new Date(epoch * 1000).toISOString().replace('T', ' ').replace('.000Z', '');
const both = ({a, b}: Row['watermarks']) => Math.min(a, b);

/** Rows by the start of their window, less those that came when `watermark` had passed its end. */
function windowsOf(rows: readonly Row[], watermark: (row: Row) => number): ReadonlyMap<number, readonly Row[]> {
  const windows = new Map<number, Row[]>();
  for (const row of rows) {
    const start = startOf(row.ts);
    if (start + SIZE > watermark(row)) windows.set(start, [...(windows.get(start) ?? []), row]);
  }
  return windows;
}

const counts = (from: string) =>
  `SELECT window_start, count(*) AS n FROM TUMBLE(${from}, ts, INTERVAL '${SIZE} seconds') GROUP BY window_start`;

const CASES: readonly Case[] = [
  {
    name: 'merged',
    sql: `${counts('(SELECT ts FROM a UNION ALL SELECT ts FROM b)')} EMIT ON WINDOW CLOSE`,
    rows: (rows, now) =>
      [...windowsOf(rows, row => both(row.watermarks))].flatMap(([start, group]) =>
        start + SIZE <= both(now) ? [`${stamp(start)}|${group.length}`] : [],
      ),
  },
  {
    name: 'joined',
    sql: `SELECT x.window_start, x.n, y.n AS m FROM (${counts('a')}) x JOIN (${counts('b')}) y ON x.window_start = y.window_start EMIT ON WINDOW CLOSE`,
    rows: (rows, now) => {
      const own = windowsOf(rows, row => row.watermarks[row.from]);
      return [...own].flatMap(([start, group]) => {
        const [x, y] = (['a', 'b'] as const).map(name => group.filter(row => row.from === name).length);
        return x! > 0 && y! > 0 && start + SIZE <= both(now) ? [`${stamp(start)}|${x}|${y}`] : [];
      });
    },
  },
];

test(`groups of two streams come once, when both watermarks have passed them (seed ${SEED})`, {timeout: 60_000}, async () => {
  const random = seededRandom(SEED);
  const below = (n: number) => integerBelow(random, n);
  let engine = await InlineEngine.start();
  let session = engine.session();
  for (const name of ['a', 'b'] as const)
    await session.all(`CREATE STREAM ${name} (ts timestamp, v int, WATERMARK FOR ts AS ts - INTERVAL '${DELAY[name]} seconds')`);
  for (const {name, sql} of CASES) await session.all(`CREATE MATERIALIZED VIEW ${name} AS ${sql}`);
  const rows: Row[] = [];
  let watermarks: Row['watermarks'] = {a: -Infinity, b: -Infinity};
  let now = BASE;
  const seen = new Map<string, readonly string[]>();
  for (let step = 0; step < 40; step++) {
    now += below(5);
    const from = below(2) === 0 ? 'a' : 'b';
    const fresh = Array.from(
      {length: 1 + below(3)},
      () => ({from, ts: now + below(6) - below(below(3) === 0 ? 30 : 4), v: below(5)}) as const,
    );
    await session.all(`INSERT INTO ${from} VALUES ${fresh.map(({ts, v}) => `('${stamp(ts)}', ${v})`).join(', ')}`);
    rows.push(...fresh.map(row => ({...row, watermarks})));
    watermarks = {...watermarks, [from]: Math.max(watermarks[from], ...fresh.map(({ts}) => ts - DELAY[from]))};
    if (below(8) === 0) {
      if (below(2) === 0) await engine.checkpoints.run();
      engine = await engine.crash({power: false});
      session = engine.session();
    }
    for (const {name, rows: expected} of CASES) {
      const found = (await session.rows(`SELECT * FROM ${name}`)).map(row => row.join('|')).sort();
      expect({name, step, rows: found}).toEqual({name, step, rows: expected(rows, watermarks).sort()});
      expect(found).toEqual(expect.arrayContaining([...(seen.get(name) ?? [])]));
      seen.set(name, found);
    }
  }
  expect(seen.get('merged')?.length).toBeGreaterThan(2);
});
