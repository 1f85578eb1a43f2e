import {afterEach, beforeAll, describe, expect, test} from 'vitest';
import {InlineEngine} from '../../src/engine/testing/inline-engine.ts';
import type {InlineSession} from '../../src/engine/testing/inline-session.ts';
import {brokerAvailable} from './broker-available.ts';
import {freePorts} from './free-ports.ts';
import {sharedBroker, type SharedBroker} from './shared-broker.ts';
import {createTopic, deleteBelow, growTopic, kafkajs, newTopicName, recreateTopic} from './topics.ts';

describe.skipIf(!brokerAvailable())('streams over a real broker', () => {
  let broker: SharedBroker;
  const running: InlineEngine[] = [];
  beforeAll(async () => {
    broker = await sharedBroker();
  });
  afterEach(async () => {
    for (const engine of running.splice(0)) await engine.stop();
  });

  async function start(): Promise<InlineSession> {
    const engine = await InlineEngine.start();
    running.push(engine);
    return engine.session();
  }

  const stream = (topic: string, more = ''): string =>
    `CREATE STREAM s (v int) WITH (connector = 'kafka', brokers = '${broker.brokers}', topic = '${topic}', topic.metadata.refresh.interval.ms = 200${more})`;

  type Message = {
    readonly partition: number;
    readonly key?: string;
    readonly value: string | null;
    readonly headers?: Record<string, string>;
  };
  async function produce(topic: string, messages: readonly Message[], transaction?: 'commit' | 'abort'): Promise<void> {
    const producer = kafkajs(broker.brokers).producer(
      transaction === undefined ? {} : {transactionalId: newTopicName('tx'), idempotent: true, maxInFlightRequests: 1},
    );
    await producer.connect();
    if (transaction === undefined) await producer.send({topic, messages: [...messages]});
    else {
      const open = await producer.transaction();
      await open.send({topic, messages: [...messages]});
      await open[transaction]();
    }
    await producer.disconnect();
  }
  const values = (from: number, count: number, partition = 0): Message[] =>
    Array.from({length: count}, (_, i) => ({partition, value: JSON.stringify({v: from + i})}));

  test('SELECT reads an unread stream to its end: system columns, tombstones, aborted transactions, partitions that came later', async () => {
    const topic = await createTopic(broker.brokers);
    const session = await start();
    await session.all(stream(topic));
    expect(await session.rows('SELECT count(*) FROM s')).toEqual([['0']]);
    await produce(topic, [{partition: 0, key: 'k', value: '{"v": 1}', headers: {h: 'x'}}]);
    await produce(topic, values(100, 20), 'abort');
    await produce(topic, values(2, 2), 'commit');
    await produce(topic, [{partition: 0, key: 'k', value: null}]);
    await growTopic(broker.brokers, topic, 2);
    await produce(topic, values(4, 3, 1));
    // Its last record is a marker: the end lies behind all that can be read.
    await produce(topic, values(200, 5), 'abort');
    expect(await session.rows('SELECT v FROM s WHERE v IS NOT NULL ORDER BY 1')).toEqual([['1'], ['2'], ['3'], ['4'], ['5'], ['6']]);
    expect(await session.rows('SELECT v, _partition, _offset, _key, _headers FROM s WHERE v = 1')).toEqual([
      ['1', '0', '0', '\\x6b', '[{"key": "h", "value": "x"}]'],
    ]);
    expect(await session.rows('SELECT _partition, count(*) FROM s WHERE v IS NOT NULL GROUP BY 1 ORDER BY 1')).toEqual([
      ['0', '3'],
      ['1', '3'],
    ]);
    expect(await session.rows('SELECT v FROM s LIMIT 1')).toHaveLength(1);
  });

  test('SELECT and new views begin behind records that the topic has deleted, and SELECT says so', async () => {
    const topic = await createTopic(broker.brokers);
    await produce(topic, values(0, 10));
    const session = await start();
    await session.all(stream(topic));
    await deleteBelow(broker.brokers, topic, 4);
    expect(await session.rows('SELECT min(v), count(*) FROM s')).toEqual([['4', '6']]);
    expect(session.notices.at(-1)?.message).toContain('stream "s" begins at offset 4 of partition 0');
    await session.all('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n, min(v) AS least FROM s');
    await expect.poll(() => session.rows('SELECT * FROM n')).toEqual([['6', '4']]);
    await session.all('CREATE MATERIALIZED VIEW m AS SELECT count(*) AS n FROM s');
    await expect.poll(() => session.rows('SELECT * FROM m')).toEqual([['6']]);
  });

  test('real_time_recency: a read includes what was committed before it, also behind a marker and in a partition nobody knew', async () => {
    const topic = await createTopic(broker.brokers);
    const session = await start();
    await session.all(stream(topic, ', fetch.max.bytes = 2000'));
    await session.all('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM s; CREATE VIEW w AS SELECT * FROM n');
    await session.all('SET real_time_recency = on');
    let total = 0;
    for (let round = 0; round < 5; round++) {
      await produce(topic, values(0, 300), round % 2 === 0 ? undefined : 'commit');
      await produce(topic, values(0, 3), 'abort');
      total += 300;
      expect(await session.rows('SELECT n FROM w')).toEqual([[String(total)]]);
    }
    await growTopic(broker.brokers, topic, 2);
    await produce(topic, values(0, 7, 1));
    expect(await session.rows('SELECT n FROM n')).toEqual([[String(total + 7)]]);
    // A block reads as of its first statement, which waits as well.
    await produce(topic, values(0, 5, 1));
    await session.all('BEGIN');
    expect(await session.rows('SELECT n FROM n')).toEqual([[String(total + 12)]]);
    await produce(topic, values(0, 5, 1));
    expect(await session.rows('SELECT n FROM n')).toEqual([[String(total + 12)]]);
    await session.all('COMMIT');
    expect(await session.rows('SELECT n FROM n')).toEqual([[String(total + 17)]]);
  });

  test('a topic that is deleted and created again stops the stream; RESET goes on with the new one and leaves a note', async () => {
    const topic = await createTopic(broker.brokers);
    await produce(topic, values(0, 5));
    const session = await start();
    await session.all(stream(topic));
    await session.all('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n, sum(v) AS total FROM s');
    await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([['5']]);
    await recreateTopic(broker.brokers, topic);
    await produce(topic, values(100, 20));
    const status = async (): Promise<string> => (await session.rows('SHOW STATUS')).find(row => row[1] === 's')!.join('|');
    await expect.poll(status, {timeout: 20_000}).toContain('stopped');
    expect(await status()).toMatch(/topic ".*" was deleted and created again/);
    expect(await session.rows('SELECT n FROM n')).toEqual([['5']]);
    await expect(session.all('SET real_time_recency = on; SELECT n FROM n')).rejects.toThrow('deleted and created again');
    await session.all('SET real_time_recency = off');
    await expect(session.all('SELECT count(*) FROM s')).rejects.toThrow('deleted and created again');
    expect(await session.code('BEGIN; ALTER STREAM s RESET TO EARLIEST')).toBe('25001');
    await session.all('ROLLBACK');
    expect(await session.code('ALTER STREAM s RESET TO OFFSETS (0 => 21)')).toBe('22023');
    expect(await session.code('ALTER STREAM s RESET TO OFFSETS (3 => 0)')).toBe('22023');
    expect(await session.tag('ALTER STREAM s RESET TO OFFSETS (0 => 10)')).toBe('ALTER STREAM');
    await expect.poll(() => session.rows('SELECT * FROM n')).toEqual([['15', '1155']]);
    const [note] = await session.rows('SELECT _partition, reason, at IS NOT NULL FROM "s$errors"');
    expect(note).toEqual(['0', expect.stringContaining('what followed offset 4 of the old one is not known') as string, 't']);
    expect(await status()).toContain('running');
    // What has been read is not read again.
    expect(await session.code('ALTER STREAM s RESET TO OFFSETS (0 => 12)')).toBe('22023');
    await session.all('ALTER STREAM s RESET TO EARLIEST');
    await produce(topic, values(0, 1));
    await expect.poll(() => session.rows('SELECT * FROM n')).toEqual([['16', '1155']]);
  });

  test('a replay with hardly any room pauses partitions that are ahead, and takes every record once', async () => {
    const topic = await createTopic(broker.brokers, {partitions: 3});
    const engine = await InlineEngine.start({replayBytes: 20_000});
    const session = engine.session();
    await session.all(stream(topic, ', fetch.max.bytes = 20000'));
    await session.all('CREATE MATERIALIZED VIEW p AS SELECT _partition, count(*) AS n, sum(v) AS total FROM s GROUP BY _partition');
    for (let round = 0; round < 6; round++) {
      await produce(topic, values(round * 3000, 3000, Math.floor(round / 2)));
      await expect.poll(() => session.rows('SELECT sum(n) FROM p')).toEqual([[String(3000 * (round + 1))]]);
    }
    const before = await session.rows('SELECT * FROM p ORDER BY 1');
    const restarted = await engine.crash({power: false});
    running.push(restarted);
    const again = restarted.session();
    expect(await again.rows('SELECT * FROM p ORDER BY 1')).toEqual(before);
    await produce(topic, [...values(0, 10, 0), ...values(0, 10, 1), ...values(0, 10, 2)]);
    await expect.poll(() => again.rows('SELECT sum(n) FROM p')).toEqual([['18030']]);
  });

  test('CREATE STREAM names the broker that is down, and the topic that is missing', async () => {
    const session = await start();
    const [port] = await freePorts(1);
    const create = (brokers: string, topic: string): Promise<unknown> =>
      session.all(`CREATE STREAM s (v int) WITH (connector = 'kafka', brokers = '${brokers}', topic = '${topic}')`);
    await expect(create(`127.0.0.1:${port}`, 'x')).rejects.toMatchObject({
      code: '08006',
      message: expect.stringContaining(`127.0.0.1:${port}`) as string,
    });
    await expect(create(broker.brokers, 'no-such-topic')).rejects.toMatchObject({
      code: '42704',
      message: expect.stringContaining('no-such-topic') as string,
    });
    expect(await session.rows('SHOW STREAMS')).toEqual([]);
  });
});
