import type {RecordBatch} from './record-batch.ts';

/** How many of a slab's rows have an offset below `limit`: offsets ascend. `offsetLeaf` = which of its columns holds them. */
export function rowsBelow({header, columns}: RecordBatch, offsetLeaf: number, limit: number): number {
  if (header.nextOffset <= limit || header.rows === 0) return header.rows;
  const {values} = columns[offsetLeaf]! as unknown as {readonly values: ArrayLike<number | bigint>};
  let low = 0;
  let high = header.rows;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number(values[middle]!) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
