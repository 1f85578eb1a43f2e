import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';
import {ScriptedTopic} from '../testing/scripted-topic.ts';

const SLABS = 40;
const SLAB_ROWS = 4096;
const TEXT = 'x'.repeat(200);

test('while one partition lags, a replay holds a bounded part of the others', async () => {
  const topic = new ScriptedTopic(2);
  const engine = await InlineEngine.start({connectors: {generator: topic.open}, replayBytes: 1 << 22});
  const session = engine.session();
  await session.all(`CREATE STREAM s (v int, t text) WITH (connector = 'generator', generator = 'sequence', rate = 0, partitions = 2)`);
  await session.all('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n, max(t) AS t, sum(v) AS v FROM s');
  topic.append(1, {v: 1, t: 'first'});
  await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([['1']]);
  for (let slab = 0; slab < SLABS; slab++) topic.append(0, ...Array.from({length: SLAB_ROWS}, (_, v) => ({v, t: TEXT})));
  await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([[String(SLABS * SLAB_ROWS + 1)]]);
  const before = await session.rows('SELECT * FROM n');
  const reader = topic.opened;
  topic.lag(1, true);
  const restarting = engine.crash({power: false});
  await expect.poll(() => topic.opened > reader && topic.progress(reader).paused).toEqual([0]);
  // Four MiB of it, and what was on its way.
  expect(topic.progress(reader).slabs).toBeLessThan(SLABS / 2);
  topic.lag(1, false);
  const restarted = await restarting;
  expect(await restarted.session().rows('SELECT * FROM n')).toEqual(before);
  expect(topic.progress(reader).paused).toEqual([]);
  await restarted.stop();
});
