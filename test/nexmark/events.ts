import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import {NexmarkJsonLines} from '../../src/connectors/generator/nexmark/nexmark-json-lines.ts';

/** JSON records of the generator. */
export function generatedEvents(count: number, seed: number, eventsPerSecond: number): Uint8Array[] {
  const lines = new NexmarkJsonLines({seed, eventsPerSecond});
  const buffer = Buffer.alloc(4 << 20);
  const events: Uint8Array[] = [];
  while (events.length < count) {
    const {bytes} = lines.write(buffer, events.length, Math.min(4000, count - events.length));
    events.push(...splitLines(buffer.subarray(0, bytes)));
  }
  return events;
}

/** 20,000 events of the reference's generator; undefined without MILLRACE_FIXTURES. */
export function referenceEvents(): Uint8Array[] | undefined {
  const fixtures = process.env['MILLRACE_FIXTURES'];
  const file = fixtures === undefined ? '' : join(fixtures, 'nexmark', 'sample-20k.jsonl.gz');
  return existsSync(file) ? splitLines(gunzipSync(readFileSync(file))) : undefined;
}

function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(10, start);
    // A Buffer's own slice would share memory that is written again.
    lines.push(Uint8Array.prototype.slice.call(bytes, start, end));
    start = end + 1;
  }
  return lines;
}
