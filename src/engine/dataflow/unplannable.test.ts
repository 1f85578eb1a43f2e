import {expect, test} from 'vitest';
import {finishedLines} from '../testing/finished-files.ts';
import {InlineEngine} from '../testing/inline-engine.ts';
import type {InlineSession} from '../testing/inline-session.ts';
import {recoveryChanges} from '../recovery-changes.ts';

/** Stores another text as the query of a view or sink, as if a version had written it that knew more than this one does. */
function setQuery(engine: InlineEngine, name: string, query: string): void {
  const {catalogs} = engine.services;
  const object = [...catalogs.current.objects()].find(o => o.name === name);
  if (object === undefined || !('query' in object)) throw new Error(`${name} has no query`);
  const changed = {...object, query};
  catalogs.publish(catalogs.current.withObject(changed), [{kind: 'put', object: changed}], engine.world.meta.catalogPosition());
}

const statusOf = async (session: InlineSession, name: string) => (await session.rows('SHOW STATUS')).find(row => row[1] === name)!;
const REASON = 'its query cannot be planned: function gone(integer) does not exist';
const THROUGH = 'it reads "v", whose query cannot be planned: function gone(integer) does not exist';

async function engineWithViews(): Promise<InlineEngine> {
  const engine = await InlineEngine.start();
  const session = engine.session();
  await session.all('CREATE TABLE t (k int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 10), (2, 20)');
  await session.all('CREATE MATERIALIZED VIEW v AS SELECT n, count(*) AS c FROM t GROUP BY n');
  await session.all('CREATE MATERIALIZED VIEW above AS SELECT sum(c) AS s FROM v');
  await session.all('CREATE MATERIALIZED VIEW of_errors AS SELECT count(*) AS c FROM "v$errors"');
  await session.all('CREATE MATERIALIZED VIEW beside AS SELECT sum(n) AS s FROM t');
  await session.all(`CREATE SINK out FROM v WITH (connector = 'blackhole')`);
  return engine;
}

test('a view that cannot be planned any more: the server starts, and it and what reads it are not served', async () => {
  for (const withCheckpoint of [false, true]) {
    let engine = await engineWithViews();
    if (withCheckpoint) await engine.session().all('CHECKPOINT');
    setQuery(engine, 'v', 'SELECT gone(n) AS n, count(*) AS c FROM t GROUP BY 1');
    for (let round = 0; round < 2; round++) {
      engine = await engine.crash({power: false});
      const session = engine.session();
      const unserved = {
        code: '55000',
        message: `materialized view "v" cannot be served: ${REASON}`,
        fields: {hint: 'DROP it and create it anew.'},
      };
      for (const query of [
        'SELECT * FROM v',
        'SELECT c FROM v WHERE n = 10',
        'SELECT * FROM "v$errors"',
        'INSERT INTO t SELECT n, 1 FROM v',
      ])
        await expect(session.all(query)).rejects.toMatchObject(unserved);
      await expect(session.extended('SELECT c FROM v WHERE n = $1', ['10'])).rejects.toMatchObject(unserved);
      await expect(session.all('CREATE MATERIALIZED VIEW more AS SELECT c FROM v')).rejects.toMatchObject(unserved);
      await expect(session.all(`CREATE SINK more FROM v WITH (connector = 'blackhole')`)).rejects.toMatchObject(unserved);
      await session.all('CREATE VIEW plain AS SELECT c FROM v');
      await expect(session.all('SELECT * FROM plain')).rejects.toMatchObject(unserved);
      await session.all('DROP VIEW plain');
      for (const view of ['above', 'of_errors'])
        await expect(session.all(`SELECT * FROM ${view}`)).rejects.toMatchObject({
          code: '55000',
          message: `materialized view "${view}" cannot be served: ${THROUGH}`,
          fields: {hint: 'DROP "v" with CASCADE and create them anew.'},
        });
      await expect(session.all('EXPLAIN ANALYZE MATERIALIZED VIEW v')).rejects.toMatchObject(unserved);
      expect(await session.rows(`SELECT state FROM millrace.views WHERE name IN ('v', 'beside') ORDER BY name`)).toEqual([
        ['ready'],
        ['not served'],
      ]);
      expect((await statusOf(session, 'v')).at(2)).toBe('not served');
      expect((await statusOf(session, 'v')).at(-1)).toBe(`${unserved.message}. DROP it and create it anew.`);
      expect((await statusOf(session, 'above')).at(2)).toBe('not served');
      expect((await statusOf(session, 'out')).at(2)).toBe('not served');
      expect((await statusOf(session, 'out')).at(-1)).toContain(`sink "out" cannot be served: ${THROUGH}`);
      await session.all(`INSERT INTO t VALUES (${3 + round}, 5)`);
      expect(await session.rows('SELECT s FROM beside')).toEqual([[`${35 + 5 * round}`]]);
      await session.all('CHECKPOINT');
    }
    const session = engine.session();
    expect(await session.code('DROP MATERIALIZED VIEW v')).toBe('2BP01');
    await session.all('DROP MATERIALIZED VIEW v CASCADE');
    await session.all('CREATE MATERIALIZED VIEW v AS SELECT n, count(*) AS c FROM t GROUP BY n');
    expect(await session.rows('SELECT n, c FROM v ORDER BY n')).toEqual([
      ['5', '2'],
      ['10', '1'],
      ['20', '1'],
    ]);
    expect((await session.rows('SHOW STATUS')).map(row => row[1])).not.toContain('above');
    engine = await engine.crash({power: false});
    expect(await engine.session().rows('SELECT count(*) FROM v')).toEqual([['3']]);
  }
});

test('a version that can plan it again: it is served, with what happened meanwhile', async () => {
  for (const withCheckpoint of [false, true]) {
    let engine = await engineWithViews();
    await engine.session().all('CHECKPOINT');
    const query = 'SELECT n, count(*) AS c FROM t GROUP BY n';
    setQuery(engine, 'v', 'SELECT gone(n) AS n, count(*) AS c FROM t GROUP BY 1');
    engine = await engine.crash({power: true});
    await engine.session().all('INSERT INTO t VALUES (3, 10)');
    if (withCheckpoint) await engine.session().all('CHECKPOINT');
    setQuery(engine, 'v', query);
    engine = await engine.crash({power: true});
    const session = engine.session();
    expect(await session.rows('SELECT n, c FROM v ORDER BY n')).toEqual([
      ['10', '2'],
      ['20', '1'],
    ]);
    expect(await session.rows('SELECT s FROM above')).toEqual([['3']]);
    expect(await session.rows('SELECT c FROM of_errors')).toEqual([['0']]);
  }
});

test('the log says at the start what is not served, and why', async () => {
  const engine = await engineWithViews();
  setQuery(engine, 'v', 'SELECT this is no query');
  const lines: string[] = [];
  recoveryChanges(engine.services.catalogs.current, {log: (level, message) => lines.push(`${level}: ${message}`)});
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^error: materialized view "v" cannot be served: its query cannot be planned: syntax error .*DROP it/);
  expect(lines[1]).toContain('materialized view "above" cannot be served: it reads "v", whose query cannot be planned: syntax error');
});

test('a plain view that cannot be planned any more fails where it is read; a materialized view over it is not served', async () => {
  let engine = await InlineEngine.start();
  let session = engine.session();
  await session.all('CREATE TABLE t (k int PRIMARY KEY); CREATE VIEW p AS SELECT k FROM t');
  await session.all('CREATE MATERIALIZED VIEW m AS SELECT k FROM p');
  setQuery(engine, 'p', 'SELECT gone(k) AS k FROM t');
  engine = await engine.restart();
  session = engine.session();
  await expect(session.all('SELECT * FROM p')).rejects.toMatchObject({code: '42883', message: 'function gone(integer) does not exist'});
  await expect(session.all('SELECT * FROM m')).rejects.toMatchObject({
    code: '55000',
    message: `materialized view "m" cannot be served: ${REASON}`,
  });
  await session.all('DROP TABLE t CASCADE');
  expect(await session.code('SELECT * FROM m')).toBe('42P01');
});

test('windows over a view that cannot be planned any more are refused, and those that there are not served', async () => {
  let engine = await InlineEngine.start();
  let session = engine.session();
  const windows = `SELECT window_start, count(*) AS c FROM TUMBLE(m, ts, INTERVAL '10 seconds') GROUP BY window_start, window_end EMIT ON WINDOW CLOSE`;
  await session.all('CREATE STREAM e (ts timestamp, n int, WATERMARK FOR ts AS ts); CREATE MATERIALIZED VIEW m AS SELECT ts, n FROM e');
  await session.all(
    `CREATE VIEW p AS SELECT * FROM m; CREATE MATERIALIZED VIEW w AS ${windows}; CREATE MATERIALIZED VIEW x AS SELECT n FROM p`,
  );
  await session.all('CHECKPOINT');
  setQuery(engine, 'm', 'SELECT ts, gone(n) AS n FROM e');
  engine = await engine.restart();
  session = engine.session();
  for (const view of ['w', 'x'])
    await expect(session.all(`SELECT * FROM ${view}`)).rejects.toMatchObject({
      code: '55000',
      message: `materialized view "${view}" cannot be served: ${THROUGH.replace('"v"', '"m"')}`,
    });
  await expect(session.all(`CREATE MATERIALIZED VIEW more AS ${windows}`)).rejects.toMatchObject({
    code: '55000',
    message: `materialized view "m" cannot be served: ${REASON}`,
  });
  await session.all(`INSERT INTO e VALUES ('2026-01-01 00:00:01', 1), ('2026-01-01 00:00:21', 2)`);
  await session.all('DROP MATERIALIZED VIEW m CASCADE; CREATE MATERIALIZED VIEW m AS SELECT ts, n FROM e');
  await session.all(`CREATE MATERIALIZED VIEW w AS ${windows}`);
  expect(await session.rows('SELECT c FROM w')).toEqual([['1']]);
});

test('a sink that delivers and cannot be planned any more has stopped: no file is lost, none has rows twice, and DROP finishes what it had', async () => {
  for (const through of [false, true]) {
    let engine = await InlineEngine.start();
    let session = engine.session();
    await session.all('CREATE STREAM e (a int, b text)');
    await session.all('CREATE MATERIALIZED VIEW m AS SELECT a, b FROM e');
    await session.all(`CREATE SINK s FROM m WITH (connector = 'filesystem', path = '/out', format = 'csv', partition_by = 'b')`);
    await session.all(`INSERT INTO e VALUES (1, 'x')`);
    await session.all('CHECKPOINT');
    await session.all(`INSERT INTO e VALUES (2, 'y')`);
    await engine.checkpoints.run();
    const name = through ? 'm' : 's';
    const query = through ? 'SELECT a, b FROM e' : 'SELECT * FROM m';
    setQuery(engine, name, 'SELECT gone(a), b FROM e');
    for (let round = 0; round < 3; round++) {
      // A version that can plan it again.
      if (round === 2) setQuery(engine, name, query);
      engine = await engine.crash({power: true});
      session = engine.session();
      const row = await statusOf(session, 's');
      expect(row.slice(2, 4)).toEqual(['stopped', '2']);
      const reason = round === 2 ? 'was stored by another version' : 'query cannot be planned: function gone(integer) does not exist';
      expect(row.at(-1)).toContain(reason);
      await session.all(`INSERT INTO e VALUES (${3 + round}, 'x')`);
      await session.all('CHECKPOINT');
      expect(finishedLines(engine.world.files, '/out')).toEqual({'b=x': ['1'], 'b=y': ['2']});
    }
    expect(await session.rows('SELECT count(*) FROM m')).toEqual([['5']]);
    await session.all('DROP SINK s');
    expect(finishedLines(engine.world.files, '/out')).toEqual({'b=x': ['1'], 'b=y': ['2']});
    await session.all(`CREATE SINK s FROM m WITH (connector = 'filesystem', path = '/again', format = 'csv')`);
    await session.all('CHECKPOINT');
    expect(finishedLines(engine.world.files, '/again')['']).toHaveLength(5);
    expect(engine.world.files.all.filter(file => file.includes('.in-progress'))).toEqual([]);
  }
});
