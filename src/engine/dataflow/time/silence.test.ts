import {afterEach, expect, test} from 'vitest';
import {InlineEngine} from '../../testing/inline-engine.ts';
import type {InlineSession} from '../../testing/inline-session.ts';
import {ScriptedTopic} from '../../testing/scripted-topic.ts';

const running: InlineEngine[] = [];
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
});

/** An engine that is stopped and started again; the clock stands still meanwhile. */
class Restarted {
  engine!: InlineEngine;
  session!: InlineSession;

  static async start(topic?: ScriptedTopic): Promise<Restarted> {
    const restarted = new Restarted();
    restarted.#use(await InlineEngine.start(topic && {connectors: {generator: topic.open}}));
    await restarted.clock('12:00:00');
    return restarted;
  }

  #use(engine: InlineEngine): void {
    running.splice(0, 1, engine);
    this.engine = engine;
    this.session = engine.session();
  }

  clock(time: string): Promise<unknown> {
    return this.session.all(`SET millrace.clock = '2026-01-01 ${time}'`);
  }

  async checkpointAndRestart(): Promise<void> {
    await this.engine.services.checkpoint();
    this.#use(await this.engine.restart());
  }

  async crash(): Promise<void> {
    this.#use(await this.engine.crash({power: true}));
  }

  windows(): Promise<readonly (readonly (string | null)[])[]> {
    return this.session.rows('SELECT n FROM finals');
  }
}

const FINALS = `CREATE MATERIALIZED VIEW finals AS SELECT window_end, count(*) AS n FROM TUMBLE(bids, ts, INTERVAL '10 minutes') GROUP BY window_start, window_end EMIT ON WINDOW CLOSE`;
const bid = (time: string) => ({ts: `2026-01-01T${time}`});

test('a stream that is silent goes on with the clock from where the silence began, however often the server is restarted', async () => {
  const server = await Restarted.start();
  await server.session.all(
    "CREATE STREAM bids (ts timestamp, WATERMARK FOR ts AS ts) WITH (idle_timeout = '30 seconds', on_idle = 'advance')",
  );
  await server.session.all(`${FINALS}; CREATE TABLE other (v int)`);
  await server.session.all("INSERT INTO bids VALUES ('2026-01-01 12:09:00')");
  for (const time of ['12:00:20', '12:00:40', '12:00:59']) {
    await server.clock(time);
    // Steps go on meanwhile.
    await server.session.all('INSERT INTO other VALUES (1)');
    await server.checkpointAndRestart();
    expect(await server.windows()).toEqual([]);
    const [lastSeen] = (await server.session.rows('SELECT last_seen FROM millrace.watermarks'))[0]!;
    expect(lastSeen).toBe('2026-01-01 12:00:00+00');
  }
  await server.clock('12:01:00');
  expect(await server.windows()).toEqual([['1']]);
  await server.crash();
  expect(await server.windows()).toEqual([['1']]);
});

/** A stream over a topic of two partitions, and how many of its records a view has. */
async function twoPartitions() {
  const topic = new ScriptedTopic(2, Date.UTC(2026, 0, 1, 12));
  const server = await Restarted.start(topic);
  await server.session.all(
    `CREATE STREAM bids (ts timestamp, WATERMARK FOR ts AS ts) WITH (connector = 'generator', generator = 'sequence', rate = 0, partitions = 2)`,
  );
  await server.session.all(`${FINALS}; CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM bids`);
  const counted = () => server.session.rows('SELECT n FROM n');
  return {topic, server, counted};
}

test('a partition that is silent becomes idle although the server is restarted more often than idle_timeout', async () => {
  const {topic, server, counted} = await twoPartitions();
  topic.append(1, bid('12:02:00'));
  await expect.poll(counted).toEqual([['1']]);
  for (let round = 1; round <= 3; round++) {
    await server.clock(`12:00:${round * 9}`);
    topic.append(0, bid(`12:1${round}:00`));
    await expect.poll(counted).toEqual([[String(1 + round)]]);
    await server.checkpointAndRestart();
  }
  // Whether there is more to come of partition 1 is not known yet.
  await server.clock('12:00:30');
  expect(await server.windows()).toEqual([]);
  topic.tell(topic.opened - 1, {kind: 'end', partition: 0, nextOffset: 3, endOffset: 3});
  topic.tell(topic.opened - 1, {kind: 'end', partition: 1, nextOffset: 1, endOffset: 1});
  await server.clock('12:00:31');
  expect(await server.windows()).toEqual([['1']]);
});

test('after a long time down a partition is idle once it has been read to its end, not before', async () => {
  const {topic, server, counted} = await twoPartitions();
  topic.append(0, bid('12:01:00'));
  topic.append(1, bid('12:02:00'));
  await expect.poll(counted).toEqual([['2']]);
  await server.clock('12:00:01');
  topic.lag(1, true);
  topic.append(1, bid('12:03:00'));
  await server.checkpointAndRestart();
  await server.clock('12:50:00');
  topic.tell(topic.opened - 1, {kind: 'end', partition: 1, nextOffset: 1, endOffset: 2});
  topic.append(0, bid('12:20:00'));
  await expect.poll(counted).toEqual([['3']]);
  expect(await server.windows()).toEqual([]);
  topic.lag(1, false);
  await expect.poll(counted).toEqual([['4']]);
  expect(await server.windows()).toEqual([]);
  // The record that was read just now is news of partition 1: silence begins with it.
  await server.clock('12:50:29');
  topic.append(0, bid('12:21:00'));
  await expect.poll(counted).toEqual([['5']]);
  expect(await server.windows()).toEqual([]);
  await server.clock('12:50:30');
  expect(await server.windows()).toEqual([['3']]);
});
