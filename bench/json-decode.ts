// Decoding of nexmark records: this decoder beside JSON.parse of the same records, in one process, interleaved.
// Input: a .jsonl or .jsonl.gz file.
import {readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import {JsonDecoder} from '../src/connectors/formats/json/json-decoder.ts';
import type {LeafPath, LocatedRecords} from '../src/connectors/formats/json/decode-column.ts';
import {T, type SqlType} from '../src/types/sql-type.ts';

const composite = (fields: Record<string, SqlType>): SqlType => ({
  kind: 'composite',
  fields: Object.entries(fields).map(([name, type]) => ({name, type})),
});
const COLUMNS = [
  {name: 'event_type', type: T.int4},
  {
    name: 'person',
    type: composite({
      id: T.int8,
      name: T.text,
      emailAddress: T.text,
      creditCard: T.text,
      city: T.text,
      state: T.text,
      dateTime: T.timestamp,
      extra: T.text,
    }),
  },
  {
    name: 'auction',
    type: composite({
      id: T.int8,
      itemName: T.text,
      description: T.text,
      initialBid: T.int8,
      reserve: T.int8,
      dateTime: T.timestamp,
      expires: T.timestamp,
      seller: T.int8,
      category: T.int8,
      extra: T.text,
    }),
  },
  {
    name: 'bid',
    type: composite({auction: T.int8, bidder: T.int8, price: T.int8, channel: T.text, url: T.text, dateTime: T.timestamp, extra: T.text}),
  },
];

function slabsOf(lines: Buffer): LocatedRecords[] {
  const slabs: LocatedRecords[] = [];
  let starts: number[] = [];
  let ends: number[] = [];
  const flush = () => {
    if (starts.length > 0)
      slabs.push({bytes: lines, valueStart: Int32Array.from(starts), valueEnd: Int32Array.from(ends), count: starts.length});
    starts = [];
    ends = [];
  };
  for (let at = 0; at < lines.length;) {
    const end = lines.indexOf(10, at);
    if (end < 0) break;
    starts.push(at);
    ends.push(end);
    if (starts.length === 4096) flush();
    at = end + 1;
  }
  flush();
  return slabs;
}

const file = process.argv[2];
if (file === undefined) throw new Error('usage: json-decode FILE.jsonl[.gz]');
const raw = readFileSync(file);
const slabs = slabsOf(file.endsWith('.gz') ? gunzipSync(raw) : raw);
const events = slabs.reduce((n, s) => n + s.count, 0);

const memory = new WebAssembly.Memory({initial: 1024, maximum: 1024, shared: true});
const decoder = new JsonDecoder({memory, columns: COLUMNS});
const bid = (...fields: number[]): LeafPath[] => fields.map(f => ({column: 3, path: [f]}));
const projections: Record<string, LeafPath[]> = {
  'event_type and all bid columns': [{column: 0, path: []}, ...bid(0, 1, 2, 3, 4, 5, 6)],
  'bid.auction, bid.price': bid(0, 2),
  'nothing (checked only)': [],
};

const variants: [string, () => void][] = Object.entries(projections).map(([name, outputs]) => {
  const projection = decoder.project(outputs);
  return [
    name,
    () => {
      for (const slab of slabs) {
        const decoded = decoder.decode(slab, projection, 64);
        if (decoded.rows !== slab.count) throw new Error(JSON.stringify(decoded.errors[0]));
      }
    },
  ];
});
variants.push([
  'JSON.parse(buffer.utf8Slice)',
  () => {
    for (const {bytes, valueStart, valueEnd, count} of slabs) {
      const buffer = bytes as Buffer;
      for (let i = 0; i < count; i++) JSON.parse(buffer.toString('utf8', valueStart[i]!, valueEnd[i]!));
    }
  },
]);

const times = new Map(variants.map(([name]) => [name, [] as number[]]));
const repeat = Math.max(1, Math.round(100_000 / events));
for (let round = 0; round < 20; round++) {
  for (const [name, run] of variants) {
    const start = process.cpuUsage();
    for (let i = 0; i < repeat; i++) run();
    const {user, system} = process.cpuUsage(start);
    times.get(name)!.push(((user + system) * 1000) / (repeat * events));
  }
}
// The least disturbed round of each; cores drift, so the ratio to JSON.parse in the same run is what compares.
const best = (name: string): number => Math.min(...times.get(name)!.slice(2));
const baseline = best('JSON.parse(buffer.utf8Slice)');
for (const name of times.keys()) {
  const ns = best(name);
  console.log(`${name.padEnd(34)} ${ns.toFixed(0).padStart(6)} ns/event   ${(ns / baseline).toFixed(3)} of JSON.parse`);
}
