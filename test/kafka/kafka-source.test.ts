import {beforeAll, describe, expect, test} from 'vitest';
import {openKafkaSource} from '../../src/connectors/kafka/open-kafka-source.ts';
import type {SlabSource, SourceEvent} from '../../src/connectors/slab-source.ts';
import {brokerAvailable} from './broker-available.ts';
import {freePorts} from './free-ports.ts';
import {produceAll} from './producer.ts';
import {sharedBroker, type SharedBroker} from './shared-broker.ts';
import {createTopic, withAdmin} from './topics.ts';

describe.skipIf(!brokerAvailable())('a Kafka topic as a slab source', () => {
  let broker: SharedBroker;
  beforeAll(async () => {
    broker = await sharedBroker();
  });

  function open(options: Record<string, string>, offsets: readonly number[]): {source: SlabSource; events: SourceEvent[]; seen: number[]} {
    const events: SourceEvent[] = [];
    const seen: number[] = [];
    const positions = offsets.map((offset, partition) => ({partition, offset}));
    const source = openKafkaSource(options, positions, {
      onSlab: slab => {
        for (let i = 0; i < slab.count; i++) seen.push(slab.offsets[i]!);
        return true;
      },
      onEvent: event => events.push(event),
    });
    return {source, events, seen};
  }

  test('running, the records, a new partition at offset 0, and the end of each', async () => {
    const topic = await createTopic(broker.brokers, {partitions: 2});
    await produceAll(
      {brokers: broker.brokers, topic},
      Array.from({length: 10}, (_, i) => Buffer.from(String(i))),
    );
    const {source, events, seen} = open({connector: 'kafka', brokers: broker.brokers, topic, format: 'json', 'json.fail': 'x'}, [2]);
    await expect.poll(() => events.filter(e => e.kind === 'end').length).toBe(2);
    expect(events[0]).toEqual({kind: 'partition', partition: 1, offset: 0});
    expect(events).toContainEqual({kind: 'running'});
    expect(events).toContainEqual({kind: 'end', partition: 0, nextOffset: 5, endOffset: 5});
    expect(seen.sort((a, b) => a - b)).toEqual([0, 1, 2, 2, 3, 3, 4, 4]);
    expect([source.endOffset(0), source.endOffset(1), source.endOffset(9)]).toEqual([5, 5, -1]);
    await source.close();
  });

  test('stops and retries are told with a message for people', async () => {
    const topic = await createTopic(broker.brokers);
    await produceAll({brokers: broker.brokers, topic}, [Buffer.from('a'), Buffer.from('b')]);
    await withAdmin(broker.brokers, async admin => {
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({topic, partitions: [{partition: 0, offset: '1'}]});
    });
    const lost = open({brokers: broker.brokers, topic}, [0]);
    await expect.poll(() => lost.events.at(-1)).toMatchObject({kind: 'stopped', reason: 'offset_out_of_range'});
    expect(lost.events.at(-1)).toMatchObject({message: expect.stringContaining('offsets 0 to 0 of partition 0 were deleted') as string});
    await lost.source.close();

    const other = open({brokers: broker.brokers, topic, 'topic.id': '00000000-0000-0000-0000-00000000abcd'}, [0]);
    await expect.poll(() => other.events.at(-1)).toMatchObject({kind: 'stopped', reason: 'topic_recreated'});
    await other.source.close();

    const [port] = await freePorts(1);
    const down = open({brokers: `127.0.0.1:${port}`, topic}, [0]);
    await expect
      .poll(() => down.events.at(-1))
      .toMatchObject({
        kind: 'retrying',
        message: expect.stringContaining(`could not reach Kafka broker 127.0.0.1:${port}`) as string,
      });
    await down.source.close();
  });
});
