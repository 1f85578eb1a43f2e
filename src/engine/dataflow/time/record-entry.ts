import {compileMap, type KernelError, type MapKernel} from '../../../codegen/compile-map.ts';
import {pickColumns} from '../../../dataflow-builder/scan-columns.ts';
import type {EvaluationContext} from '../../../functions/evaluation-context.ts';
import type {StreamEntry} from '../../../planner/time/stream-entry.ts';
import type {Batch, Schema} from '../../../runtime/batch/batch.ts';
import {BatchBuilder} from '../../../runtime/batch/batch-builder.ts';
import type {Column} from '../../../runtime/batch/column.ts';
import {columnTimes} from '../../../runtime/time/column-times.ts';

/** A record that cannot be taken as it is: row `row` of the batch that was given. `byClock`: a later clock may find nothing wrong with it. */
export type Refusal = {readonly row: number; readonly column: string; readonly reason: string; readonly byClock?: boolean};

/** The rows that come in, with computed columns; the greatest watermark among them, −Infinity if there is none. */
export type Entered = {readonly batch: Batch; readonly watermark: number; readonly refused: readonly Refusal[]};

/**
 * What every record of a stream passes: its computed columns, its event time, its watermark. Records whose columns cannot be computed, and
 * records that are ahead of time by more than the stream allows, are refused: they become bad records and move no clock.
 */
export class RecordEntry {
  readonly #entry: StreamEntry;
  readonly #inputs: readonly number[];
  readonly #computed: () => readonly number[];
  readonly #kernel: MapKernel;
  readonly #evaluation: EvaluationContext;
  /** One for each computed column. */
  #single: readonly MapKernel[] | undefined;
  readonly #maxAhead: number;
  readonly #names: {readonly computed: readonly string[]; readonly time: string};
  #times = new Float64Array(0);
  #stamps = new Float64Array(0);
  #marks = new Float64Array(0);

  /** `inputs`, `computed`: where the columns that are read and computed lie in the batches that come in; −1 = nobody wants it. */
  constructor(args: {
    readonly entry: StreamEntry;
    readonly inputs: readonly number[];
    readonly computed: () => readonly number[];
    readonly maxAhead: number;
    readonly names: {readonly computed: readonly string[]; readonly time: string};
    readonly evaluation: EvaluationContext;
  }) {
    const {map} = args.entry;
    this.#entry = args.entry;
    this.#inputs = args.inputs;
    this.#computed = args.computed;
    this.#maxAhead = args.maxAhead;
    this.#names = args.names;
    this.#evaluation = args.evaluation;
    this.#kernel = compileMap({
      inputTypes: map.input.types,
      predicates: map.predicates,
      projections: map.projections,
      parameters: [],
      context: args.evaluation,
    });
  }

  /** `now`: time of the step, µs. `wasRefused`: by a clock before. The result is good until the next call. */
  enter(batch: Batch, now: number, schema: () => Schema, wasRefused: (row: number) => boolean = never): Entered {
    const refused: Refusal[] = [];
    let rows = batch;
    /** Numbers of the rows that are left, in the batch as it came; undefined = all. */
    let left: Int32Array | undefined;
    for (;;) {
      const {batch: entered, errors} = this.#kernel.run(pickColumns({...rows, weights: null}, this.#inputs));
      if (errors === null || errors.length === 0) {
        if (entered === null) return {batch: rows, watermark: -Infinity, refused};
        const placed = this.#place(rows, entered.columns);
        if (!this.#entry.hasWatermark) return {batch: placed, watermark: -Infinity, refused};
        return this.#guard(placed, entered, {now, refused, left, schema, wasRefused});
      }
      for (const {row, column, reason} of this.#reasons(rows, errors)) refused.push({row: left?.[row] ?? row, column, reason});
      const gone = new Set(errors.map(e => e.row));
      left = (left ?? Int32Array.from({length: rows.length}, (_, row) => row)).filter((_, row) => !gone.has(row));
      rows = without(rows, gone, schema());
      if (rows.length === 0) return {batch: rows, watermark: -Infinity, refused};
    }
  }

  /** What of records cannot be computed: of several columns the first. */
  #reasons(rows: Batch, errors: readonly KernelError[]): Refusal[] {
    const {map, computed} = this.#entry;
    this.#single ??= computed.map((_, i) =>
      compileMap({
        inputTypes: map.input.types,
        predicates: [],
        projections: map.projections!.slice(i, i + 1),
        parameters: [],
        context: this.#evaluation,
      }),
    );
    const found = new Map<number, Refusal>();
    const input = pickColumns({...rows, weights: null}, this.#inputs);
    for (const [i, kernel] of this.#single.entries()) {
      const column = this.#names.computed[i] ?? this.#names.time;
      for (const {row, error} of kernel.run(input).errors ?? []) if (!found.has(row)) found.set(row, {row, column, reason: error.message});
    }
    return errors.map(({row, error}) => found.get(row) ?? {row, column: this.#names.time, reason: error.message});
  }

  #place(rows: Batch, entered: readonly Column[]): Batch {
    const computed = this.#computed();
    if (computed.length === 0) return rows;
    const columns = [...rows.columns];
    computed.forEach((place, i) => {
      if (place >= 0 && place < columns.length) columns[place] = entered[i]!;
    });
    return {...rows, columns};
  }

  /** Keeps out rows that are ahead of their time. */
  #guard(rows: Batch, entered: Batch, {now, refused, left, schema, wasRefused}: Guarded): Entered {
    const {length} = rows;
    if (this.#times.length < length) {
      this.#times = new Float64Array(length);
      this.#stamps = new Float64Array(length);
      this.#marks = new Float64Array(length);
    }
    const [timeColumn, stampColumn, markColumn] = entered.columns.slice(this.#entry.computed.length);
    const times = columnTimes(timeColumn!, length, this.#times);
    const stamps = columnTimes(stampColumn!, length, this.#stamps);
    const marks = columnTimes(markColumn!, length, this.#marks);
    let watermark = -Infinity;
    const ahead = new Set<number>();
    for (let row = 0; row < length; row++) {
      const time = times[row]!;
      const stamp = stamps[row]!;
      // A record's own time stamp makes the decision the same whenever it is read; a wrong one cannot vouch for itself.
      // Without one it is 0, or before.
      const present = stamp > 0 && stamp < now ? stamp : now;
      if (time - present > this.#maxAhead || wasRefused(left?.[row] ?? row)) {
        ahead.add(row);
        const reason = `event time ${text(time)} is ahead of ${text(present)} by more than the stream's max_ahead`;
        refused.push({row: left?.[row] ?? row, column: this.#names.time, reason, byClock: present === now});
      } else if (marks[row]! > watermark) watermark = marks[row]!;
    }
    if (ahead.size === 0) return {batch: rows, watermark, refused};
    return {batch: without(rows, ahead, schema()), watermark, refused};
  }
}

/** What `enter` knows beside the rows. */
type Guarded = {
  readonly now: number;
  readonly refused: Refusal[];
  readonly left: Int32Array | undefined;
  readonly schema: () => Schema;
  readonly wasRefused: (row: number) => boolean;
};

const never = (): boolean => false;

function text(time: number): string {
  return Math.abs(time) < 8.64e18 ? new Date(time / 1000).toISOString() : time < 0 ? '-infinity' : 'infinity';
}

function without(batch: Batch, rows: ReadonlySet<number>, schema: Schema): Batch {
  const kept = new Int32Array(batch.length - rows.size);
  let count = 0;
  for (let row = 0; row < batch.length; row++) if (!rows.has(row)) kept[count++] = row;
  const columns = batch.columns.map((column, c): Column => {
    const builder = new BatchBuilder([schema[c]!]);
    if (column.form === 'u8' && column.values.length === 0 && batch.length > 0) return column;
    builder.columns[0]!.gather(column, kept, 0, count);
    return builder.columns[0]!.build();
  });
  let weights: Int32Array | null = null;
  if (batch.weights !== null) weights = Int32Array.from(kept, row => batch.weights![row]!);
  return {length: count, columns, weights};
}
