import {expect, test} from 'vitest';
import type {ForgetfulFiles} from '../../runtime/durability/forgetful-files.ts';
import {finishedLines} from '../testing/finished-files.ts';
import {InlineEngine} from '../testing/inline-engine.ts';
import type {InlineSession} from '../testing/inline-session.ts';

async function start(): Promise<{engine: InlineEngine; files: ForgetfulFiles; session: InlineSession}> {
  const engine = await InlineEngine.start();
  return {engine, files: engine.world.files, session: engine.session()};
}

const statusOf = async (session: InlineSession, name: string) => (await session.rows('SHOW STATUS')).find(row => row[1] === name)!;

test('a sink writes the history of its stream and what comes, once, over restarts', async () => {
  const {engine, files, session} = await start();
  await session.all(`CREATE STREAM e (a int, b text); INSERT INTO e VALUES (1, 'x'), (2, 'y,"z"')`);
  await session.all(`CREATE SINK s FROM e WITH (connector = 'filesystem', path = '/out', format = 'csv')`);
  await session.all(`INSERT INTO e VALUES (3, NULL)`);
  expect(finishedLines(files, '/out')).toEqual({});
  await session.all('CHECKPOINT');
  expect(finishedLines(files, '/out')).toEqual({'': ['1,x', '2,"y,""z"""', '3,']});
  await session.all(`INSERT INTO e VALUES (4, '')`);
  const again = (await engine.crash({power: false})).session();
  await again.all(`INSERT INTO e VALUES (5, 'five')`);
  await again.all('CHECKPOINT');
  expect(finishedLines(files, '/out')).toEqual({'': ['1,x', '2,"y,""z"""', '3,', '4,""', '5,five']});
  expect(files.all.filter(name => name.includes('.in-progress'))).toEqual([]);
  expect((await statusOf(again, 's')).slice(0, 4)).toEqual(['sink', 's', 'running', '5']);
});

test('rows go to the directory of their partition, NULL and unsafe characters included', async () => {
  const {files, session} = await start();
  await session.all(`CREATE STREAM e (a int, "t y" text, d date)`);
  await session.all(`CREATE SINK s FROM e WITH (connector = 'filesystem', path = '/out', format = 'json', partition_by = '"t y", d')`);
  await session.all(`INSERT INTO e VALUES (1, 'a/b', '2026-01-02'), (2, NULL, '2026-01-02'), (3, 'a/b', '2026-01-02'), (4, '10:00', NULL)`);
  await session.all('CHECKPOINT');
  expect(finishedLines(files, '/out')).toEqual({
    't y=a%2Fb/d=2026-01-02': ['{"a":1}', '{"a":3}'],
    't y=__HIVE_DEFAULT_PARTITION__/d=2026-01-02': ['{"a":2}'],
    't y=10:00/d=__HIVE_DEFAULT_PARTITION__': ['{"a":4}'],
  });
});

test('only queries whose rows stay are delivered', async () => {
  const {session} = await start();
  await session.all('CREATE TABLE t (a int PRIMARY KEY); CREATE STREAM e (a int)');
  const create = (query: string): string => `CREATE SINK s AS ${query} WITH (connector = 'filesystem', path = '/out', format = 'csv')`;
  await expect(session.all(create('SELECT * FROM t'))).rejects.toMatchObject({code: '0A000'});
  await expect(session.all(create('SELECT a, count(*) FROM e GROUP BY a'))).rejects.toMatchObject({code: '0A000'});
  await expect(session.all(`${create('SELECT a FROM e')} FORMAT PLAIN ENCODE CSV`)).rejects.toMatchObject({code: '0A000'});
});

test('closed windows are delivered, with state that a restart brings back', async () => {
  const {engine, files, session} = await start();
  await session.all(`CREATE STREAM e (ts timestamp, v int, WATERMARK FOR ts AS ts)`);
  await session.all(
    `CREATE SINK s AS SELECT window_start, count(*) AS n FROM TUMBLE(e, ts, INTERVAL '10 seconds') GROUP BY window_start, window_end
       EMIT ON WINDOW CLOSE WITH (connector = 'filesystem', path = '/out', format = 'csv', header = true)`,
  );
  await session.all(`INSERT INTO e VALUES ('2026-01-01 00:00:01', 1), ('2026-01-01 00:00:02', 1)`);
  await session.all('CHECKPOINT');
  await session.all(`INSERT INTO e VALUES ('2026-01-01 00:00:03', 1)`);
  const again = (await engine.crash({power: true})).session();
  await again.all(`INSERT INTO e VALUES ('2026-01-01 00:00:21', 1)`);
  await again.all(`INSERT INTO e VALUES ('2026-01-01 00:00:01', 1)`);
  await again.all('CHECKPOINT');
  expect(finishedLines(files, '/out')).toEqual({'': ['2026-01-01 00:00:00,3', 'window_start,n']});
  expect(await again.rows('SELECT count(*) FROM "s$late"')).toEqual([['1']]);
});

test('rows whose expressions fail are listed in $errors, the others are delivered', async () => {
  const {files, session} = await start();
  await session.all('CREATE STREAM e (a int)');
  await session.all(`CREATE SINK s AS SELECT 6 / a AS q FROM e WITH (connector = 'filesystem', path = '/out', format = 'csv')`);
  await session.all('INSERT INTO e VALUES (1), (0), (2)');
  await session.all('CHECKPOINT');
  expect(finishedLines(files, '/out')).toEqual({'': ['3', '6']});
  expect(await session.rows('SELECT sqlstate FROM "s$errors"')).toEqual([['22012']]);
});

test('a directory that cannot be written is told of, waits, and loses nothing; views go on', async () => {
  const {engine, files, session} = await start();
  await session.all('CREATE STREAM e (a int); CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM e');
  files.refuse = file => (file.startsWith('/out') ? new Error('no permission') : undefined);
  const create = `CREATE SINK s FROM e WITH (connector = 'filesystem', path = '/out', format = 'csv')`;
  await expect(session.all(create)).rejects.toMatchObject({code: '58030'});
  files.refuse = () => undefined;
  await session.all(create);
  await session.all('INSERT INTO e VALUES (1)');
  await session.all('CHECKPOINT');
  files.refuse = file => (file.startsWith('/out') ? new Error('no permission') : undefined);
  await session.all('INSERT INTO e VALUES (2), (3)');
  await session.all('CHECKPOINT');
  await session.all('INSERT INTO e VALUES (4)');
  expect(await session.rows('SELECT n FROM n')).toEqual([['4']]);
  expect((await statusOf(session, 's'))[2]).toBe('waiting');
  expect((await statusOf(session, 's'))[7]).toContain('no permission');
  const again = (await engine.crash({power: true})).session();
  await again.all('INSERT INTO e VALUES (5)');
  expect((await statusOf(again, 's'))[2]).toBe('waiting');
  files.refuse = () => undefined;
  await again.all('CHECKPOINT');
  expect(finishedLines(files, '/out')).toEqual({'': ['1', '2', '3', '4', '5']});
  expect((await statusOf(again, 's'))[2]).toBe('running');
});

test('DROP SINK delivers what was taken in, leaves finished files and no others; ROLLBACK leaves nothing', async () => {
  const {engine, files, session} = await start();
  await session.all('CREATE STREAM e (a int); INSERT INTO e VALUES (1)');
  const create = (name: string): string => `CREATE SINK ${name} FROM e WITH (connector = 'filesystem', path = '/out', format = 'csv')`;
  await session.all(`BEGIN; ${create('r')}; ROLLBACK`);
  expect(files.exists('/out')).toBe(false);
  await session.all(create('s'));
  await session.all(create('other'));
  await session.all('INSERT INTO e VALUES (2)');
  await session.all('DROP SINK s');
  await session.all('INSERT INTO e VALUES (3)');
  await session.all('DROP SINK other');
  expect(finishedLines(files, '/out')).toEqual({'': ['1', '1', '2', '2', '3']});
  expect(files.all.filter(name => name.includes('.in-progress'))).toEqual([]);
  await session.all(create('s'));
  const again = (await engine.crash({power: false})).session();
  await again.all('DROP SINK s');
  expect(finishedLines(files, '/out')).toEqual({'': ['1', '1', '1', '2', '2', '2', '3', '3']});
  await expect(again.all('DROP SINK s')).rejects.toMatchObject({code: '42P01'});
});

test('what a sink reads is not dropped under it', async () => {
  const {session} = await start();
  await session.all('CREATE STREAM e (a int); CREATE MATERIALIZED VIEW v AS SELECT a FROM e WHERE a > 0');
  const create = `CREATE SINK s FROM v WITH (connector = 'filesystem', path = '/out', format = 'csv')`;
  await session.all(create);
  await expect(session.all('DROP MATERIALIZED VIEW v')).rejects.toMatchObject({code: '2BP01'});
  await expect(session.all(create)).rejects.toMatchObject({code: '42P07'});
  await session.all(create.replace('SINK', 'SINK IF NOT EXISTS'));
  await session.all('DROP MATERIALIZED VIEW v CASCADE');
  expect((await session.rows('SHOW SINKS')).length).toBe(0);
});

test.each([
  [`path = 'out', format = 'csv'`, '22023'],
  [`path = 'file://host/out', format = 'csv'`, '22023'],
  [`format = 'csv'`, '22023'],
  [`path = '/out'`, '22023'],
  [`path = '/out', format = 'xml'`, '22023'],
  [`path = '/out', format = 'csv', partition_by = 'x'`, '42703'],
  [`path = '/out', format = 'csv', partition_by = 'a'`, '22023'],
  [`path = '/out', format = 'csv', rollover_size = 'much'`, '22023'],
  [`path = '/out', format = 'csv', rollover_interval = '1 month'`, '22023'],
  [`path = '/out', format = 'json', header = true`, '22023'],
  [`path = '/out', format = 'csv', delimiter = '::'`, '22023'],
  [`path = '/out', format = 'csv', speed = 'high'`, '22023'],
])('WITH (%s) is refused', async (options, code) => {
  const {session} = await start();
  await session.all('CREATE STREAM e (a int)');
  await expect(session.all(`CREATE SINK s FROM e WITH (connector = 'filesystem', ${options})`)).rejects.toMatchObject({code});
});

test('a sink that has too much waiting holds back what it reads, and nothing else', async () => {
  const {files, session} = await start();
  await session.all('CREATE STREAM e (a text); CREATE STREAM other (a int)');
  await session.all(
    `CREATE SINK s AS SELECT repeat(a, 1000000) AS a FROM e WITH (connector = 'filesystem', path = '/out', format = 'csv')`,
  );
  files.refuse = file => (file.startsWith('/out') ? new Error('no permission') : undefined);
  await session.all(`INSERT INTO e SELECT 'x' FROM generate_series(1, 68)`);
  await expect(session.all(`INSERT INTO e VALUES ('y')`)).rejects.toMatchObject({code: '58030'});
  await session.all('INSERT INTO other VALUES (1)');
  files.refuse = () => undefined;
  await session.all('CHECKPOINT');
  await session.all(`INSERT INTO e VALUES ('y')`);
  await session.all('CHECKPOINT');
  expect(finishedLines(files, '/out')['']!.map(line => line.length)).toEqual(Array.from({length: 69}, () => 1_000_000));
});

test('a sink whose state nobody can read stops instead of writing rows again', async () => {
  const {engine, files, session} = await start();
  await session.all('CREATE STREAM e (a int); INSERT INTO e VALUES (1)');
  await session.all(`CREATE SINK s FROM e WITH (connector = 'filesystem', path = '/out', format = 'csv', header = true)`);
  await session.all('CHECKPOINT');
  await session.all('INSERT INTO e VALUES (2)');
  await engine.services.checkpoint();
  const {meta} = engine.world;
  const manifest = meta.manifest()!;
  const {id} = [...engine.services.catalogs.current.objects()].find(o => o.name === 's')!;
  meta.commitManifest({...manifest, stores: manifest.stores.map(s => (s.relation === id ? {...s, fingerprint: `0/${s.fingerprint}`} : s))});
  let again = await engine.crash({power: true});
  for (let round = 0; round < 2; round++) {
    const later = again.session();
    await later.all(`INSERT INTO e VALUES (${3 + round})`);
    await later.all('CHECKPOINT');
    expect((await statusOf(later, 's'))[2]).toBe('stopped');
    expect(finishedLines(files, '/out')).toEqual({'': ['1', '2', 'a', 'a']});
    again = await again.crash({power: false});
  }
  await again.session().all('DROP SINK s');
  expect(files.all.filter(name => name.startsWith('/out/.'))).toEqual([]);
});

test('a sink that is dropped after the last checkpoint leaves no file in progress, whatever ends the process', async () => {
  const {engine, files, session} = await start();
  await session.all('CREATE STREAM e (a int); INSERT INTO e VALUES (1)');
  const sink = (name: string): string => `CREATE SINK ${name} FROM e WITH (connector = 'filesystem', path = '/out', format = 'csv')`;
  await session.all(`${sink('s')}; ${sink('t')}`);
  await engine.services.checkpoint();
  const again = await engine.crash({power: false});
  const later = again.session();
  await later.all('INSERT INTO e VALUES (2)');
  await later.all('DROP SINK s');
  await later.all('INSERT INTO e VALUES (3)');
  const last = await again.crash({power: false});
  await last.session().all('CHECKPOINT');
  expect(finishedLines(files, '/out')).toEqual({'': ['1', '1', '2', '2', '3']});
  expect(files.all.filter(name => name.startsWith('/out/.'))).toEqual([]);
});

test('DROP SINK goes through when its directory cannot be written, and says how many rows that costs', async () => {
  const {engine, files, session} = await start();
  await session.all('CREATE STREAM e (a int)');
  await session.all(`CREATE SINK s FROM e WITH (connector = 'filesystem', path = '/out', format = 'csv')`);
  await session.all('INSERT INTO e VALUES (1)');
  await session.all('CHECKPOINT');
  files.refuse = file => (file.startsWith('/out') ? new Error('no permission') : undefined);
  await session.all('INSERT INTO e VALUES (2), (3)');
  expect(session.notices).toEqual([]);
  await session.all('DROP SINK s');
  expect(session.notices.map(({severity, message}) => `${severity} ${message}`)).toEqual([
    expect.stringMatching(/^WARNING 2 rows of sink "s" are not delivered: .*no permission/),
  ]);
  files.refuse = () => undefined;
  const again = await engine.crash({power: false});
  await again.session().all('CHECKPOINT');
  expect(finishedLines(files, '/out')).toEqual({'': ['1']});
});

test('EXPLAIN ANALYZE shows the operators of a sink that delivers', async () => {
  const {session} = await start();
  await session.all('CREATE STREAM e (a int)');
  await session.all(`CREATE SINK s AS SELECT a FROM e WHERE a > 1 WITH (connector = 'filesystem', path = '/out', format = 'csv')`);
  await session.all('INSERT INTO e VALUES (1), (2), (3)');
  const lines = (await session.rows('EXPLAIN ANALYZE SINK s')).map(([line]) => line).join('\n');
  expect(lines).toMatch(/^sink s, counting since /);
  expect(lines).toContain('sink(s)');
});

test('files are closed by their size and by their age, as options say, by other names too', async () => {
  let clock = 1e15;
  const engine = await InlineEngine.start({now: () => clock++});
  const {files} = engine.world;
  const session = engine.session();
  await session.all('CREATE STREAM e (a int)');
  const create = (name: string, more: string): string =>
    `CREATE SINK ${name} FROM e WITH ('connector' = 'filesystem', 'path' = 'file:///${name}', 'format' = 'csv', ${more})`;
  await session.all(create('sized', `'sink.rolling-policy.file-size' = '4 bytes', 'sink.rolling-policy.rollover-interval' = '1 day'`));
  await session.all(create('aged', `rollover_interval = '10 ms'`));
  await session.all(create('neither', `rollover_size = '1MB', rollover_interval = '1 h', 'csv.field-delimiter' = ';'`));
  for (let a = 0; a < 3; a++) await session.all(`INSERT INTO e VALUES (${a})`);
  clock += 10_000;
  await engine.services.checkpoint();
  expect(finishedLines(files, '/sized')).toEqual({'': ['0', '1']});
  expect(finishedLines(files, '/aged')).toEqual({'': ['0', '1', '2']});
  expect(finishedLines(files, '/neither')).toEqual({});
});

test('statements that deliver at the same time all get through', async () => {
  const {engine, files, session} = await start();
  await session.all('CREATE STREAM e (a int)');
  await session.all(`CREATE SINK s FROM e WITH (connector = 'filesystem', path = '/out', format = 'csv')`);
  await session.all('INSERT INTO e VALUES (1)');
  const all = Array.from({length: 8}, async (_, i) => (i % 2 === 0 ? engine.session().all('CHECKPOINT') : engine.services.checkpoint()));
  await Promise.all(all);
  expect(finishedLines(files, '/out')).toEqual({'': ['1']});
});
