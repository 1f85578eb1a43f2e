/**
 * CPU of the Kafka read path (socket, frames, record walk; no decoding) per record, against a real broker on another core.
 * Usage: kafka-read [records] [codec] [partitions]; pin this process with `taskset -c 0`.
 * MILLRACE_BENCH_BROKERS names a running broker to use instead of starting one.
 */
import {openRecordReader} from '../src/connectors/kafka/fetch/open-record-reader.ts';
import {CODECS, type Codec} from '../src/connectors/kafka/compression/codec.ts';
import {parseEndpoints} from '../src/connectors/kafka/connection/parse-endpoints.ts';
import {startBroker} from '../test/kafka/broker.ts';
import {produceAll} from '../test/kafka/producer.ts';
import {createTopic} from '../test/kafka/topics.ts';

const RECORD_BYTES = 332;
const ROUNDS = 5;

const records = Number(process.argv[2] ?? 1_000_000);
const codec = CODECS.find(name => name === process.argv[3]) ?? 'none';
const partitions = Number(process.argv[4] ?? 1);

function* values(count: number): Generator<Uint8Array> {
  for (let i = 0; i < count; i++) {
    const head = `{"event_type":2,"person":null,"auction":null,"bid":{"auction":${1000 + (i % 977)},"bidder":${2000 + (i % 3001)},"price":${(i * 7919) % 100000},`;
    const tail = `"channel":"channel-${i % 10000}","url":"https://www.nexmark.com/${i.toString(36)}/item.htm?query=1","dateTime":"2026-01-01 00:00:00.${i % 1000}","extra":"`;
    const body = head + tail;
    yield Buffer.from(body + 'x'.repeat(Math.max(0, RECORD_BYTES - body.length - 3)) + '"}}');
  }
}

async function readAll(brokers: string, topic: string): Promise<{cpuNs: number; wallNs: number}> {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  let left = records;
  await new Promise<void>((resolve, reject) => {
    const reader = openRecordReader({
      brokers: parseEndpoints(brokers),
      security: {},
      topic,
      isolation: 'read_committed',
      partitions: Array.from({length: partitions}, (_, partition) => ({partition, offset: 0})),
      onRecords: slab => {
        left -= slab.count;
        if (left === 0) reader.close().then(resolve, reject);
        return true;
      },
      onProblem: problem => console.log(problem),
    });
  });
  const used = process.cpuUsage(cpu);
  return {cpuNs: (used.user + used.system) * 1000, wallNs: Number(process.hrtime.bigint() - start)};
}

async function main(chosen: Codec): Promise<void> {
  const given = process.env['MILLRACE_BENCH_BROKERS'];
  const broker = given === undefined ? await startBroker({cpu: 1, heap: '1g'}) : {brokers: given, stop: async () => undefined};
  try {
    const topic = await createTopic(broker.brokers, {partitions, config: {'segment.bytes': '1073741824'}});
    const producing = performance.now();
    await produceAll({brokers: broker.brokers, topic, codec: chosen}, values(records));
    console.log(`produced ${records} × ${RECORD_BYTES} B (${chosen}) in ${((performance.now() - producing) / 1000).toFixed(1)} s`);
    for (let round = 0; round < ROUNDS; round++) {
      const {cpuNs, wallNs} = await readAll(broker.brokers, topic);
      console.log(`cpu ${(cpuNs / records).toFixed(0)} ns/record · wall ${(wallNs / records).toFixed(0)} ns/record`);
    }
  } finally {
    await broker.stop();
  }
}

await main(codec);
