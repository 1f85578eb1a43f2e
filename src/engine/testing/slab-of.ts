import type {RecordSlab} from '../../connectors/slab-source.ts';

/** A record of a topic in memory; `timestamp` in ms since 1970. */
export type SlabRecord = {readonly offset: number; readonly timestamp: number; readonly value: Uint8Array};

const GAP = Buffer.from('\n');

/** A slab without keys and headers. Its values do not touch each other, as in a real one. */
export function slabOf(partition: number, records: readonly SlabRecord[], nextOffset: number): RecordSlab {
  const valueStart = new Int32Array(records.length);
  const valueEnd = new Int32Array(records.length);
  let at = 0;
  for (const [i, {value}] of records.entries()) {
    valueStart[i] = at;
    valueEnd[i] = at + value.length;
    at += value.length + GAP.length;
  }
  const none = new Int32Array(records.length).fill(-1);
  return {
    partition,
    bytes: Buffer.concat(records.flatMap(({value}) => [value, GAP])),
    count: records.length,
    offsets: Float64Array.from(records, r => r.offset),
    timestamps: Float64Array.from(records, r => r.timestamp),
    valueStart,
    valueEnd,
    keyStart: none,
    keyEnd: none,
    headersStart: none,
    headersEnd: none,
    nextOffset,
  };
}
