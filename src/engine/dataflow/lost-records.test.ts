import {expect, test} from 'vitest';
import type {SourceEvent} from '../../connectors/slab-source.ts';
import {InlineEngine} from '../testing/inline-engine.ts';
import type {InlineSession} from '../testing/inline-session.ts';
import {ScriptedTopic} from '../testing/scripted-topic.ts';

const LOST =
  'stream "s" misses offset 2 of partition 0, offsets 0 to 1 of partition 1, which its views had read before the restart: offsets 2 to 9 were deleted';
const HINT =
  'ALTER STREAM s RESET TO EARLIEST goes on without them and lists them in "s$errors"; a view that is dropped and created again begins with what there is.';
const STOPPED: SourceEvent = {kind: 'stopped', reason: 'offset_out_of_range', message: 'offsets 2 to 9 were deleted'};

/** An engine whose checkpoint has two records of `s`, its journal three more and a row of `t`; the topic gives nothing after the restart. */
async function crashed(): Promise<{topic: ScriptedTopic; reader: number; restarting: Promise<InlineEngine>}> {
  const topic = new ScriptedTopic(2);
  const engine = await InlineEngine.start({connectors: {generator: topic.open}});
  const session = engine.session();
  await session.all(`CREATE STREAM s (v int) WITH (connector = 'generator', generator = 'sequence', rate = 0, partitions = 2)`);
  await session.all('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM s; CREATE TABLE t (k int PRIMARY KEY)');
  await session.all('CREATE MATERIALIZED VIEW above AS SELECT n + 1 AS m FROM n; CREATE MATERIALIZED VIEW other AS SELECT k FROM t');
  await session.all('CREATE MATERIALIZED VIEW keyed AS SELECT v, count(*) AS n FROM s GROUP BY v');
  topic.append(0, {v: 1}, {v: 2});
  await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([['2']]);
  await session.all('CHECKPOINT');
  topic.append(0, {v: 3});
  topic.append(1, {v: 4}, {v: 5});
  await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([['5']]);
  await session.all('INSERT INTO t VALUES (7)');
  const reader = topic.opened;
  topic.allow(reader, 0);
  const restarting = engine.crash({power: false});
  await expect.poll(() => topic.opened).toBe(reader + 1);
  return {topic, reader, restarting};
}

/** Another start, for which the records are gone as well. */
async function restartedWithout(topic: ScriptedTopic, engine: InlineEngine): Promise<InlineEngine> {
  const reader = topic.opened;
  topic.allow(reader, 0);
  const restarting = engine.restart();
  await expect.poll(() => topic.opened).toBe(reader + 1);
  topic.tell(reader, STOPPED);
  return restarting;
}

const statusOf = async (session: InlineSession, name: string) => (await session.rows('SHOW STATUS')).find(row => row[1] === name);
const unserved = (view: string) => ({
  code: '55000',
  message: `materialized view "${view}" cannot be served: ${LOST}`,
  fields: {hint: HINT},
});

async function expectUnserved(session: InlineSession): Promise<void> {
  for (const view of ['n', 'above', 'keyed']) await expect(session.rows(`SELECT * FROM ${view}`)).rejects.toMatchObject(unserved(view));
  await expect(session.extended('SELECT n FROM keyed WHERE v = $1', ['1'])).rejects.toMatchObject(unserved('keyed'));
  await expect(session.all('INSERT INTO t SELECT n FROM n')).rejects.toMatchObject(unserved('n'));
  await expect(session.all('CREATE MATERIALIZED VIEW more AS SELECT n FROM n')).rejects.toMatchObject(unserved('n'));
  expect(await statusOf(session, 's')).toContain(`${LOST}. ${HINT}`);
  expect((await statusOf(session, 'above'))?.[2]).toBe('not served');
  expect(await statusOf(session, 'n')).toContain(`materialized view "n" cannot be served: ${LOST}. ${HINT}`);
  // Everything else goes on.
  expect(await session.rows('SELECT k FROM other')).toEqual([['7']]);
  expect(await session.rows('SELECT next_offset FROM millrace.frontier ORDER BY partition')).toEqual([['2'], ['0']]);
}

test('journalled records that are gone after a restart: it says which, the views that had them are not served, all others are', async () => {
  const {topic, reader, restarting} = await crashed();
  topic.tell(reader, STOPPED);
  let engine = await restarting;
  let session = engine.session();
  await expectUnserved(session);
  engine = await restartedWithout(topic, engine);
  await expectUnserved(engine.session());
  // Also when the journal tells of it no more.
  await engine.session().all('CHECKPOINT; INSERT INTO t VALUES (8); DELETE FROM t WHERE k = 8');
  engine = await restartedWithout(topic, engine);
  session = engine.session();
  await expectUnserved(session);
  await session.all('DROP MATERIALIZED VIEW n CASCADE; CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM s');
  expect(await session.rows('SELECT n FROM n')).toEqual([['2']]);
  await engine.stop();
});

test('a topic that was only away for a while: the views are served again once they have all of it', async () => {
  const {topic, reader, restarting} = await crashed();
  topic.tell(reader, {kind: 'stopped', reason: 'topic_missing', message: 'offsets 2 to 9 were deleted'});
  const engine = await restarting;
  const session = engine.session();
  await expectUnserved(session);
  topic.tell(reader, {kind: 'running'});
  topic.allow(reader, Infinity);
  await expect.poll(() => session.code('SELECT n FROM n')).toBe('ok');
  expect(await session.rows('SELECT n, m FROM n, above')).toEqual([['5', '6']]);
  expect((await statusOf(session, 'n'))?.[2]).toBe('ready');
  await engine.stop();
});
