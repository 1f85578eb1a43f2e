import {datumsToBatch} from '../../codegen/datum-column.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import type {BadRecord} from '../ingest/bad-records.ts';
import type {RecordBatch} from './record-batch.ts';
import {ERROR_TYPES, type StoredRelation} from './stored-relation.ts';
import type {StreamRuntime} from './stream-runtime.ts';

/** A stream and its `$errors`. */
export type StreamTarget = {readonly stream: StreamRuntime; readonly errors: StoredRelation};

/** Feeds decoded records to the graph as part of the step in progress, those that became no row to `$errors`. `time` of the step. */
export function* takeIn({stream, errors}: StreamTarget, records: RecordBatch, time: number): Slices {
  yield* stream.source.emit(stream.admit(records));
  if (records.bad.length > 0) yield* errors.source.emit(errorBatch(records.bad, BigInt(time)));
}

function errorBatch(bad: readonly BadRecord[], at: bigint) {
  return datumsToBatch(
    ERROR_TYPES,
    bad.map(b => [b.partition, BigInt(b.offset), BigInt(Math.round(b.timestamp * 1000)), b.column, b.reason, b.payload, at]),
  );
}
