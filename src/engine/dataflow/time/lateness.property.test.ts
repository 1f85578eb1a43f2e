import {expect, test} from 'vitest';
import {below as integerBelow, seededRandom} from '../../../common/testing/seeded-random.ts';
import {InlineEngine} from '../../testing/inline-engine.ts';

/**
 * Rows in and out of order go into a stream with a watermark, step by step, with restarts; every view must be the query over the rows less those
 * in `$late`, and `$late` what the watermark at the end of the step before says. Oracle: brute force.
 */
const SEED = Number(process.env['MILLRACE_LATENESS_SEED'] ?? Date.now() % 2 ** 31);
const ROUNDS = Number(process.env['MILLRACE_LATENESS_ROUNDS'] ?? 2);
const DELAY = 5;
const BASE = Date.UTC(2026, 0, 1) / 1000;

type Row = {readonly id: number; readonly ts: number; readonly k: number; readonly v: number};
type Window = readonly [start: number, end: number];

const tumble = (ts: number): Window[] => [[Math.floor(ts / 10) * 10, Math.floor(ts / 10) * 10 + 10]];
const hop = (ts: number): Window[] => {
  const last = Math.floor(ts / 4) * 4;
  return [last, last - 4, last - 8].filter(start => ts < start + 10).map(start => [start, start + 10]);
};
const cumulate = (ts: number): Window[] => {
  const start = Math.floor(ts / 12) * 12;
  return [3, 6, 9, 12].map((size): Window => [start, start + size]).filter(([, end]) => ts < end);
};
const windowed = (windows: (ts: number) => Window[]) => ({
  late: ({ts}: Row, watermark: number): (Window | null)[] => windows(ts).filter(([, end]) => end <= watermark),
  /** Rows of each open window, by key of the group. */
  groups: (rows: readonly {readonly row: Row; readonly watermark: number}[], key: (row: Row) => string): Map<string, Row[]> => {
    const groups = new Map<string, Row[]>();
    for (const {row, watermark} of rows) {
      for (const [start, end] of windows(row.ts)) {
        if (end <= watermark) continue;
        const name = `${start}|${end}|${key(row)}`;
        groups.set(name, [...(groups.get(name) ?? []), row]);
      }
    }
    return groups;
  },
});

type Taken = {readonly row: Row; readonly watermark: number};
type Case = {
  readonly name: string;
  readonly sql: string;
  readonly late: (row: Row, watermark: number) => (Window | null)[];
  readonly rows: (taken: readonly Taken[], watermark: number) => string[];
};

const sum = (rows: readonly Row[]) => rows.reduce((total, {v}) => total + v, 0);
const distinct = (rows: readonly Row[]) => new Set(rows.map(r => r.v)).size;
const inTime = (row: Row, watermark: number) => (row.ts < watermark ? [null] : []);

function overWindows(name: string, from: string, windows: (ts: number) => Window[]): Case[] {
  const {late, groups} = windowed(windows);
  return [
    {
      name: `${name}_sums`,
      sql: `SELECT extract(epoch FROM window_start)::int8, extract(epoch FROM window_end)::int8, k, count(*), sum(v), min(v), max(v) FROM ${from} GROUP BY window_start, window_end, k`,
      late,
      rows: taken =>
        [...groups(taken, r => String(r.k))].map(
          ([key, rows]) => `${key}|${rows.length}|${sum(rows)}|${Math.min(...rows.map(r => r.v))}|${Math.max(...rows.map(r => r.v))}`,
        ),
    },
    {
      name: `${name}_distinct`,
      sql: `SELECT extract(epoch FROM window_start)::int8, extract(epoch FROM window_end)::int8, '', count(DISTINCT v) FROM ${from} GROUP BY window_start, window_end`,
      late,
      rows: taken => [...groups(taken, () => '')].map(([key, rows]) => `${key}|${distinct(rows)}`),
    },
    {
      name: `${name}_closed`,
      sql: `SELECT extract(epoch FROM window_start)::int8, extract(epoch FROM window_end)::int8 AS e, '', count(*), window_end FROM ${from} GROUP BY window_start, window_end EMIT ON WINDOW CLOSE`,
      late,
      rows: (taken, watermark) =>
        [...groups(taken, () => '')].flatMap(([key, rows]) => {
          const end = Number(key.split('|')[1]);
          return end > watermark ? [] : [`${key}|${rows.length}|${stamp(end)}`];
        }),
    },
    closedByStart(`${name}_started`, from, windows),
  ];
}

/** Groups by the start alone are over when the last window that begins there is. */
function closedByStart(name: string, from: string, windows: (ts: number) => Window[]): Case {
  const all = Array.from({length: 240}, (_, ts) => windows(ts)).flat();
  const longest = Math.max(...all.map(([start, end]) => end - start));
  const isOver = (start: number, watermark: number) => start + longest <= watermark;
  return {
    name,
    sql: `SELECT extract(epoch FROM window_start)::int8, k, count(*), sum(v) FROM ${from} GROUP BY window_start, k EMIT ON WINDOW CLOSE`,
    // Where the window is part of the projection, the row has no other edge than the one that is asked for.
    late: ({ts}, watermark) =>
      windows(ts)
        .filter(([start]) => isOver(start, watermark))
        .map(window => (from.startsWith('TUMBLE') ? null : window)),
    rows: (taken, watermark) => {
      const groups = new Map<string, Row[]>();
      for (const {row, watermark: before} of taken) {
        for (const [start] of windows(row.ts)) {
          if (isOver(start, before) || !isOver(start, watermark)) continue;
          const group = `${start}|${row.k}`;
          groups.set(group, [...(groups.get(group) ?? []), row]);
        }
      }
      return [...groups].map(([group, rows]) => `${group}|${rows.length}|${sum(rows)}`);
    },
  };
}

const stamp = (epoch: number) => new Date(epoch * 1000).toISOString().replace('T', ' ').replace('.000Z', '');

const GAP = 4;

/** Rows that are in time, in sessions of each `k`. */
function sessions(taken: readonly Taken[]): {k: number; start: number; end: number; rows: Row[]}[] {
  const found: {k: number; start: number; end: number; rows: Row[]}[] = [];
  const kept = taken.filter(({row, watermark}) => row.ts >= watermark).map(t => t.row);
  for (const row of [...kept].sort((a, b) => a.ts - b.ts)) {
    const last = found.findLast(s => s.k === row.k);
    if (last !== undefined && row.ts < last.end) {
      last.rows.push(row);
      last.end = row.ts + GAP;
    } else found.push({k: row.k, start: row.ts, end: row.ts + GAP, rows: [row]});
  }
  return found;
}

function overSessions(grace: string): Case[] {
  const from = `SESSION(s, ts, INTERVAL '${GAP} seconds'${grace} PARTITION BY k)`;
  const edges = 'extract(epoch FROM window_start)::int8, extract(epoch FROM window_end)::int8';
  const name = `sessions${grace.replaceAll(/\D/g, '')}`;
  return [
    {
      name: `${name}_sums`,
      sql: `SELECT ${edges}, k, count(*), max(v) FROM ${from} GROUP BY window_start, window_end, k`,
      late: inTime,
      rows: taken =>
        sessions(taken).map(({k, start, end, rows}) => `${start}|${end}|${k}|${rows.length}|${Math.max(...rows.map(r => r.v))}`),
    },
    {
      name: `${name}_rows`,
      sql: `SELECT id, ${edges} FROM ${from}`,
      late: inTime,
      rows: taken => sessions(taken).flatMap(({start, end, rows}) => rows.map(({id}) => `${id}|${start}|${end}`)),
    },
    {
      name: `${name}_closed`,
      sql: `SELECT ${edges}, k, count(*), window_end FROM ${from} GROUP BY window_start, window_end, k EMIT ON WINDOW CLOSE`,
      late: inTime,
      rows: (taken, watermark) =>
        sessions(taken).flatMap(({k, start, end, rows}) => (end > watermark ? [] : [`${start}|${end}|${k}|${rows.length}|${stamp(end)}`])),
    },
  ];
}

/** Groups by a time that is cut: over when the watermark has passed their range. Late is what comes for a range that is. */
function closedGroup(name: string, group: string, startOf: (ts: number) => number, size: number): Case {
  return {
    name,
    sql: `SELECT extract(epoch FROM g)::int8, k, n FROM (SELECT ${group} AS g, k, count(*) AS n FROM s GROUP BY 1, 2) q EMIT ON WINDOW CLOSE`,
    late: ({ts}, watermark) => (startOf(ts) + size <= watermark ? [null] : []),
    rows: (taken, watermark) => {
      const groups = new Map<string, number>();
      for (const {row, watermark: before} of taken) {
        const start = startOf(row.ts);
        if (start + size <= before || start + size > watermark) continue;
        groups.set(`${start}|${row.k}`, (groups.get(`${start}|${row.k}`) ?? 0) + 1);
      }
      return [...groups].map(([group, n]) => `${group}|${n}`);
    },
  };
}

const cut = (size: number) => (ts: number) => Math.floor(ts / size) * size;

const CASES: readonly Case[] = [
  closedGroup('minutes', "date_trunc('minute', ts)", cut(60), 60),
  closedGroup('bins', "date_bin('7 seconds', ts, timestamp '1970-01-01')", cut(7), 7),
  ...overSessions(''),
  ...overWindows('tumble', "TUMBLE(s, ts, INTERVAL '10 seconds')", tumble),
  ...overWindows('hop', "HOP(s, ts, INTERVAL '4 seconds', INTERVAL '10 seconds')", hop),
  ...overWindows('cumulate', "CUMULATE(s, ts, INTERVAL '3 seconds', INTERVAL '12 seconds')", cumulate),
  {
    name: 'interval_join',
    sql: `SELECT a.id, b.id FROM s a JOIN s b ON a.k = b.k AND b.ts BETWEEN a.ts AND a.ts + INTERVAL '6 seconds'`,
    late: inTime,
    rows: taken =>
      taken.flatMap(({row: a, watermark: w}) =>
        a.ts < w
          ? []
          : taken.flatMap(({row: b, watermark}) =>
              b.ts >= watermark && a.k === b.k && b.ts >= a.ts && b.ts <= a.ts + 6 ? [`${a.id}|${b.id}`] : [],
            ),
      ),
  },
  {
    name: 'top_of_window',
    sql: `SELECT w.e::text, s.id FROM s JOIN (
        SELECT extract(epoch FROM window_end)::int8 AS e, window_start AS a, window_end AS b, max(v) AS top
        FROM TUMBLE(s, ts, INTERVAL '10 seconds') GROUP BY window_start, window_end
      ) w ON s.v = w.top AND s.ts >= w.a AND s.ts < w.b`,
    late: inTime,
    rows: taken => {
      const kept = taken.filter(({row, watermark}) => row.ts >= watermark);
      return [...windowed(tumble).groups(kept, () => '')].flatMap(([key, rows]) => {
        const top = Math.max(...rows.map(r => r.v));
        return rows.filter(r => r.v === top).map(r => `${key.split('|')[1]}|${r.id}`);
      });
    },
  },
];

/** The same where rows may be `by` seconds behind the watermark: nothing is over before the watermark less that. */
const allowing = (by: number, {late, rows, ...rest}: Case): Case => ({
  ...rest,
  late: (row, watermark) => late(row, watermark - by),
  rows: (taken, watermark) =>
    rows(
      taken.map(t => ({...t, watermark: t.watermark - by})),
      watermark - by,
    ),
});

const ALLOWED = 6;

/** Windows with a grace period of their own over a stream that allows ALLOWED seconds. */
const GRACED: readonly Case[] = [
  ...CASES.map(c => allowing(ALLOWED, c)),
  ...[0, 15].flatMap(by =>
    [
      ...overWindows(`tumble_${by}`, `TUMBLE(s, ts, INTERVAL '10 seconds', grace => INTERVAL '${by} seconds')`, tumble),
      ...overWindows(`hop_${by}`, `HOP(s, ts, INTERVAL '4 seconds', INTERVAL '10 seconds', grace => INTERVAL '${by} seconds')`, hop),
      ...overWindows(
        `cumulate_${by}`,
        `CUMULATE(s, ts, INTERVAL '3 seconds', INTERVAL '12 seconds', allowed_lateness => INTERVAL '${by} seconds')`,
        cumulate,
      ),
      ...overSessions(`, grace => INTERVAL '${by} seconds'`),
    ].map(c => allowing(by, c)),
  ),
  // Two grace periods of one window: the longer one, for both.
  allowing(15, {
    name: 'two_ends',
    sql: `SELECT g::text, extract(epoch FROM e)::int8, n FROM (
        SELECT 0 AS g, window_end AS e, count(*) AS n FROM TUMBLE(s, ts, INTERVAL '10 seconds', grace => INTERVAL '0 seconds') GROUP BY window_end
        UNION ALL
        SELECT 15, window_end, count(*) FROM TUMBLE(s, ts, INTERVAL '10 seconds', grace => INTERVAL '15 seconds') GROUP BY window_end
      ) w`,
    late: windowed(tumble).late,
    rows: taken =>
      [...windowed(tumble).groups(taken, () => '')].flatMap(([key, rows]) =>
        [0, 15].map(grace => `${grace}|${key.split('|')[1]}|${rows.length}`),
      ),
  }),
  // Two windows of different sizes: all rows count by the watermark less the greater allowance.
  allowing(15, {
    name: 'two_windows',
    sql: `SELECT a.s::text, b.s FROM (
        SELECT window_start, sum(v) AS s FROM TUMBLE(s, ts, INTERVAL '10 seconds', grace => INTERVAL '15 seconds') GROUP BY window_start
      ) a JOIN (
        SELECT window_start, sum(v) AS s FROM TUMBLE(s, ts, INTERVAL '20 seconds', grace => INTERVAL '0 seconds') GROUP BY window_start
      ) b ON b.window_start = a.window_start`,
    late: inTime,
    rows: taken => {
      const kept = taken.filter(({row, watermark}) => row.ts >= watermark).map(t => t.row);
      const sums = (size: number) => {
        const found = new Map<number, number>();
        for (const {ts, v} of kept) found.set(Math.floor(ts / size) * size, (found.get(Math.floor(ts / size) * size) ?? 0) + v);
        return found;
      };
      const [small, great] = [sums(10), sums(20)];
      return [...small].flatMap(([start, total]) => (great.has(start) ? [`${total}|${great.get(start)}`] : []));
    },
  }),
];

const STREAMS = [
  {what: 'as the watermark says', options: '', cases: CASES},
  {what: 'with allowed_lateness and grace periods', options: ` WITH (allowed_lateness = '${ALLOWED} seconds')`, cases: GRACED},
];

for (const {what, options, cases} of STREAMS) {
  test(`views over late and shuffled rows, ${what}, are the query over the rows less $late (seed ${SEED})`, {timeout: 120_000}, () =>
    compareViews(options, cases),
  );
}

async function compareViews(options: string, cases: readonly Case[]): Promise<void> {
  const random = seededRandom(SEED);
  const below = (n: number) => integerBelow(random, n);
  for (let round = 0; round < ROUNDS; round++) {
    let engine = await InlineEngine.start();
    let session = engine.session();
    await session.all(
      `CREATE STREAM s (id int, ts timestamp, k int, v int, WATERMARK FOR ts AS ts - INTERVAL '${DELAY} seconds')${options}`,
    );
    for (const {name, sql} of cases) await session.all(`CREATE MATERIALIZED VIEW ${name} (${columnsOf(sql)}) AS ${sql}`);
    const taken: Taken[] = [];
    let watermark = -Infinity;
    let now = BASE;
    for (let step = 0; step < 25; step++) {
      now += below(4);
      const rows: Row[] = Array.from({length: 1 + below(4)}, (_, i) => ({
        id: taken.length + i,
        ts: now + below(8) - (below(5) === 0 ? below(40) : 4),
        k: below(2),
        v: below(6),
      }));
      await session.all(`INSERT INTO s VALUES ${rows.map(r => `(${r.id}, '${stamp(r.ts)}', ${r.k}, ${r.v})`).join(', ')}`);
      for (const row of rows) taken.push({row, watermark});
      watermark = Math.max(watermark, ...rows.map(r => r.ts - DELAY));
      if (below(8) === 0) {
        if (below(2) === 0) await engine.checkpoints.run();
        engine = await engine.crash({power: false});
        session = engine.session();
      }
      if (step % 6 !== 5 && step < 24) continue;
      for (const {name, late, rows: expected} of cases) {
        const found = (await session.rows(`SELECT * FROM ${name}`)).map(row => row.join('|'));
        expect({name, step, rows: found.sort()}).toEqual({name, step, rows: expected(taken, watermark).sort()});
        const missed = (await session.rows(`SELECT _offset, extract(epoch FROM window_end)::int8 FROM "${name}$late"`)).map(r =>
          r.join('|'),
        );
        const lateRows = taken.flatMap(t => late(t.row, t.watermark).map(window => `${t.row.id}|${window === null ? '' : window[1]}`));
        expect({name, step, late: missed.sort()}).toEqual({name, step, late: lateRows.sort()});
      }
    }
  }
}

/** Names for the columns of a query: views need them. */
function columnsOf(sql: string): string {
  const list = sql.slice('SELECT '.length, sql.indexOf(' FROM s') < 0 ? sql.search(/ FROM [A-Z]+\(s/) : sql.indexOf(' FROM s'));
  let depth = 0;
  let count = 1;
  for (const char of list) {
    if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === ',' && depth === 0) count++;
  }
  return Array.from({length: count}, (_, i) => `c${i}`).join(', ');
}
