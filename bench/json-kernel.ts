/** The fixed kernel: JSON.parse of whole nexmark records out of a buffer. Prints ns of CPU per record. Usage: json-kernel [records] */
import {NexmarkJsonLines} from '../src/connectors/generator/nexmark/nexmark-json-lines.ts';

const count = Number(process.argv[2] ?? 50_000);
/** Half a second in all: a core's speed changes within tenths of it. */
const ROUNDS = 21;
const buffer = Buffer.alloc(count * 1100);
const ends = new Int32Array(count);
const {events} = new NexmarkJsonLines({seed: 1}).write(buffer, 0, count, ends);

function parseAll(): number {
  let types = 0;
  for (let i = 0, start = 0; i < events; i++) {
    types += (JSON.parse(buffer.toString('utf8', start, ends[i])) as {event_type: number}).event_type;
    start = ends[i]! + 1;
  }
  return types;
}

parseAll();
const rounds: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const before = process.cpuUsage();
  parseAll();
  const {user, system} = process.cpuUsage(before);
  rounds.push(((user + system) * 1000) / events);
}
console.log(rounds.sort((a, b) => a - b)[ROUNDS >> 1]!.toFixed(0));
