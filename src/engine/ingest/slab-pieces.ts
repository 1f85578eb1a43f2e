import type {RecordSlab} from '../../connectors/slab-source.ts';

/** Records `from` to `to` − 1 of a slab. */
export function slabPiece(slab: RecordSlab, from: number, to: number): RecordSlab {
  if (from === 0 && to === slab.count) return slab;
  return {
    partition: slab.partition,
    bytes: slab.bytes,
    count: to - from,
    offsets: slab.offsets.subarray(from, to),
    timestamps: slab.timestamps.subarray(from, to),
    valueStart: slab.valueStart.subarray(from, to),
    valueEnd: slab.valueEnd.subarray(from, to),
    keyStart: slab.keyStart.subarray(from, to),
    keyEnd: slab.keyEnd.subarray(from, to),
    headersStart: slab.headersStart.subarray(from, to),
    headersEnd: slab.headersEnd.subarray(from, to),
    nextOffset: to === slab.count ? slab.nextOffset : slab.offsets[to - 1]! + 1,
  };
}

/** Where the records at or after an offset begin. */
export function recordsFrom(slab: RecordSlab, offset: number): number {
  let from = 0;
  while (from < slab.count && slab.offsets[from]! < offset) from++;
  return from;
}
