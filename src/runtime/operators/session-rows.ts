import type {SqlError} from '../../common/sql-error.ts';
import type {PhysicalKind} from '../../types/sql-type.ts';
import type {Batch} from '../batch/batch.ts';
import type {BatchBuilder} from '../batch/batch-builder.ts';
import type {Column} from '../batch/column.ts';
import type {Int64ColumnBuilder} from '../batch/int64-column-builder.ts';
import {copyField} from '../rows/copy-field.ts';
import type {SnapshotBudget} from '../rows/pin.ts';
import {readField} from '../rows/read-field.ts';
import {FLAGS_WORD, layoutRows, type ExtraKind, type Field} from '../rows/row-layout.ts';
import type {RowPages} from '../rows/row-pages.ts';
import {RowStore} from '../rows/row-store.ts';
import {writeField} from '../rows/write-field.ts';
import {timeOf} from '../time/stored-time.ts';
import {failureOf, fallibleOf, type Accumulator} from './accumulators/accumulator.ts';
import {slotPlaces, type AggregateSlots} from './aggregate-spec.ts';

export type SessionRowsArgs = {
  readonly label: string;
  readonly keyKinds: readonly PhysicalKind[];
  readonly gap: number;
  readonly plan: AggregateSlots;
  readonly budget?: SnapshotBudget | undefined;
};

/**
 * The sessions of a session aggregate, a row each: key, first and last time (NULL: the rows without a time), accumulators. Those of a key are
 * chained, the latest first; they are found by way of its head.
 */
export class SessionRows {
  readonly store: RowStore;
  readonly accumulators: readonly Accumulator[];
  readonly slotFields: readonly (readonly Field[])[];
  readonly first: Field;
  readonly last: Field;
  readonly #keyFields: readonly Field[];
  readonly #initiallyNull: readonly Field[];
  readonly #outputs: readonly Accumulator[];
  readonly #fallible: readonly Required<Accumulator>[];
  readonly #gap: number;
  readonly #headAt: number;
  readonly #olderAt: number;

  constructor({label, keyKinds, gap, plan, budget}: SessionRowsArgs) {
    const columns: PhysicalKind[] = [...keyKinds, 'i64', 'i64'];
    const extras: ExtraKind[] = [];
    for (const {definition} of plan.slots) {
      columns.push(...definition.columns);
      extras.push(...definition.extras);
    }
    const layout = layoutRows(columns, [...extras, 'word', 'word']);
    this.store = new RowStore({label, layout, budget});
    const width = keyKinds.length + 2;
    this.#keyFields = layout.fields.slice(0, width - 2);
    this.first = layout.fields[width - 2]!;
    this.last = layout.fields[width - 1]!;
    this.#initiallyNull = layout.fields.slice(width);
    const places = slotPlaces(this.store, plan.slots, width);
    this.slotFields = places.map(p => p.fields);
    this.accumulators = plan.slots.map(({definition}, s) => definition.bind(places[s]!));
    this.#outputs = plan.outputs.map(slot => this.accumulators[slot]!);
    this.#fallible = fallibleOf(this.#outputs);
    this.#gap = gap;
    [this.#headAt, this.#olderAt] = layout.extras.slice(-2).map(e => e.at) as [number, number];
  }

  /** A session of one row of a batch, whose time is in column `time`: in no chain yet. */
  start(batch: Batch, keys: readonly number[], time: number, row: number, head: number): number {
    const {store} = this;
    const id = store.alloc();
    const {pages, arena} = store;
    for (let f = 0; f < keys.length; f++) writeField(pages, arena, this.#keyFields[f]!, batch.columns[keys[f]!]!, row, id);
    writeField(pages, arena, this.first, batch.columns[time]!, row, id);
    writeField(pages, arena, this.last, batch.columns[time]!, row, id);
    const ints = pages.ints[id >> pages.shift]!;
    const base = (id & pages.mask) * pages.stride;
    for (const {nullWord, nullMask} of this.#initiallyNull) ints[base + nullWord]! |= nullMask;
    ints[base + this.#headAt] = head;
    return id;
  }

  firstOf(id: number): number {
    return timeOf(this.store.pages, this.first, id);
  }

  lastOf(id: number): number {
    return timeOf(this.store.pages, this.last, id);
  }

  headOf(id: number): number {
    return wordAt(this.store.pages, id, this.#headAt);
  }

  /** The next older session of the key, −1 at the end. */
  older(id: number): number {
    return wordAt(this.store.pages, id, this.#olderAt) - 1;
  }

  setOlder(id: number, older: number): void {
    const {store} = this;
    store.touch(id);
    store.pages.ints[id >> store.pages.shift]![(id & store.pages.mask) * store.pages.stride + this.#olderAt] = older + 1;
  }

  /** Gives a session another first or last time, that of a row of a batch. */
  setTime(id: number, field: Field, column: Column, row: number): void {
    this.store.touch(id);
    writeField(this.store.pages, this.store.arena, field, column, row, id);
  }

  /** Makes a session reach to the end of a later one, and adds everything that that has aggregated. */
  merge(into: number, from: number): void {
    const {store, last} = this;
    const {pages, arena} = store;
    store.touch(into);
    store.touch(from);
    copyField({pages, arena, field: last, row: from}, {pages, arena, field: last, row: into});
    for (let a = 0; a < this.accumulators.length; a++) this.accumulators[a]!.merge(into, from);
  }

  /** Whether anything but the chain differs from what is saved in `slot`. */
  differs(slot: number, id: number): boolean {
    const {pages, undo} = this.store;
    const a = undo.pages.ints[slot >> undo.pages.shift]!;
    const b = pages.ints[id >> pages.shift]!;
    const baseA = (slot & undo.pages.mask) * pages.stride;
    const baseB = (id & pages.mask) * pages.stride;
    for (let w = FLAGS_WORD; w < pages.stride; w++) if (w !== this.#olderAt && a[baseA + w] !== b[baseB + w]) return true;
    return false;
  }

  /** Some session may have no result. */
  get fallible(): boolean {
    return this.#fallible.length > 0;
  }

  /** Why a session has no result; null when it has. */
  failure(pages: RowPages, row: number): SqlError | null {
    return failureOf(this.#fallible, pages, row);
  }

  /** Appends the key and the first time of a session. */
  readStart(pages: RowPages, row: number, out: BatchBuilder, weight: number): void {
    const rows = Int32Array.of(row);
    for (const [c, field] of [...this.#keyFields, this.first].entries())
      readField(pages, this.store.arena, field, rows, 0, 1, out.columns[c]!);
    out.added(1, weight);
  }

  /** Appends output rows: key, start, end, aggregates. */
  read(pages: RowPages, rows: Int32Array, count: number, out: BatchBuilder, weight: number): void {
    if (count === 0) return;
    const {arena} = this.store;
    const keys = this.#keyFields.length;
    for (let k = 0; k < keys; k++) readField(pages, arena, this.#keyFields[k]!, rows, 0, count, out.columns[k]!);
    readField(pages, arena, this.first, rows, 0, count, out.columns[keys]!);
    this.#readEnds(pages, rows, count, out.columns[keys + 1] as Int64ColumnBuilder);
    for (let o = 0; o < this.#outputs.length; o++) this.#outputs[o]!.read(pages, rows, 0, count, out.columns[keys + 2 + o]!);
    out.added(count, weight);
  }

  #readEnds(pages: RowPages, rows: Int32Array, count: number, out: Int64ColumnBuilder): void {
    for (let k = 0; k < count; k++) {
      const last = timeOf(pages, this.last, rows[k]!);
      if (Number.isNaN(last)) out.appendNull();
      else if (Number.isSafeInteger(last) && Number.isSafeInteger(last + this.#gap)) out.append(last + this.#gap);
      else out.appendBigint(exactEnd(pages, this.last, rows[k]!, this.#gap));
    }
  }
}

function exactEnd({ints, shift, mask, stride}: RowPages, {at}: Field, row: number, gap: number): bigint {
  const base = (row & mask) * stride + at;
  const last = (BigInt(ints[row >> shift]![base + 1]!) << 32n) | BigInt(ints[row >> shift]![base]! >>> 0);
  const isInfinite = last === 2n ** 63n - 1n || last === -(2n ** 63n);
  if (isInfinite) return last;
  const end = last + BigInt(gap);
  return BigInt.asIntN(64, end) === end ? end : 2n ** 63n - 1n;
}

function wordAt({ints, shift, mask, stride}: RowPages, row: number, at: number): number {
  return ints[row >> shift]![(row & mask) * stride + at]!;
}
