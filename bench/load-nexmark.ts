/** Starts a broker (or uses MILLRACE_BENCH_BROKERS) and loads a topic with nexmark JSON. Prints brokers and topic; stays up until killed. Usage: load-nexmark [events] [codec] */
import {CODECS} from '../src/connectors/kafka/compression/codec.ts';
import {NexmarkJsonLines} from '../src/connectors/generator/nexmark/nexmark-json-lines.ts';
import {startBroker} from '../test/kafka/broker.ts';
import {produceAll} from '../test/kafka/producer.ts';
import {createTopic} from '../test/kafka/topics.ts';

const events = Number(process.argv[2] ?? 1_000_000);
const codec = CODECS.find(name => name === process.argv[3]) ?? 'none';

/** One record after the other, as lines of a reused buffer: valid until the next. */
function* records(): Generator<Uint8Array> {
  const lines = new NexmarkJsonLines({seed: 1});
  const buffer = Buffer.alloc(4 << 20);
  for (let from = 0; from < events;) {
    const {events: written, bytes} = lines.write(buffer, from, Math.min(5000, events - from));
    for (let start = 0; start < bytes;) {
      const end = buffer.indexOf(10, start);
      yield Uint8Array.prototype.slice.call(buffer, start, end);
      start = end + 1;
    }
    from += written;
  }
}

const broker = await startBroker({cpu: 1, heap: '1g'});
const topic = await createTopic(broker.brokers, {partitions: 1, config: {'segment.bytes': '1073741824'}});
await produceAll({brokers: broker.brokers, topic, codec}, records());
console.log(`${broker.brokers} ${topic}`);
process.on('SIGTERM', () => void broker.stop().then(() => process.exit(0)));
setInterval(() => {}, 1 << 30);
