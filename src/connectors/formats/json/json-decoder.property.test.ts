import {expect, test} from 'vitest';
import type {SqlType} from '../../../types/sql-type.ts';
import type {DecodeColumn, LeafPath, LocatedRecords} from './decode-column.ts';
import {JsonDecoder} from './json-decoder.ts';
import {expectedRow, type Expected} from './testing/json-oracle.ts';
import {randomColumns, randomRecord} from './testing/random-record.ts';
import {readValue} from './testing/read-value.ts';
import {SeededRandom} from './testing/seeded-random.ts';

const RECORDS = Number(process.env['MILLRACE_JSON_RECORDS'] ?? 110_000);
const SEED = Number(process.env['MILLRACE_JSON_SEED'] ?? Date.now() % 1_000_000);
const PER_SLAB = 200;
const SLABS_PER_SCHEMA = 3;

/** Some slabs fit into it, others do not. */
const STAGING = {start: 12 << 20, bytes: 24 << 10};

test('decoding gives what JSON.parse gives, or refuses what it refuses, over random schemas and records', {timeout: 60_000}, () => {
  const memory = new WebAssembly.Memory({initial: 256, maximum: 256, shared: true});
  const deadline = Date.now() + 30_000;
  // Refusals are exceptions on both sides; nobody looks at where they were thrown.
  Error.stackTraceLimit = 0;
  let records = 0;
  let refused = 0;
  let seed = SEED;
  for (; records < RECORDS && Date.now() < deadline; seed++) {
    const random = new SeededRandom(seed);
    const columns = randomColumns(random);
    const decoder = new JsonDecoder({memory, columns, staging: random.chance(0.5) ? STAGING : undefined});
    for (let slab = 0; slab < SLABS_PER_SCHEMA; slab++) {
      const values = Array.from({length: PER_SLAB}, () => (random.chance(0.01) ? null : randomRecord(random, columns)));
      refused += checkSlab(random, memory, decoder, columns, values, `seed ${seed}, slab ${slab}`);
      records += values.length;
    }
  }
  console.log(`${records} records, ${refused} of them refused, seeds ${SEED} to ${seed - 1}`);
  // On a machine that is busy with other things the time ends the run first.
  expect(records).toBeGreaterThanOrEqual(Math.min(RECORDS, 20_000));
});

/** Returns how many records were refused. */
function checkSlab(
  random: SeededRandom,
  memory: WebAssembly.Memory,
  decoder: JsonDecoder,
  columns: readonly DecodeColumn[],
  values: readonly (Buffer | null)[],
  where: string,
): number {
  const outputs = randomOutputs(random, columns);
  const projection = decoder.project(outputs);
  const records = locate(random, values);
  const before = Buffer.from(records.bytes);
  const base = 64 * (1 + random.below(4));
  const bytes = new Uint8Array(memory.buffer);
  const end = base + decoder.regionBytes(records, projection);
  bytes.fill(0xa5, 0, base);
  bytes.fill(0xa5, end, end + 64);
  const decoded = decoder.decode(records, projection, base);
  const untouched = [...bytes.subarray(0, base), ...bytes.subarray(end, end + 64)].every(b => b === 0xa5);
  if (!untouched || decoded.usedBytes > end - base || !before.equals(records.bytes))
    throw new Error(`${where}: memory outside of the region was written`);

  let row = 0;
  let refused = 0;
  values.forEach((value, record) => {
    const expected = value === null ? nullRow(columns) : expectedRow(value, columns);
    const show = (): string =>
      `${where}, record ${record}: ${value === null ? 'no value' : JSON.stringify(value.toString('latin1'))}\n${JSON.stringify(columns)}`;
    const error = decoded.errors.find(e => e.record === record);
    if (expected === undefined) {
      refused++;
      if (error === undefined) throw new Error(`accepted what must be refused: ${show()}`);
      return;
    }
    if (error !== undefined) throw new Error(`refused (${error.column}: ${error.reason}): ${show()}`);
    const source = decoded.sourceRows === 0 ? row : new Int32Array(memory.buffer, decoded.sourceRows, row + 1)[row];
    if (source !== record) throw new Error(`row ${row} comes from record ${source}: ${show()}`);
    outputs.forEach((output, i) => {
      const {type, value: wanted} = follow(columns, expected, output);
      const got = readValue(memory, decoded.columns[i]!, type, row);
      if (!same(got, wanted)) throw new Error(`${JSON.stringify(output)}: got ${print(got)}, wanted ${print(wanted)}: ${show()}`);
    });
    row++;
  });
  if (decoded.rows !== row) throw new Error(`${where}: ${decoded.rows} rows instead of ${row}`);
  return refused;
}

const nullRow = (columns: readonly DecodeColumn[]): Expected[] | undefined =>
  columns.some(c => c.notNull === true) ? undefined : columns.map(() => null);

function print(value: Expected): string {
  return JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? `${v}n` : Object.is(v, -0) ? '-0' : v)) ?? 'undefined';
}

function same(a: Expected, b: Expected): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => same(item, b[i] ?? null));
  return Object.is(a, b);
}

/** Each column or field is wanted or not. */
function randomOutputs(random: SeededRandom, columns: readonly DecodeColumn[]): LeafPath[] {
  const outputs: LeafPath[] = [];
  const density = random.pick([0, 0.5, 1, 1]);
  const visit = (column: number, path: number[], type: SqlType): void => {
    if (random.chance(density)) outputs.push({column, path});
    if (type.kind === 'composite') type.fields.forEach((f, i) => visit(column, [...path, i], f.type));
  };
  columns.forEach((c, i) => visit(i, [], c.type));
  return random.shuffled(outputs);
}

function follow(columns: readonly DecodeColumn[], row: readonly Expected[], {column, path}: LeafPath): {type: SqlType; value: Expected} {
  let type = columns[column]!.type;
  let value = row[column] ?? null;
  for (const step of path) {
    if (type.kind !== 'composite') throw new Error('no composite');
    type = type.fields[step]!.type;
    value = Array.isArray(value) ? (value[step] ?? null) : null;
  }
  return {type, value};
}

/** Puts records side by side, or with other bytes between them as in a Kafka batch. */
function locate(random: SeededRandom, values: readonly (Buffer | null)[]): LocatedRecords {
  const gap = random.pick([0, 1, 9, 700]);
  const valueStart = new Int32Array(values.length);
  const valueEnd = new Int32Array(values.length);
  const pieces: Buffer[] = [];
  let at = 0;
  values.forEach((value, i) => {
    const between = Buffer.from(Array.from({length: gap}, () => random.pick([0x22, 0x7d, 0x2c, 0x80, 0x31, 0])));
    pieces.push(between);
    at += gap;
    valueStart[i] = value === null ? -1 : at;
    if (value !== null) {
      pieces.push(value);
      at += value.length;
    }
    valueEnd[i] = at;
  });
  return {bytes: Buffer.concat(pieces), valueStart, valueEnd, count: values.length};
}
