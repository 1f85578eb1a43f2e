import {NexmarkJsonLines} from '../../src/connectors/generator/nexmark/nexmark-json-lines.ts';
import {produceAll} from '../../test/kafka/producer.ts';
import {createTopic} from '../../test/kafka/topics.ts';

const CHUNK = 5000;

/** Nexmark events as JSON records, one after the other. */
export function* nexmarkRecords(events: number): Generator<Uint8Array> {
  const lines = new NexmarkJsonLines({seed: 1});
  const buffer = Buffer.alloc(4 << 20);
  for (let from = 0; from < events; from += CHUNK) {
    const {bytes} = lines.write(buffer, from, Math.min(CHUNK, events - from));
    for (let start = 0; start < bytes;) {
      const end = buffer.indexOf(10, start);
      yield Uint8Array.prototype.slice.call(buffer, start, end);
      start = end + 1;
    }
  }
}

/** A topic with one partition that holds them. */
export async function nexmarkTopic(brokers: string, events: number): Promise<string> {
  const topic = await createTopic(brokers, {partitions: 1, config: {'segment.bytes': '1073741824'}});
  await produceAll({brokers, topic, codec: 'none'}, nexmarkRecords(events));
  return topic;
}
