import {expect, test} from 'vitest';
import {below as integerBelow, seededRandom} from '../../../common/testing/seeded-random.ts';
import {InlineEngine} from '../../testing/inline-engine.ts';

/**
 * Two streams in time go on and a table changes, with restarts in between; no row is late, so every view must be what its query gives at that
 * moment, whatever time has freed. Oracle: the query itself, over everything.
 */
const SEED = Number(process.env['MILLRACE_SEED'] ?? Date.now() % 2 ** 31);
const STEPS = 21;

const QUERIES: Readonly<Record<string, string>> = {
  near: `SELECT l.id, r.id AS rid FROM l JOIN r ON l.k = r.k AND r.ts BETWEEN l.ts - INTERVAL '3 s' AND l.ts + INTERVAL '2 s'`,
  strictly: `SELECT l.id, r.id AS rid FROM l JOIN r ON l.k = r.k AND r.ts > l.ts AND r.ts < l.ts + INTERVAL '4 s'`,
  equals: `SELECT l.id, r.id AS rid FROM l JOIN r ON l.ts = r.ts`,
  table_interval: `SELECT l.id, t.id AS tid FROM l JOIN t ON l.k = t.k AND t.ts BETWEEN l.ts - INTERVAL '3 s' AND l.ts + INTERVAL '2 s'`,
  table_range: `SELECT l.id, t.id AS tid FROM l JOIN t ON l.ts >= t.ts AND l.ts < t.ts + INTERVAL '3 s'`,
  asof: `SELECT l.id, r.ts FROM l ASOF JOIN r ON l.k = r.k AND l.ts >= r.ts`,
  asof_strict: `SELECT l.id, r.ts FROM l ASOF LEFT JOIN r ON l.k = r.k AND l.ts > r.ts`,
  asof_table: `SELECT l.id, t.ts, t.id AS tid FROM l ASOF JOIN t ON l.k = t.k AND l.ts >= t.ts`,
  asof_of_table: `SELECT t.id, l.ts FROM t ASOF LEFT JOIN l ON l.k = t.k AND t.ts >= l.ts`,
  asof_groups: `SELECT l.id, g.ts, g.n FROM l ASOF JOIN (SELECT k, ts, count(*) AS n FROM r GROUP BY k, ts) g ON l.k = g.k AND l.ts >= g.ts`,
  groups_join: `SELECT a.window_end, a.k, a.n, b.n AS m FROM (SELECT window_end, k, count(*) AS n FROM TUMBLE(l, ts, INTERVAL '3 s') GROUP BY 1, 2) a JOIN (SELECT window_end, k, sum(v) AS n FROM HOP(r, ts, INTERVAL '3 s', INTERVAL '9 s') GROUP BY 1, 2) b ON a.window_end = b.window_end AND a.k = b.k`,
  win_range: `SELECT l.id, w.n FROM l JOIN (SELECT window_start, window_end, count(*) AS n FROM HOP(r, ts, INTERVAL '4 s', INTERVAL '10 s') GROUP BY 1, 2) w ON l.ts >= w.window_start AND l.ts < w.window_end`,
  sess_table: `SELECT k, window_start, window_end, count(*) AS n, sum(v) AS s FROM SESSION(t, ts, INTERVAL '3 s' PARTITION BY k) GROUP BY 1, 2, 3`,
  sess_join: `SELECT s.window_start, s.window_end, s.n, l.id FROM (SELECT k, window_start, window_end, count(*) AS n FROM SESSION(r, ts, INTERVAL '3 s' PARTITION BY k) GROUP BY 1, 2, 3) s JOIN l ON l.k = s.k AND l.ts >= s.window_start AND l.ts < s.window_end`,
  best: `SELECT id, k, ts FROM (SELECT *, row_number() OVER (PARTITION BY window_end, k ORDER BY v DESC, id) AS n FROM TUMBLE(l, ts, INTERVAL '5 s')) q WHERE n <= 2`,
  cumul: `SELECT window_start, window_end, count(*) AS n, count(DISTINCT v) AS d FROM CUMULATE(l, ts, INTERVAL '2 s', INTERVAL '6 s') GROUP BY 1, 2`,
  different: `SELECT DISTINCT window_end, k FROM TUMBLE(l, ts, INTERVAL '3 s')`,
  sums_over: `SELECT id, sum(v) OVER (PARTITION BY window_end, k ORDER BY ts, id) AS s FROM TUMBLE(l, ts, INTERVAL '5 s')`,
  uni: `SELECT window_end, count(*) AS n FROM TUMBLE((SELECT ts FROM l UNION ALL SELECT ts FROM r), ts, INTERVAL '4 s') GROUP BY 1`,
  oneoff: `SELECT a.id, b.id AS bid FROM l a JOIN l b ON a.k = b.k AND a.ts < b.ts AND b.ts <= a.ts + INTERVAL '3 s'`,
};

test(`views that join in time follow what comes and what changes (seed ${SEED})`, {timeout: 180_000}, async () => {
  const random = seededRandom(SEED);
  const below = (n: number) => integerBelow(random, n);
  const at = (seconds: number) => `timestamp '2024-01-01' + ${seconds} * interval '1 s'`;
  let engine = await InlineEngine.start();
  let session = engine.session();
  await session.all("SET millrace.clock = '2024-01-02'");
  for (const stream of ['l', 'r'])
    await session.all(`CREATE STREAM ${stream} (id int, k int, ts timestamp, v int, WATERMARK FOR ts AS ts - INTERVAL '2 s')`);
  await session.all('CREATE TABLE t (id int PRIMARY KEY, k int, ts timestamp, v int)');
  for (const [name, query] of Object.entries(QUERIES)) await session.all(`CREATE MATERIALIZED VIEW ${name} AS ${query}`);
  let now = 10;
  let id = 0;
  for (let step = 0; step < STEPS; step++) {
    now += below(4);
    for (const stream of ['l', 'r']) {
      const row = () => `(${id++}, ${below(2)}, ${below(15) === 0 ? 'NULL' : at(now - below(3))}, ${below(5)})`;
      const rows = Array.from({length: below(4)}, row);
      if (rows.length > 0) await session.all(`INSERT INTO ${stream} VALUES ${rows.join(', ')}`);
    }
    if (below(2) === 0) await session.all(`INSERT INTO t VALUES (${id++}, ${below(2)}, ${at(now - below(12) + 3)}, ${below(5)})`);
    if (below(3) === 0) await session.all(`DELETE FROM t WHERE id % 4 = ${below(4)}`);
    if (below(3) === 0) await session.all(`UPDATE t SET ts = ${at(now - below(14))}, v = ${below(5)} WHERE id % 3 = ${below(3)}`);
    if (below(8) === 0) {
      if (below(2) === 0) await engine.checkpoints.run();
      engine = await engine.crash({power: false});
      session = engine.session();
    }
    if (step % 3 !== 2) continue;
    for (const [name, query] of Object.entries(QUERIES)) {
      const [expected, found] = [await session.rows(query), await session.rows(`SELECT * FROM ${name}`)];
      expect({name, step, rows: sorted(found)}).toEqual({name, step, rows: sorted(expected)});
    }
  }
});

const sorted = (rows: readonly (readonly unknown[])[]) => rows.map(row => JSON.stringify(row)).sort();
