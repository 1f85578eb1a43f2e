import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';
import type {InlineSession} from '../testing/inline-session.ts';
import {ScriptedTopic} from '../testing/scripted-topic.ts';

const numbers = (from: number, count: number): {v: number}[] => Array.from({length: count}, (_, i) => ({v: from + i}));
const insertedOf = async (session: InlineSession, sink: string): Promise<string | null | undefined> =>
  (await session.rows('SHOW STATUS')).find(row => row[1] === sink)?.[3];

/** An engine with a view `b` over stream `s` that is catching up for as long as its reader gets nothing. */
async function catchingUp(): Promise<{engine: InlineEngine; topic: ScriptedTopic; session: InlineSession}> {
  const topic = new ScriptedTopic(1);
  const engine = await InlineEngine.start({connectors: {generator: topic.open}});
  const session = engine.session();
  await session.all(`CREATE STREAM s (v int) WITH (connector = 'generator', generator = 'sequence')`);
  topic.append(0, ...numbers(0, 100));
  await session.all('CREATE MATERIALIZED VIEW a AS SELECT count(*) AS n FROM s');
  await expect.poll(() => session.rows('SELECT n FROM a')).toEqual([['100']]);
  topic.allow(1, 0);
  await session.all('CHECKPOINT');
  await session.all('CREATE MATERIALIZED VIEW b AS SELECT v FROM s WHERE v >= 50');
  await expect.poll(() => topic.opened).toBe(2);
  return {engine, topic, session};
}

test('a view over one that is catching up is created once that is ready', async () => {
  const {engine, topic, session} = await catchingUp();
  const created = engine.session().all('CREATE MATERIALIZED VIEW c AS SELECT count(*) AS n FROM b');
  await new Promise(resolve => setTimeout(resolve, 50));
  expect((await session.rows('SHOW STATUS')).map(row => row[1])).not.toContain('c');
  topic.allow(1, Infinity);
  await created;
  expect(await session.rows('SELECT n FROM c')).toEqual([['50']]);
  await engine.stop();
});

test('a sink over a view that is catching up is created once that is ready, and gets every row of it', async () => {
  const {engine, topic, session} = await catchingUp();
  const created = engine.session().all(`CREATE SINK k FROM b WITH (connector = 'blackhole')`);
  await new Promise(resolve => setTimeout(resolve, 50));
  expect((await session.rows('SHOW STATUS')).map(row => row[1])).not.toContain('k');
  topic.allow(1, Infinity);
  await created;
  await expect.poll(() => session.rows('SELECT count(*) FROM b')).toEqual([['50']]);
  topic.append(0, ...numbers(100, 10));
  await expect.poll(() => insertedOf(session, 'k')).toBe('60');
  await engine.stop();
});

test('a view that a restart makes again behind another is listed, and waited for', async () => {
  const {engine, topic, session} = await catchingUp();
  topic.allow(1, Infinity);
  await session.all('CREATE MATERIALIZED VIEW c AS SELECT count(*) AS n FROM b');
  // After the restart the first reader is that of `a`, the second that of `b`.
  const reader = topic.opened + 1;
  topic.allow(reader, 0);
  const restarted = await engine.restart();
  const again = restarted.session();
  const states = async () => new Map((await again.rows('SHOW STATUS')).map(row => [row[1], row[2]]));
  expect(await states()).toEqual(new Map(Object.entries({s: 'idle', a: 'ready', b: 'hydrating', c: 'hydrating'})));
  const created = restarted.session().all('CREATE MATERIALIZED VIEW d AS SELECT n FROM c');
  await new Promise(resolve => setTimeout(resolve, 50));
  expect((await states()).has('d')).toBe(false);
  topic.allow(reader, Infinity);
  await created;
  expect(await again.rows('SELECT n FROM d')).toEqual([['50']]);
  await restarted.stop();
});
