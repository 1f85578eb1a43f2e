import {beforeAll, describe, expect, test} from 'vitest';
import {encodeRecordHeaders} from '../../src/connectors/kafka/protocol/record-headers.ts';
import {brokerAvailable} from './broker-available.ts';
import {consumeWithKafkajs} from './consume-with-kafkajs.ts';
import {RawProducer} from './producer.ts';
import {readLog, readToEnd, sorted, type PlainRecord} from './read-records.ts';
import {sharedBroker, type SharedBroker} from './shared-broker.ts';
import {createTopic, growTopic, kafkajs} from './topics.ts';

const RECORDS = 6_000;
const PARTITIONS = 3;

describe.skipIf(!brokerAvailable())('reading from a real broker', () => {
  let broker: SharedBroker;
  beforeAll(async () => {
    broker = await sharedBroker();
  });

  /** Records with every combination of key, tombstone and headers; kafkajs sends, the broker compresses. */
  async function fill(topic: string): Promise<PlainRecord[]> {
    const sent: PlainRecord[] = [];
    const next = Array.from({length: PARTITIONS}, () => 0);
    const producer = kafkajs(broker.brokers).producer();
    await producer.connect();
    for (let start = 0; start < RECORDS; start += 1000) {
      const messages = Array.from({length: 1000}, (_, j) => {
        const i = start + j;
        const partition = i % PARTITIONS;
        const record: PlainRecord = {
          partition,
          offset: next[partition]!++,
          timestamp: 1_700_000_000_000 + ((i * 37) % 5000) - 100,
          key: i % 5 === 0 ? null : i % 7 === 0 ? '' : `key ${i}`,
          value: i % 11 === 0 ? null : i % 13 === 0 ? '' : `{"i":${i},"text":"${'žluťoučký '.repeat(i % 40)}"}`,
          headers: i % 3 === 0 ? {trace: `t${i}`, empty: ''} : {},
        };
        sent.push(record);
        return {...record, timestamp: String(record.timestamp), headers: {...record.headers} as Record<string, string>};
      });
      await producer.send({topic, messages});
    }
    await producer.disconnect();
    return sorted(sent);
  }

  for (const codec of ['producer', 'gzip', 'snappy', 'lz4', 'zstd']) {
    test(`${codec}: keys, values, tombstones, headers, times and offsets of ${PARTITIONS} partitions arrive as they were sent`, async () => {
      const topic = await createTopic(broker.brokers, {partitions: PARTITIONS, config: {'compression.type': codec}});
      const sent = await fill(topic);
      const log = await readToEnd({brokers: broker.brokers, topic, from: [0, 0, 0], checkCrcs: true, fetchMaxBytes: 50_000});
      expect(sorted(log.records)).toEqual(sent);
      expect(log.problems).toEqual([]);
      // kafkajs itself cannot decompress the others
      if (codec === 'producer' || codec === 'gzip') {
        expect(sorted(await consumeWithKafkajs(broker.brokers, topic, RECORDS))).toEqual(sent);
      }
    });
  }

  for (const codec of ['none', 'gzip', 'snappy', 'lz4'] as const) {
    test(`${codec}: batches of the raw producer are accepted by the broker and read back`, async () => {
      const topic = await createTopic(broker.brokers);
      const producer = await RawProducer.open({brokers: broker.brokers, topic, codec, batchBytes: 20_000});
      const sent: PlainRecord[] = [];
      for (let i = 0; i < 20_000; i++) {
        const headers = i % 9 === 0 ? encodeRecordHeaders([{key: 'h', value: null}]) : null;
        const record = {
          partition: 0,
          offset: i,
          timestamp: 1_700_000_000_000 + i,
          key: i % 2 === 0 ? `k${i}` : null,
          value: `v${i}`.repeat(i % 17),
        };
        sent.push({...record, headers: headers === null ? {} : {h: null}});
        const key = record.key === null ? null : Buffer.from(record.key);
        await producer.send(0, Buffer.from(record.value), {timestamp: record.timestamp, key, headers});
      }
      await producer.close();
      const log = await readToEnd({brokers: broker.brokers, topic, from: [0], checkCrcs: true});
      expect(log.records).toEqual(sent);
    });
  }

  test('a start in the middle of a batch begins exactly there, and log-append time replaces the times of the records', async () => {
    const topic = await createTopic(broker.brokers, {config: {'message.timestamp.type': 'LogAppendTime'}});
    const producer = await RawProducer.open({brokers: broker.brokers, topic});
    for (let i = 0; i < 1000; i++) await producer.send(0, Buffer.from(String(i)), {timestamp: 5});
    await producer.close();
    const log = await readToEnd({brokers: broker.brokers, topic, from: [777]});
    expect(log.records.map(r => r.value)).toEqual(Array.from({length: 223}, (_, i) => String(777 + i)));
    expect(Math.abs(Date.now() - log.records[0]!.timestamp)).toBeLessThan(60_000);
  });

  test('live records arrive soon after they were sent, and the end is reported again', async () => {
    const topic = await createTopic(broker.brokers);
    const producer = await RawProducer.open({brokers: broker.brokers, topic});
    const log = readLog({brokers: broker.brokers, topic, from: [0]});
    await log.until(({ends}) => ends.get(0) === 0);
    const delays: number[] = [];
    for (let i = 1; i <= 20; i++) {
      const start = performance.now();
      void producer.send(0, Buffer.from(`live ${i}`));
      await producer.flush();
      while (log.records.length < i) await new Promise(resolve => setImmediate(resolve));
      delays.push(performance.now() - start);
      await log.until(({ends}) => ends.get(0) === i);
    }
    await log.reader.close();
    await producer.close();
    expect(delays.sort((a, b) => a - b)[10]).toBeLessThan(100);
    expect(log.reader.progress()[0]).toMatchObject({nextOffset: 20, highWatermark: 20, lastStableOffset: 20, lag: 0, atEnd: true});
  });

  test('a refused slab comes again after resume and nothing before it; memory stays bounded meanwhile', async () => {
    const topic = await createTopic(broker.brokers, {partitions: 2});
    const producer = await RawProducer.open({brokers: broker.brokers, topic});
    const value = Buffer.alloc(1000, 'x');
    for (let i = 0; i < 20_000; i++) await producer.send(i % 2, value);
    await producer.close();
    const seen = [0, 0];
    let offered = 0;
    let refusals = 0;
    const log = readLog({
      brokers: broker.brokers,
      topic,
      from: [0, 0],
      onRecords: slab => {
        offered++;
        expect(slab.offsets[0]).toBe(seen[slab.partition]);
        if (offered % 3 !== 0) {
          refusals++;
          setTimeout(() => log.reader.resume(), 3);
          return false;
        }
        for (let i = 0; i < slab.count; i++) expect(slab.offsets[i]).toBe(seen[slab.partition]!++);
        return true;
      },
    });
    await log.until(() => seen[0] === 10_000 && seen[1] === 10_000);
    await log.reader.close();
    expect(refusals).toBeGreaterThan(10);
  });

  test('a paused partition delivers nothing until it is resumed, the other goes on, and nothing is lost or doubled', async () => {
    const topic = await createTopic(broker.brokers, {partitions: 2});
    const producer = await RawProducer.open({brokers: broker.brokers, topic});
    for (let i = 0; i < 50_000; i++) await producer.send(i % 2, Buffer.from(`value number ${i}`));
    await producer.flush();
    const log = readLog({brokers: broker.brokers, topic, from: [0, 0], fetchMaxBytes: 100_000});
    await log.until(({records}) => records.some(r => r.partition === 0));
    log.reader.pausePartition(0);
    const before = log.records.filter(r => r.partition === 0).length;
    await log.until(({ends}) => ends.get(1) === 25_000);
    expect(log.records.filter(r => r.partition === 0).length).toBe(before);
    log.reader.resumePartition(0);
    await log.until(({ends}) => ends.get(0) === 25_000);
    await log.reader.close();
    await producer.close();
    expect(sorted(log.records).map(r => r.offset)).toEqual([...Array(25_000).keys(), ...Array(25_000).keys()]);
  });

  test('new partitions are announced and read from the offset that the callback returns', async () => {
    const topic = await createTopic(broker.brokers);
    const announced: number[] = [];
    const log = readLog({
      brokers: broker.brokers,
      topic,
      from: [0],
      onNewPartition: partition => {
        announced.push(partition);
        return Promise.resolve(partition === 2 ? undefined : 0);
      },
    });
    await log.until(({ends}) => ends.has(0));
    await growTopic(broker.brokers, topic, 3);
    while (announced.length < 2) await log.reader.refresh();
    const producer = await RawProducer.open({brokers: broker.brokers, topic});
    for (let i = 0; i < 30; i++) await producer.send(i % 3, Buffer.from(String(i)));
    await producer.close();
    await log.until(({records}) => records.length === 20);
    await log.reader.close();
    expect(announced).toEqual([1, 2]);
    expect(new Set(log.records.map(r => r.partition))).toEqual(new Set([0, 1]));
  });
});
