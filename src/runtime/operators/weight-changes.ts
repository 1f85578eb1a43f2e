import {MAX_BATCH_ROWS} from '../batch/batch.ts';
import type {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Slices} from '../graph/operator.ts';
import {readField} from '../rows/read-field.ts';
import {FLAGS_WORD, LIVE} from '../rows/row-layout.ts';
import type {RowPages} from '../rows/row-pages.ts';
import type {RowStore} from '../rows/row-store.ts';

const ROWS_AT_ONCE = 4096;
const IDENTITY = Int32Array.from({length: ROWS_AT_ONCE}, (_, k) => k);

export type WeightChangesArgs = {
  readonly store: RowStore;
  /** How often a stored row, as it was or as it is, counts in the output. */
  readonly weightOf: (pages: RowPages, row: number) => number;
  /** Output columns are the first stored ones; the builder's further ones are NULL. */
  readonly columns: number;
  readonly builder: BatchBuilder;
};

/**
 * Emits, for the rows that the step has touched, how much more or less each counts in the output than before the step. Rows that are to go
 * are freed afterwards, by the caller.
 */
export function* emitWeightChanges({store, weightOf, columns, builder}: WeightChangesArgs, out: BatchSink): Slices {
  if (!out.wanted) return;
  const {undo, pages} = store;
  const ids = new Int32Array(ROWS_AT_ONCE);
  const weights = new Int32Array(ROWS_AT_ONCE);
  for (let from = 0; from < undo.count; from += ROWS_AT_ONCE) {
    const to = Math.min(undo.count, from + ROWS_AT_ONCE);
    let count = 0;
    for (let slot = from; slot < to; slot++) {
      const id = undo.ids[slot]!;
      const weight = (isLive(pages, id) ? weightOf(pages, id) : 0) - (isLive(undo.pages, slot) ? weightOf(undo.pages, slot) : 0);
      if (weight === 0) continue;
      ids[count] = id;
      weights[count++] = weight;
    }
    if (builder.length + count > MAX_BATCH_ROWS) yield* builder.emit(out);
    appendRows(store, ids, count, columns, builder);
    builder.addedWeights(weights, IDENTITY, 0, count);
    yield;
  }
  yield* builder.emit(out);
}

function appendRows({pages, arena, layout}: RowStore, ids: Int32Array, count: number, columns: number, {columns: out}: BatchBuilder): void {
  for (let c = 0; c < columns; c++) readField(pages, arena, layout.fields[c]!, ids, 0, count, out[c]!);
  for (let c = columns; c < out.length; c++) out[c]!.appendNulls(count);
}

function isLive(pages: RowPages, row: number): boolean {
  return (pages.ints[row >> pages.shift]![(row & pages.mask) * pages.stride + FLAGS_WORD]! & LIVE) !== 0;
}
