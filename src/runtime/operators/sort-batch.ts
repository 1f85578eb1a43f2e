import type {Batch, Schema} from '../batch/batch.ts';
import {rowOrder, sortPrefixes, type RowOrder, type SortColumn} from './sort-order.ts';
import {sortRows} from './sort-rows.ts';

/** Prefixes of the rows of a batch by the first key. */
export function prefixesOf(schema: Schema, sort: readonly SortColumn[], batch: Batch): Float64Array {
  const [first] = sort;
  if (first === undefined) return new Float64Array(batch.length);
  return sortPrefixes(schema, first, batch.columns[first.column]!, batch.length);
}

/** The row numbers of a batch in order, peers as they came. Pauses. */
export function* sortBatch(schema: Schema, sort: readonly SortColumn[], batch: Batch): Generator<void, Int32Array, void> {
  const prefixes = prefixesOf(schema, sort, batch);
  const full = rowOrder(schema, sort, batch.columns);
  const compare: RowOrder = (a, b) => {
    const x = prefixes[a]!;
    const y = prefixes[b]!;
    return x < y ? -1 : x > y ? 1 : full(a, b);
  };
  return yield* sortRows(batch.length, compare);
}
