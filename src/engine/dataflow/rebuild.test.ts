import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';
import {ScriptedTopic} from '../testing/scripted-topic.ts';

async function engineWithViews(): Promise<InlineEngine> {
  const topic = new ScriptedTopic(1);
  const engine = await InlineEngine.start({connectors: {generator: topic.open}});
  const session = engine.session();
  await session.all("CREATE STREAM s (n int) WITH (connector = 'generator', generator = 'sequence')");
  await session.all('CREATE MATERIALIZED VIEW base AS SELECT n FROM s');
  topic.append(0, {n: 1}, {n: 2}, {n: 2});
  while ((await session.rows('SELECT n FROM base')).length < 3) await new Promise(resolve => setTimeout(resolve, 5));
  return engine;
}

test('a view over a view, both newer than the checkpoint, are there after a kill: the upper one waits until the lower has caught up', async () => {
  let engine = await engineWithViews();
  let session = engine.session();
  await session.all('CHECKPOINT');
  await session.all('CREATE MATERIALIZED VIEW lower AS SELECT n, count(*) AS c FROM s GROUP BY n');
  expect(await session.rows('SELECT c FROM lower ORDER BY n')).toEqual([['1'], ['2']]);
  await session.all('CREATE MATERIALIZED VIEW upper AS SELECT sum(c) AS c FROM lower');
  engine = await engine.crash({power: false});
  session = engine.session();
  expect(await session.rows('SELECT c FROM upper')).toEqual([['3']]);
  expect(await session.rows('SELECT c FROM lower ORDER BY n')).toEqual([['1'], ['2']]);
});

test('state that was written for another plan is built anew from its sources', async () => {
  let engine = await engineWithViews();
  let session = engine.session();
  await session.all('CREATE TABLE t (id int PRIMARY KEY)');
  await session.all('INSERT INTO t VALUES (1), (2)');
  await session.all('CREATE MATERIALIZED VIEW of_table AS SELECT count(*) AS c FROM t');
  await session.all('CREATE MATERIALIZED VIEW upper AS SELECT max(n) AS m FROM base');
  await session.all('CHECKPOINT');
  const {meta} = engine.world;
  const manifest = meta.manifest()!;
  const views = ['base', 'of_table'].map(name => [...engine.services.catalogs.current.objects()].find(o => o.name === name)!.id);
  const stores = manifest.stores.map(s => (views.includes(s.relation) ? {...s, fingerprint: `0/${s.fingerprint.split('/')[1]}`} : s));
  meta.commitManifest({...manifest, stores});
  engine = await engine.crash({power: true});
  session = engine.session();
  expect(await session.rows('SELECT n FROM base ORDER BY n')).toEqual([['1'], ['2'], ['2']]);
  expect(await session.rows('SELECT m FROM upper')).toEqual([['2']]);
  expect(await session.rows('SELECT c FROM of_table')).toEqual([['2']]);
  await session.all('INSERT INTO t VALUES (3)');
  await session.all('CHECKPOINT');
  session = (await engine.crash({power: true})).session();
  expect(await session.rows('SELECT c FROM of_table')).toEqual([['3']]);
  expect(await session.rows('SELECT m FROM upper')).toEqual([['2']]);
});

/** The format of the state of these relations, as the last checkpoint tells it, is changed to one that nobody reads. */
function changeFormat(engine: InlineEngine, names: readonly string[]): void {
  const {meta} = engine.world;
  const manifest = meta.manifest()!;
  const ids = names.map(name => [...engine.services.catalogs.current.objects()].find(o => o.name === name)!.id);
  const stores = manifest.stores.map(s => (ids.includes(s.relation) ? {...s, fingerprint: `${s.fingerprint.split('/')[0]}/0`} : s));
  meta.commitManifest({...manifest, stores});
}

test('state of the same plan in another format is built anew, with the views, errors and sinks above it; what lies beside keeps its state', async () => {
  let engine = await engineWithViews();
  let session = engine.session();
  await session.all('CREATE TABLE t (id int PRIMARY KEY)');
  await session.all('INSERT INTO t VALUES (0), (1), (2)');
  await session.all('CREATE MATERIALIZED VIEW upper AS SELECT max(n) AS m FROM base');
  await session.all('CREATE MATERIALIZED VIEW halves AS SELECT 6 / id AS h FROM t');
  await session.all('CREATE MATERIALIZED VIEW failures AS SELECT count(*) AS c FROM "halves$errors"');
  await session.all('CREATE MATERIALIZED VIEW beside AS SELECT sum(id) AS s FROM t');
  await session.all("CREATE SINK out FROM upper WITH (connector = 'blackhole')");
  await session.all('CHECKPOINT');
  changeFormat(engine, ['base', 'halves']);
  engine = await engine.crash({power: true});
  session = engine.session();
  for (let round = 0; round < 2; round++) {
    expect(await session.rows('SELECT n FROM base ORDER BY n')).toEqual([['1'], ['2'], ['2']]);
    expect(await session.rows('SELECT m FROM upper')).toEqual([['2']]);
    expect(await session.rows('SELECT h FROM halves ORDER BY h')).toEqual(round === 0 ? [['3'], ['6']] : [['2'], ['3'], ['6']]);
    expect(await session.rows('SELECT c FROM failures')).toEqual([['1']]);
    expect(await session.rows('SELECT s FROM beside')).toEqual([[round === 0 ? '3' : '6']]);
    if (round > 0) break;
    await session.all('INSERT INTO t VALUES (3)');
    await session.all('CHECKPOINT');
    engine = await engine.crash({power: true});
    session = engine.session();
  }
});

test('a table whose rows are stored in a format that is not read: the start is refused, naming it', async () => {
  const engine = await engineWithViews();
  const session = engine.session();
  await session.all('CREATE TABLE t (id int PRIMARY KEY)');
  await session.all('CHECKPOINT');
  changeFormat(engine, ['t']);
  await expect(engine.crash({power: true})).rejects.toMatchObject({
    condition: 'feature_not_supported',
    message: 'the rows of "t" were stored in another format',
  });
});
