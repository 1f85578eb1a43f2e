import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {below, seededRandom} from '../../common/testing/seeded-random.ts';
import {InlineEngine} from '../testing/inline-engine.ts';
import type {InlineSession} from '../testing/inline-session.ts';
import {ScriptedTopic} from '../testing/scripted-topic.ts';

type Plan = {
  readonly 'Node Type': string;
  readonly Operator: string;
  readonly 'Actual Rows': number;
  readonly 'Rows In': number;
  readonly 'Rows Retracted': number;
  readonly 'Rows In Retracted': number;
  readonly 'Actual Self Time': number;
  readonly 'Actual Total Time': number;
  readonly 'State Rows'?: number;
  readonly 'State Bytes'?: number;
  readonly Plans?: readonly Plan[];
};
type Document = {readonly Plan: Plan; readonly 'Planning Time': number; readonly 'Execution Time': number; readonly State: string};

async function json(session: InlineSession, what: string): Promise<Document> {
  const [[text]] = (await session.rows(`EXPLAIN (ANALYZE, FORMAT JSON) ${what}`)) as [[string]];
  return (JSON.parse(text) as [Document])[0];
}

async function lines(session: InlineSession, sql: string): Promise<string[]> {
  return (await session.rows(sql)).map(row => row[0] ?? '');
}

/** The operators of a plan, top first. */
const flat = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flat)];
const of = (plan: Plan, type: string): Plan => flat(plan).find(node => node['Node Type'] === type)!;

describe('a query', () => {
  let engine: InlineEngine;
  let session: InlineSession;
  const rows = Array.from({length: 500}, (_, i) => ({id: i, k: (i * 7) % 13, v: (i * 31) % 100}));

  beforeAll(async () => {
    engine = await InlineEngine.start();
    session = engine.session();
    await session.all('CREATE TABLE t (id int PRIMARY KEY, k int, v int); CREATE TABLE d (k int, name text)');
    await session.all(`INSERT INTO t VALUES ${rows.map(({id, k, v}) => `(${id}, ${k}, ${v})`).join()}`);
    // Some twice: a row counts as often as it is there.
    await session.all(`INSERT INTO d VALUES (1, 'one'), (1, 'one'), (2, 'two'), (5, 'five'), (99, 'none')`);
  });
  afterAll(() => engine.stop());

  test('a filter takes all rows and gives those that pass', async () => {
    const {Plan: plan} = await json(session, 'SELECT id FROM t WHERE v < 40');
    const passing = rows.filter(({v}) => v < 40).length;
    expect(of(plan, 'Map')).toMatchObject({'Rows In': 500, 'Actual Rows': passing, 'Actual Loops': 1});
    expect(of(plan, 'Scan')).toMatchObject({'Relation Name': 't', 'Actual Rows': 500});
  });

  test('a join gives a row for each pair, an aggregate one for each group', async () => {
    const {Plan: plan} = await json(session, 'SELECT name, count(*), sum(v) FROM t JOIN d ON t.k = d.k WHERE v > 9 GROUP BY name');
    const passing = rows.filter(({v}) => v > 9);
    const times = new Map([
      [1, 2],
      [2, 1],
      [5, 1],
    ]);
    const pairs = passing.reduce((sum, {k}) => sum + (times.get(k) ?? 0), 0);
    expect(of(plan, 'Inner Join')).toMatchObject({'Rows In': passing.length + 5, 'Actual Rows': pairs});
    expect(of(plan, 'Aggregate')).toMatchObject({'Rows In': pairs, 'Actual Rows': 3, 'State Rows': 3});
    expect(of(plan, 'Inner Join')['State Bytes']).toBeGreaterThan(0);
  });

  test('ORDER BY and LIMIT take all and give as many as wanted; set operations and outer joins count too', async () => {
    const {Plan: top} = await json(session, 'SELECT * FROM t ORDER BY v, id LIMIT 7 OFFSET 2');
    expect(of(top, 'Top')).toMatchObject({'Rows In': 500, 'Actual Rows': 7});
    const {Plan: left} = await json(session, 'SELECT * FROM d LEFT JOIN t ON d.k = t.k AND t.v = 1000');
    expect(of(left, 'Left Join')['Actual Rows']).toBe(5);
    const {Plan: except} = await json(session, 'SELECT k FROM t EXCEPT SELECT k FROM d');
    expect(of(except, 'Set Operation')).toMatchObject({'Rows In': 505, 'Actual Rows': 13 - 3});
  });

  test('self times add up to no more than the execution, and total times to those of the inputs', async () => {
    const {Plan: plan, ...document} = await json(session, 'SELECT a.k, count(*) FROM t a JOIN t b ON a.k = b.k GROUP BY a.k ORDER BY 2');
    const self = flat(plan).reduce((sum, node) => sum + node['Actual Self Time'], 0);
    expect(self).toBeGreaterThan(0);
    expect(self).toBeLessThanOrEqual(document['Execution Time'] + 0.01);
    expect(plan['Actual Total Time']).toBeCloseTo(self, 1);
    expect(document['Planning Time']).toBeGreaterThan(0);
  });

  test('the lines are those of EXPLAIN with figures behind them; options leave some out', async () => {
    const query = 'SELECT k, count(*) FROM t WHERE id > 9 GROUP BY k';
    const plain = await lines(session, `EXPLAIN ${query}`);
    const analyzed = await lines(session, `EXPLAIN ANALYZE ${query}`);
    expect(analyzed.slice(0, -2).map(line => line.replace(/ {2}\(actual .*\)$/, ''))).toEqual(plain);
    expect(analyzed.slice(-2)).toEqual([
      expect.stringMatching(/^Planning Time: \d+\.\d{3} ms$/),
      expect.stringMatching(/^Execution Time: \d+\.\d{3} ms$/),
    ]);
    const bare = await lines(session, `EXPLAIN (ANALYZE on, TIMING off, SUMMARY off, BUFFERS) ${query}`);
    expect(bare.map(line => line.replace(/state=\d+kB/, 'state=…'))).toEqual([
      'aggregate by #1: count()  (actual rows=13 in=490 state=… held=13)',
      '  ->  map where (#0 > 9)  (actual rows=490 in=500)',
      '        ->  scan t [0, 1]  (actual rows=500)',
    ]);
  });

  test('a catalog query, one that reads nothing, and one with parameters', async () => {
    expect((await json(session, 'SELECT 1')).Plan).toMatchObject({'Node Type': 'Values', 'Actual Rows': 1});
    const {Plan: plan} = await json(session, `SELECT relname FROM pg_class WHERE relname IN ('t', 'd')`);
    expect(of(plan, 'Map')['Actual Rows']).toBe(2);
    const {
      rows: found,
      fields,
      tag,
    } = await session.extended('EXPLAIN (ANALYZE, TIMING off, SUMMARY off) SELECT * FROM t WHERE v < $1', ['10']);
    expect(found[0]![0]).toContain(`rows=${rows.filter(({v}) => v < 10).length} in=500`);
    expect([fields.map(field => [field.name, field.typeOid]), tag]).toEqual([[['QUERY PLAN', 25]], 'EXPLAIN']);
    expect((await session.extended('EXPLAIN SELECT * FROM t WHERE v < $1', ['10'])).rows).toHaveLength(2);
  });

  test('a query that fails fails with its own error; what cannot be explained says so', async () => {
    expect(await session.code('EXPLAIN ANALYZE SELECT 1 / (v - v) FROM t')).toBe('22012');
    expect(await session.code('EXPLAIN ANALYZE SELECT * FROM none')).toBe('42P01');
    expect(await session.code('EXPLAIN ANALYZE CREATE MATERIALIZED VIEW m AS SELECT 1')).toBe('0A000');
    expect(await session.code('EXPLAIN (ANALYZE, FORMAT XML) SELECT 1')).toBe('0A000');
    expect(await session.code('EXPLAIN (ANALYZE, LOGICAL) SELECT 1')).toBe('0A000');
    expect(await session.code('EXPLAIN (ANALYZ) SELECT 1')).toBe('42601');
    expect(await session.code('EXPLAIN (ANALYZE perhaps) SELECT 1')).toBe('42601');
    expect(await session.code('EXPLAIN (TIMING) SELECT 1')).toBe('22023');
    expect(await session.code('EXPLAIN (FORMAT binary) SELECT 1')).toBe('22023');
    expect(await session.code('EXPLAIN ANALYZE MATERIALIZED VIEW t')).toBe('42809');
    expect(await session.code('EXPLAIN ANALYZE MATERIALIZED VIEW none')).toBe('42P01');
    expect(await session.code('EXPLAIN CPU FOR MATERIALIZED VIEW none')).toBe('42P01');
  });

  test('it can be cancelled', async () => {
    engine.transport.slices = 1;
    await session.all('SET statement_timeout = 30');
    expect(await session.code('EXPLAIN ANALYZE SELECT sum(a.id + b.id + c.id + d.id) FROM t a, t b, t c, t d')).toBe('57014');
    await session.all('RESET statement_timeout');
    expect(await session.rows('SELECT count(*) FROM t')).toEqual([['500']]);
  });

  test('a statement that writes does write, within its transaction', async () => {
    const {Plan: plan} = await json(session, 'INSERT INTO d SELECT k, $$new$$ FROM t WHERE id < 20');
    expect(plan).toMatchObject({'Node Type': 'Insert', 'Relation Name': 'd', 'Rows In': 20, 'Actual Rows': 20});
    expect(await session.rows(`SELECT count(*) FROM d WHERE name = 'new'`)).toEqual([['20']]);
    await session.all('BEGIN');
    const [update, source] = await lines(
      session,
      `EXPLAIN (ANALYZE, TIMING off, SUMMARY off) UPDATE d SET k = 0 WHERE name = 'new' RETURNING k`,
    );
    expect(update).toBe('update on d  (actual rows=20 in=20)');
    expect(source).toContain('(actual rows=20 in=25)');
    expect((await json(session, 'SELECT * FROM d WHERE k = 0')).Plan['Actual Rows']).toBe(20 + 0);
    await session.all('ROLLBACK');
    expect((await json(session, `DELETE FROM d WHERE name = 'new'`)).Plan['Actual Rows']).toBe(20);
    expect(await session.rows('SELECT count(*) FROM d')).toEqual([['5']]);
    expect(await session.code('EXPLAIN ANALYZE INSERT INTO t VALUES (0, 0, 0)')).toBe('23505');
    await session.all('BEGIN READ ONLY');
    expect(await session.code('EXPLAIN ANALYZE DELETE FROM d')).toBe('25006');
    expect(await session.code('EXPLAIN ANALYZE SELECT 1')).toBe('25P02');
    await session.all('ROLLBACK');
  });
});

test('a view tells what went through its operators: rows and those taken back, as random changes have it', async () => {
  const engine = await InlineEngine.start();
  const session = engine.session();
  await session.all('CREATE TABLE t (id int PRIMARY KEY, k int)');
  await session.all('CREATE MATERIALIZED VIEW m AS SELECT k, count(*) AS n FROM t WHERE id % 2 = 0 GROUP BY k');
  await session.all(`CREATE SINK s AS SELECT * FROM m WITH (connector = 'blackhole')`);
  const random = seededRandom(5);
  const table = new Map<number, number>();
  const counts = (): Map<number, number> => {
    const groups = new Map<number, number>();
    for (const [id, k] of table) if (id % 2 === 0) groups.set(k, (groups.get(k) ?? 0) + 1);
    return groups;
  };
  const scan = {'Actual Rows': 0, 'Rows Retracted': 0};
  const filter = {'Actual Rows': 0, 'Rows Retracted': 0};
  const groups = {'Actual Rows': 0, 'Rows Retracted': 0};
  const changed = (id: number, retracted: boolean): void => {
    for (const count of id % 2 === 0 ? [scan, filter] : [scan]) {
      count['Actual Rows']++;
      if (retracted) count['Rows Retracted']++;
    }
  };
  for (let i = 0; i < 60; i++) {
    const before = counts();
    const [id, k] = [below(random, 12), below(random, 3)];
    if (!table.has(id)) {
      await session.all(`INSERT INTO t VALUES (${id}, ${k})`);
      table.set(id, k);
      changed(id, false);
    } else if (below(random, 2) === 0) {
      await session.all(`DELETE FROM t WHERE id = ${id}`);
      table.delete(id);
      changed(id, true);
    } else if (table.get(id) !== k) {
      await session.all(`UPDATE t SET k = ${k} WHERE id = ${id}`);
      table.set(id, k);
      changed(id, true);
      changed(id, false);
    }
    const after = counts();
    for (const group of [0, 1, 2]) {
      if (before.get(group) === after.get(group)) continue;
      groups['Actual Rows'] += Number(before.has(group)) + Number(after.has(group));
      groups['Rows Retracted'] += Number(before.has(group));
    }
  }
  const {Plan: plan, State: state} = await json(session, 'MATERIALIZED VIEW m');
  expect(state).toBe('ready');
  expect(of(plan, 'Scan')).toMatchObject(scan);
  expect(of(plan, 'Map')).toMatchObject({...filter, 'Rows In': scan['Actual Rows'], 'Rows In Retracted': scan['Rows Retracted']});
  expect(of(plan, 'Aggregate')).toMatchObject({...groups, 'State Rows': counts().size});
  const {Plan: sink} = await json(session, 'SINK s');
  expect(sink).toMatchObject({'Node Type': 'Sink', 'Rows In': groups['Actual Rows'], 'Rows In Retracted': groups['Rows Retracted']});
  const operators = await session.rows(
    `SELECT position, kind, rows_in, rows_in_retracted, state_rows FROM millrace.operators WHERE name = 'm' AND position IS NOT NULL ORDER BY 1`,
  );
  expect(operators.map(row => row.map(Number).filter(n => !Number.isNaN(n)))).toEqual(
    flat(plan).map((node, i) => [i + 1, node['Rows In'], node['Rows In Retracted'], node['State Rows'] ?? 0]),
  );
  const [[spent]] = (await session.rows(`SELECT sum(self_ms) FROM millrace.operators`)) as [[string]];
  expect(Number(spent)).toBeGreaterThan(0);
  await engine.stop();
});

test('after a restart counting begins anew over the state that is back', async () => {
  let engine = await InlineEngine.start();
  let session = engine.session();
  await session.all('CREATE TABLE t (id int PRIMARY KEY, k int)');
  await session.all('CREATE MATERIALIZED VIEW m AS SELECT k, count(*) AS n FROM t GROUP BY k');
  await session.all('INSERT INTO t SELECT i, i % 7 FROM generate_series(1, 100) AS g(i)');
  expect((await json(session, 'MATERIALIZED VIEW m')).Plan).toMatchObject({'Rows In': 100, 'State Rows': 7});
  await session.all('CHECKPOINT');
  engine = await engine.restart();
  session = engine.session();
  const {Plan: plan} = await json(session, 'MATERIALIZED VIEW m');
  expect(plan).toMatchObject({'Rows In': 0, 'State Rows': 7});
  expect(plan['State Bytes']).toBeGreaterThan(0);
  await session.all('DELETE FROM t WHERE id = 1');
  expect((await json(session, 'MATERIALIZED VIEW m')).Plan).toMatchObject({'Rows In': 1, 'Rows In Retracted': 1});
  await engine.stop();
});

test('windows of time, with what is late and without the groups that time has taken; operators that occur twice are told of once', async () => {
  const engine = await InlineEngine.start();
  const session = engine.session();
  await session.all('CREATE STREAM s (k int, at timestamp, WATERMARK FOR at AS at)');
  await session.all(
    `CREATE MATERIALIZED VIEW w AS SELECT window_end, k, count(*) AS n FROM TUMBLE(s, at, INTERVAL '10 seconds') GROUP BY 1, 2`,
  );
  await session.all(`CREATE SINK out AS SELECT * FROM w WITH (connector = 'blackhole')`);
  const insert = (...seconds: number[]) =>
    session.all(`INSERT INTO s VALUES ${seconds.map(n => `(1, timestamp '2026-01-01' + interval '${n} seconds')`).join()}`);
  await insert(1, 2, 11);
  await insert(100);
  await insert(3, 101);
  const {Plan: plan} = await json(session, 'MATERIALIZED VIEW w');
  expect(of(plan, 'Late Gate')).toMatchObject({'Rows In': 6, 'Actual Rows': 5});
  expect(of(plan, 'Aggregate')).toMatchObject({'Rows In': 5, 'Actual Rows': 5, 'Rows Retracted': 1, 'State Rows': 3});
  await session.all(
    `CREATE MATERIALIZED VIEW best AS SELECT window_end, max(n) AS n FROM (SELECT window_end, k, count(*) AS n FROM TUMBLE(s, at, INTERVAL '10 seconds') GROUP BY 1, 2) AS w GROUP BY 1`,
  );
  await insert(200, 201);
  await insert(300);
  const {Plan: best} = await json(session, 'MATERIALIZED VIEW best');
  const [, counts] = flat(best).filter(node => node['Node Type'] === 'Aggregate');
  expect(counts).toMatchObject({'State Rows': 1});
  await session.all('CREATE TABLE t (a int, b int)');
  await session.all(
    'CREATE MATERIALIZED VIEW twice AS WITH g AS (SELECT a, count(*) AS n FROM t GROUP BY a) SELECT x.a, y.n FROM g x JOIN g y ON x.n = y.n',
  );
  const text = await lines(session, 'EXPLAIN ANALYZE MATERIALIZED VIEW twice');
  expect(text.filter(line => line.includes('(shown above)'))).toHaveLength(1);
  expect(text.filter(line => line.includes('scan t'))).toHaveLength(1);
  await engine.stop();
});

test('a view that works through history says so; one over sources that others read names them', async () => {
  const topic = new ScriptedTopic(1);
  const engine = await InlineEngine.start({connectors: {generator: topic.open}});
  const session = engine.session();
  await session.all(`CREATE STREAM s (v int) WITH (connector = 'generator', generator = 'sequence', rate = 0)`);
  topic.append(0, {v: 1}, {v: 2});
  await session.all('CREATE MATERIALIZED VIEW a AS SELECT count(*) AS n FROM s');
  await expect.poll(() => session.rows('SELECT n FROM a')).toEqual([['2']]);
  topic.allow(1, 0);
  await session.all('CREATE MATERIALIZED VIEW b AS SELECT v, count(*) AS n FROM s GROUP BY v');
  await expect.poll(() => topic.opened).toBe(2);
  expect((await lines(session, 'EXPLAIN ANALYZE MATERIALIZED VIEW b'))[0]).toMatch(
    /^materialized view b hydrating: works through history, counting since /,
  );
  topic.allow(1, 9);
  await expect.poll(() => session.rows('SELECT count(*) FROM b')).toEqual([['2']]);
  const text = await lines(session, 'EXPLAIN ANALYZE MATERIALIZED VIEW b');
  expect(text[0]).toMatch(/^materialized view b, counting since /);
  expect(text[1]).toContain('rows=');
  expect(text.some(line => line.trim() === 'read by a, b')).toBe(true);
  expect(text.at(-1)).toMatch(/^Total: time=\d+\.\d{3} state=\d+kB$/);
  const cpu = await lines(session, 'EXPLAIN ANALYZE CPU FOR MATERIALIZED VIEW b');
  expect(cpu.join('')).toContain('share=');
  expect(cpu.join('')).not.toContain('state=');
  const memory = await lines(session, 'EXPLAIN ANALYZE MEMORY FOR MATERIALIZED VIEW b');
  expect(memory.join('')).toContain('held=');
  expect(memory.join('')).not.toContain('time=');
  await engine.stop();
});

test('a sink that delivers to files tells what it took', async () => {
  const engine = await InlineEngine.start();
  const session = engine.session();
  await session.all('CREATE STREAM e (v int)');
  await session.all(`CREATE SINK f AS SELECT v FROM e WHERE v > 1 WITH (connector = 'filesystem', path = '/out', format = 'csv')`);
  await session.all('INSERT INTO e VALUES (1), (2), (3)');
  const {Plan: plan, State: state} = await json(session, 'SINK f');
  expect([state, plan['Rows In'], of(plan, 'Map')['Rows In'], of(plan, 'Scan')['Actual Rows']]).toEqual(['ready', 2, 3, 3]);
  expect((await lines(session, 'EXPLAIN ANALYZE SINK f'))[0]).toMatch(/^sink f, counting since /);
  await engine.stop();
});
