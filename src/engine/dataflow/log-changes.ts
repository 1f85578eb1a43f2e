import type {Batch} from '../../runtime/batch/batch.ts';
import {BatchBuilder} from '../../runtime/batch/batch-builder.ts';
import type {BatchSink, Slices} from '../../runtime/graph/operator.ts';
import {runToEnd} from '../../runtime/graph/run-slices.ts';
import type {Pin} from '../../runtime/rows/pin.ts';
import {AppendView} from '../../runtime/views/append-view.ts';
import {RelationReader} from './relation-reader.ts';
import {ADDED, type BaseRows, type DeltaArgs, type TableChanges} from './table-changes.ts';
import {declaredColumns, schemaOf, type WriteTarget} from './write-target.ts';

/**
 * Rows that a transaction adds to an embedded stream. They get their offsets and their time in the step that publishes them; until then
 * the transaction sees the offsets that they would get now, and its own time.
 */
export class LogChanges implements TableChanges {
  readonly target: WriteTarget;
  readonly #base: BaseRows | null;
  readonly #rows: AppendView;
  readonly #time: number;
  readonly #firstOffset: number;

  constructor(target: WriteTarget, base: BaseRows | null, time: number) {
    this.target = target;
    this.#base = base;
    this.#time = time;
    this.#firstOffset = base === null ? 0 : (target.log?.published ?? 0);
    this.#rows = new AppendView({label: `changes of ${target.name}`, schema: schemaOf(declaredColumns(target))});
  }

  get #store() {
    return this.#rows.stores[0]!;
  }

  /** The offset that the next row would get now. */
  get nextOffset(): number {
    return this.#firstOffset + this.#store.liveRows;
  }

  beginStatement(): void {
    this.#store.beginStep();
  }

  endStatement(): void {
    this.#store.endStep();
  }

  undoStatement(): void {
    this.#store.rollbackStep();
  }

  remove(): void {
    throw new Error('internal error: rows of a stream stay');
  }

  add(batch: Batch, outcome: Uint8Array): void {
    runToEnd(this.#rows.push(0, batch, {wanted: false, *emit() {}}));
    outcome.fill(ADDED, 0, batch.length);
  }

  existing(): number {
    return 0;
  }

  pin(): Pin {
    return this.#store.pin();
  }

  *scan(own: Pin, out: BatchSink): Slices {
    if (this.#base !== null) yield* new RelationReader(this.#base.rows, null, null).scan(this.#base.pin, out);
    yield* this.#emitOwn(own, this.#firstOffset, this.#time, out);
  }

  *delta({nextOffset, time}: DeltaArgs, out: BatchSink): Slices {
    yield* this.#emitOwn(null, nextOffset, time, out);
  }

  *#emitOwn(at: Pin | null, firstOffset: number, time: number, out: BatchSink): Slices {
    const builder = new BatchBuilder(this.#rows.schema);
    let offset = firstOffset;
    for (let from = 0; from >= 0;) {
      from = this.#rows.scan(from, 4096, builder, at);
      const batch = builder.build();
      if (batch.length > 0) yield* out.emit(withSystemColumns(batch, offset, time));
      offset += batch.length;
      builder.reset();
      yield;
    }
  }

  // Only tables can be truncated.
  emptied(): TableChanges {
    return new LogChanges(this.target, null, this.#time);
  }
}

/** Rows of an embedded stream with _partition 0, consecutive _offset, _timestamp (µs), and neither _key nor _headers. */
export function withSystemColumns(batch: Batch, firstOffset: number, time: number): Batch {
  const {length} = batch;
  const none = {
    form: 'bytes',
    starts: new Int32Array(length),
    ends: new Int32Array(length),
    data: new Uint8Array(0),
    validity: new Uint8Array(length),
  } as const;
  return {
    length,
    weights: batch.weights,
    columns: [
      ...batch.columns,
      {form: 'i32', values: new Int32Array(length), validity: null},
      {form: 'i64n', values: Float64Array.from({length}, (_, i) => firstOffset + i), validity: null},
      {form: 'i64n', values: new Float64Array(length).fill(time), validity: null},
      none,
      none,
    ],
  };
}
