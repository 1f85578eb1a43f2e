import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';
import {ScriptedTopic} from '../testing/scripted-topic.ts';

test('a restart whose journalled records are gone ends: the stream stops where the checkpoint has it, and reads go on', async () => {
  const topic = new ScriptedTopic(1);
  const engine = await InlineEngine.start({connectors: {generator: topic.open}});
  const session = engine.session();
  await session.all(`CREATE STREAM s (v int) WITH (connector = 'generator', generator = 'sequence', rate = 0)`);
  await session.all('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM s; CREATE TABLE t (v int)');
  topic.append(0, {v: 1}, {v: 2});
  await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([['2']]);
  await session.all('CHECKPOINT');
  topic.append(0, {v: 3});
  await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([['3']]);
  await session.all('INSERT INTO t VALUES (7)');
  // Nothing of the topic comes back.
  const reader = topic.opened;
  topic.allow(reader, 0);
  const restarting = engine.crash({power: false});
  await expect.poll(() => topic.opened).toBe(reader + 1);
  topic.tell(reader, {kind: 'stopped', reason: 'offset_out_of_range', message: 'offsets 2 to 9 were deleted'});
  const restarted = await restarting;
  const again = restarted.session();
  expect(await again.rows('SELECT n FROM n')).toEqual([['2']]);
  expect(await again.rows('SELECT v FROM t')).toEqual([['7']]);
  expect((await again.rows('SHOW STATUS')).find(row => row[1] === 's')).toContain('offsets 2 to 9 were deleted');
  expect(await again.rows('SELECT next_offset FROM millrace.frontier')).toEqual([['2']]);
  await restarted.stop();
});
