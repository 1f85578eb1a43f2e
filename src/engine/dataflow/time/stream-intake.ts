import type {EvaluationContext} from '../../../functions/evaluation-context.ts';
import type {Batch} from '../../../runtime/batch/batch.ts';
import {physicalOf} from '../../../types/sql-type.ts';
import type {StreamSpec} from '../commands.ts';
import {leafOf, leafType, OFFSET_LEAF, PARTITION_LEAF, TIMESTAMP_LEAF, type LeafSet} from '../stream-leaf.ts';
import {formMismatch} from '../../../runtime/batch/form-mismatch.ts';
import type {ClockRefusals} from './clock-refusals.ts';
import {RecordEntry, type Entered} from './record-entry.ts';

/** What records of a stream pass on their way from a reader into a graph: `RecordEntry` over the leaves that the reader decodes. */
export class StreamIntake {
  readonly #stream: StreamSpec;
  readonly #leaves: LeafSet;
  readonly #entry: RecordEntry | undefined;
  readonly #computed: readonly number[];

  /** Asks `leaves` for what it needs: before anybody else does, so that every batch has it. */
  constructor(stream: StreamSpec, leaves: LeafSet, evaluation: EvaluationContext) {
    this.#stream = stream;
    this.#leaves = leaves;
    const {entry, columns, time} = stream;
    this.#computed = entry?.computed ?? [];
    if (entry === undefined) return;
    const {input} = entry.map;
    // Those that are refused are listed with their place.
    for (const leaf of [PARTITION_LEAF, OFFSET_LEAF, TIMESTAMP_LEAF]) leaves.number(leaf);
    const inputs = input.columns.map((column, i) => leaves.number(leafOf(columns.length, column, input.paths?.[i] ?? [])));
    this.#entry = new RecordEntry({
      entry,
      inputs,
      computed: () => this.#computed.map(ordinal => leaves.find({column: ordinal, path: []})),
      maxAhead: time?.maxAhead ?? Infinity,
      names: {computed: entry.computed.map(i => columns[i]!.name), time: time === undefined ? '' : columns[time.column]!.name},
      evaluation,
    });
  }

  /**
   * `now`: time of the step, µs. `past`: the records have been taken or refused before, by the stream that they are read of again. The result is
   * good until the next call.
   */
  enter(batch: Batch, now: number, past?: {readonly partition: number; readonly refusals: ClockRefusals}): Entered {
    if (this.#entry === undefined || batch.length === 0) return {batch, watermark: -Infinity, refused: []};
    const schema = () => this.#leaves.leaves.map(leaf => physicalOf(leafType(this.#stream, leaf)));
    if (past === undefined || past.refusals.isEmpty) return this.#entry.enter(batch, now, schema);
    return this.#entry.enter(batch, now, schema, row => past.refusals.has(past.partition, this.offsetOf(batch, row)));
  }

  /** Where a record that has entered stands in its partition. */
  offsetOf(batch: Batch, row: number): number {
    const column = batch.columns[this.#leaves.number(OFFSET_LEAF)]!;
    if (column.form !== 'i64n' && column.form !== 'i64w') throw formMismatch('i64', column);
    return Number(column.values[row]);
  }
}
