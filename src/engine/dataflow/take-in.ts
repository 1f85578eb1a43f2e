import {datumsToBatch} from '../../codegen/datum-column.ts';
import type {Column} from '../../runtime/batch/column.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import type {BadRecord} from '../ingest/bad-records.ts';
import type {RecordBatch} from './record-batch.ts';
import {ERROR_TYPES, type StoredRelation} from './stored-relation.ts';
import {OFFSET_LEAF, TIMESTAMP_LEAF} from './stream-leaf.ts';
import type {StreamRuntime} from './stream-runtime.ts';
import type {Refusal} from './time/record-entry.ts';

/** A stream and its `$errors`. */
export type StreamTarget = {readonly stream: StreamRuntime; readonly errors: StoredRelation};

/** Feeds decoded records to the graph as part of the step in progress, those that became no row to `$errors`. `time` of the step. */
export function* takeIn({stream, errors}: StreamTarget, records: RecordBatch, time: number): Slices {
  const {batch, refused} = stream.admit(records, time);
  const bad = refused.length === 0 ? records.bad : [...records.bad, ...refusedRecords(records, refused, stream)];
  yield* stream.source.emit(batch);
  if (bad.length > 0) yield* errors.source.emit(errorBatch(bad, BigInt(time)));
}

/** Records that were decoded and then refused: their bytes are not at hand any more, their place is. */
function refusedRecords({header, columns}: RecordBatch, refused: readonly Refusal[], stream: StreamRuntime): BadRecord[] {
  const [offsets, times] = [OFFSET_LEAF, TIMESTAMP_LEAF].map(leaf => columns[stream.leaf(leaf)]);
  const at = (column: Column | null | undefined, row: number): number =>
    column == null ? 0 : Number((column as unknown as {readonly values: ArrayLike<number | bigint>}).values[row]);
  return refused.map(({row, column, reason}) => ({
    partition: header.partition,
    offset: at(offsets, row),
    timestamp: at(times, row) / 1000,
    column,
    reason,
    payload: null,
  }));
}

function errorBatch(bad: readonly BadRecord[], at: bigint) {
  return datumsToBatch(
    ERROR_TYPES,
    bad.map(b => [b.partition, BigInt(b.offset), BigInt(Math.round(b.timestamp * 1000)), b.column, b.reason, b.payload, at]),
  );
}
