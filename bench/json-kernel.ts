/**
 * The fixed kernel: JSON.parse of whole nexmark records out of a buffer. Prints ns of CPU per record: the median of half a second, or, with
 * `beside`, one figure after the other, each of some ms, until it is killed.
 * Usage: json-kernel [records] [beside]
 */
import {setTimeout as sleep} from 'node:timers/promises';
import {NexmarkJsonLines} from '../src/connectors/generator/nexmark/nexmark-json-lines.ts';
import {median} from './measure/statistics.ts';

const count = Number(process.argv[2] ?? 50_000);
const isBeside = process.argv[3] === 'beside';
/** Half a second in all: a core's speed changes within tenths of it. */
const ROUNDS = 21;
/** Between two figures beside a run: the kernel takes a twentieth of the core. */
const PAUSE_MS = 200;
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

function nanoseconds(): number {
  const before = process.cpuUsage();
  parseAll();
  const {user, system} = process.cpuUsage(before);
  return ((user + system) * 1000) / events;
}

parseAll();
if (isBeside) {
  for (;;) {
    console.log(nanoseconds().toFixed(0));
    await sleep(PAUSE_MS);
  }
} else console.log(median(Array.from({length: ROUNDS}, nanoseconds)).toFixed(0));
