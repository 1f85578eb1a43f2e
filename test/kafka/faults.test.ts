import net from 'node:net';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {startBroker, type Broker} from './broker.ts';
import {brokerAvailable} from './broker-available.ts';
import {freePorts} from './free-ports.ts';
import {produceAll, RawProducer} from './producer.ts';
import {readLog, readToEnd, recordsOf, type ReadLog} from './read-records.ts';
import {sharedBroker, type SharedBroker} from './shared-broker.ts';
import {createTopic, withAdmin} from './topics.ts';

function* numbered(count: number, from = 0): Generator<Uint8Array> {
  for (let i = from; i < from + count; i++) yield Buffer.from(`value ${i}`);
}

describe.skipIf(!brokerAvailable())('a reader in trouble', () => {
  let shared: SharedBroker;
  let own: Broker;
  const open: ReadLog[] = [];
  const watch = (log: ReadLog): ReadLog => {
    open.push(log);
    return log;
  };

  beforeAll(async () => {
    [shared, own] = await Promise.all([sharedBroker(), startBroker()]);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(log => log.reader.close()));
  });
  afterAll(() => own.stop());

  test(
    'kill and restart of the broker while it is read: retries, says so, then goes on without loss or doubles',
    {timeout: 90_000},
    async () => {
      const topic = await createTopic(own.brokers, {partitions: 2, config: {'flush.messages': '1'}});
      await produceAll({brokers: own.brokers, topic, acks: -1}, numbered(100_000));
      // Half of the slabs are refused once, so that the broker goes down in the middle.
      let refuse = false;
      const log: ReadLog = watch(
        readLog({
          brokers: own.brokers,
          topic,
          from: [0, 0],
          fetchMaxBytes: 20_000,
          onRecords: slab => {
            refuse = !refuse && log.problems.length === 0;
            if (refuse) {
              setTimeout(() => log.reader.resume(), 5);
              return false;
            }
            log.records.push(...recordsOf(slab));
            return true;
          },
        }),
      );
      await log.until(({records}) => records.length > 5_000);
      await own.kill();
      await log.until(({reader}) => reader.status().state === 'retrying');
      expect(log.problems.at(-1)).toMatchObject({kind: 'unreachable', broker: own.brokers});
      await own.restart();
      await produceAll({brokers: own.brokers, topic, acks: -1}, numbered(1_000, 100_000));
      await log.until(({reader}) => reader.progress().every(p => p.nextOffset >= 50_500), 40_000);
      expect(log.reader.status().state).toBe('reading');
      for (const partition of [0, 1]) {
        const offsets = log.records.filter(r => r.partition === partition).map(r => r.offset);
        expect(offsets).toEqual([...Array(50_500).keys()]);
      }
    },
  );

  test(
    'a broker that is down from the start: unreachable with address and retry, then it reads once the broker is up',
    {timeout: 90_000},
    async () => {
      const topic = await createTopic(own.brokers);
      await produceAll({brokers: own.brokers, topic, acks: -1}, numbered(10));
      await own.shutdown();
      const log = watch(readLog({brokers: own.brokers, topic, from: [0]}));
      await log.until(({problems}) => problems.length >= 3);
      const [first, second] = log.problems;
      expect(first).toMatchObject({kind: 'unreachable', broker: own.brokers});
      if (first?.kind !== 'unreachable' || second?.kind !== 'unreachable') throw new Error('other problems');
      expect(first.message).toContain('ECONNREFUSED');
      expect(second.since).toBe(first.since);
      expect(second.nextRetryAt).toBeGreaterThan(first.nextRetryAt);
      await own.restart();
      await log.until(({ends}) => ends.get(0) === 10, 40_000);
      expect(log.reader.status()).toEqual({state: 'reading', everRead: true});
    },
  );

  test('a port where nobody listens is unreachable, and close does not wait for it', async () => {
    const [port] = await freePorts(1);
    const log = watch(readLog({brokers: `127.0.0.1:${port}`, topic: 'nothing', from: [0]}));
    await log.until(({problems}) => problems.length > 0);
    const start = performance.now();
    await log.reader.close();
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test('close does not wait for a host that never answers', async () => {
    // It accepts and says nothing.
    const mute = net.createServer(socket => socket.on('error', () => undefined).pause());
    await new Promise<void>(done => mute.listen(0, '127.0.0.1', done));
    const {port} = mute.address() as net.AddressInfo;
    const log = watch(readLog({brokers: `127.0.0.1:${port}`, topic: 'nothing', from: [0]}));
    await new Promise(resolve => setTimeout(resolve, 100));
    const start = performance.now();
    await log.reader.close();
    expect(performance.now() - start).toBeLessThan(500);
    const silent = watch(readLog({brokers: `127.0.0.1:${port}`, topic: 'nothing', from: [0], requestTimeoutMs: 200}));
    await silent.until(({problems}) => problems.length > 0);
    expect(silent.problems[0]).toMatchObject({kind: 'unreachable', message: 'no answer within 200 ms'});
    await silent.reader.close();
    mute.close();
  });

  test('records that were deleted before they were read stop the reader and say which, without a reset', async () => {
    const topic = await createTopic(shared.brokers);
    await produceAll({brokers: shared.brokers, topic}, numbered(100));
    await withAdmin(shared.brokers, async admin => {
      await admin.fetchTopicOffsets(topic); // without it kafkajs does not know the topic
      await admin.deleteTopicRecords({topic, partitions: [{partition: 0, offset: '60'}]});
    });
    const log = watch(readLog({brokers: shared.brokers, topic, from: [50]}));
    await log.until(({reader}) => reader.status().state === 'stopped');
    expect(log.reader.status().problem).toEqual({kind: 'offset_out_of_range', partition: 0, offset: 50, earliest: 60, latest: 100});
    expect(log.records).toEqual([]);
    expect(log.reader.progress()[0]?.nextOffset).toBe(50);

    const beyond = watch(readLog({brokers: shared.brokers, topic, from: [101]}));
    await beyond.until(({reader}) => reader.status().state === 'stopped');
    expect(beyond.reader.status().problem).toMatchObject({kind: 'offset_out_of_range', offset: 101, latest: 100});

    const rest = await readToEnd({brokers: shared.brokers, topic, from: [60]});
    expect(rest.records).toHaveLength(40);
  });

  test('a topic that is deleted and created again while it is read stops the reader', async () => {
    const topic = await createTopic(shared.brokers);
    await produceAll({brokers: shared.brokers, topic}, numbered(20));
    const log = watch(readLog({brokers: shared.brokers, topic, from: [0]}));
    await log.until(({ends}) => ends.get(0) === 20);
    const id = log.reader.topicId();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    await withAdmin(shared.brokers, admin => admin.deleteTopics({topics: [topic]}));
    await createTopic(shared.brokers, {topic});
    await produceAll({brokers: shared.brokers, topic}, numbered(50));
    await log.until(({reader}) => reader.status().state === 'stopped');
    expect(log.reader.status().problem).toMatchObject({kind: 'topic_recreated', topic, expectedId: id});
    expect(log.records).toHaveLength(20);

    const later = watch(readLog({brokers: shared.brokers, topic, from: [20], topicId: id}));
    await later.until(({reader}) => reader.status().state === 'stopped');
    expect(later.reader.status().problem).toMatchObject({kind: 'topic_recreated'});
    expect(later.records).toEqual([]);
  });

  test('a deleted topic is reported as missing', async () => {
    const topic = await createTopic(shared.brokers);
    const log = watch(readLog({brokers: shared.brokers, topic, from: [0]}));
    await log.until(({ends}) => ends.has(0));
    await withAdmin(shared.brokers, admin => admin.deleteTopics({topics: [topic]}));
    await log.until(({problems}) => problems.some(p => p.kind === 'topic_missing'));
    expect(log.reader.status()).toMatchObject({state: 'retrying', problem: {kind: 'topic_missing', topic}});
  });

  test('closing in the middle of a flood stops every callback at once', async () => {
    const topic = await createTopic(shared.brokers, {partitions: 2});
    await produceAll({brokers: shared.brokers, topic}, numbered(100_000));
    const log = watch(readLog({brokers: shared.brokers, topic, from: [0, 0], fetchMaxBytes: 10_000}));
    await log.until(({records}) => records.length > 0);
    const closing = log.reader.close();
    const seen = log.records.length;
    await closing;
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(log.records.length).toBe(seen);
    expect(seen).toBeLessThan(100_000);
  });

  test('a live producer and a reader that follows it for a while agree on every record', async () => {
    const topic = await createTopic(shared.brokers, {partitions: 3});
    const producer = await RawProducer.open({brokers: shared.brokers, topic, codec: 'lz4', batchBytes: 4_000});
    const log = watch(readLog({brokers: shared.brokers, topic, from: [0, 0, 0]}));
    for (let i = 0; i < 30_000; i++) {
      await producer.send(i % 3, Buffer.from(`value ${i}`));
      if (i % 500 === 0) await new Promise(resolve => setTimeout(resolve, 5));
    }
    await producer.close();
    await log.until(({records}) => records.length >= 30_000);
    for (const partition of [0, 1, 2]) {
      const values = log.records.filter(r => r.partition === partition).map(r => r.value);
      expect(values).toEqual(Array.from({length: 10_000}, (_, i) => `value ${i * 3 + partition}`));
    }
  });
});
