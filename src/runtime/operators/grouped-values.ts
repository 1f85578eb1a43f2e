import type {PhysicalKind} from '../../types/sql-type.ts';
import type {Batch} from '../batch/batch.ts';
import type {Column} from '../batch/column.ts';
import type {Slices} from '../graph/operator.ts';
import {compareStored, type BytesOrder} from '../rows/compare-stored.ts';
import {CHUNK_ROWS, KeyedRows} from '../rows/keyed-rows.ts';
import {orderPrefix} from '../rows/order-prefix.ts';
import {OrderedIndex} from '../rows/ordered-index.ts';
import type {SnapshotBudget} from '../rows/pin.ts';
import type {Field} from '../rows/row-layout.ts';
import type {RowPages} from '../rows/row-pages.ts';
import type {RowIndex, RowStore} from '../rows/row-store.ts';
import {writeField} from '../rows/write-field.ts';
import {ExpiryIndex, type Expiry} from '../time/expiry-index.ts';

const GROUP = 0;
const VALUE = 1;
const TIME = 2;
const entries = new Int32Array(CHUNK_ROWS);

/** One way of counting the values: by the weights that a FILTER leaves. `ordered`: the least and greatest are asked for. */
export type ValueBand = {readonly filter: number | null; readonly ordered: boolean};

export type GroupedValuesArgs = {
  readonly label: string;
  readonly kind: PhysicalKind;
  readonly bands: readonly ValueBand[];
  readonly order?: BytesOrder | undefined;
  /** Groups end with time. */
  readonly expiry?: Expiry | undefined;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/** Rows `from … to` of a column of values, their groups, when those end, and `weights[band][k]` of row `from + k`. */
export type ValueChanges = {
  readonly groups: Int32Array;
  readonly column: Column;
  readonly time: Column | null;
  readonly from: number;
  readonly to: number;
  readonly weights: readonly Int32Array[];
};

/** Gets values that came (+1) or went (−1) in a band: `values` are row numbers in `store`, of `groups[k]`. */
export type FlipVisitor = (band: number, values: Int32Array, groups: Int32Array, signs: Int32Array, count: number) => void;

/**
 * The values of one aggregate argument per group: (group, value) → one weight per band. Says at the end of a step which values came and
 * went (DISTINCT aggregates), and finds the least and the greatest of a group (min and max under retraction). A value is present in a band
 * while its weight there is positive; the order indexes hold present values only and are rebuilt on recovery.
 */
export class GroupedValues implements RowIndex {
  readonly rows: KeyedRows;
  readonly store: RowStore;
  readonly valueField: Field;
  readonly #bands: readonly ValueBand[];
  readonly #weightsAt: readonly number[];
  readonly #orders: readonly (OrderedIndex | null)[];
  readonly #due: ExpiryIndex | undefined;
  #groupColumn = new Int32Array(0);

  constructor({label, kind, bands, order, expiry, budget, hashMask}: GroupedValuesArgs) {
    this.#bands = bands;
    this.rows = new KeyedRows({
      label,
      columns: expiry === undefined ? ['i32', kind] : ['i32', kind, 'i64'],
      keys: [GROUP, VALUE],
      extras: bands.map(() => 'word' as const),
      // The least of 1.0 and 1.00 is one that is there; to DISTINCT they are one value.
      sameness: bands.every(b => b.ordered) ? 'exact' : 'value',
      budget,
      hashMask,
    });
    this.store = this.rows.store;
    this.valueField = this.store.layout.fields[VALUE]!;
    this.#weightsAt = this.store.layout.extras.map(e => e.at);
    const compare = (a: number, b: number) => compareStored(this.store.pages, this.store.arena, this.valueField, a, b, order);
    this.#orders = bands.map(b => (b.ordered ? new OrderedIndex({compare}) : null));
    this.store.indexes.push(this);
    if (expiry !== undefined) this.#due = new ExpiryIndex(this.store, this.store.layout.fields[TIME]!, expiry);
  }

  update({groups, column, time, from, to, weights}: ValueChanges): void {
    if (this.#groupColumn.length < to) this.#groupColumn = new Int32Array(Math.max(to, 2 * this.#groupColumn.length));
    for (let k = 0; k < to - from; k++) this.#groupColumn[from + k] = groups[k]!;
    const batch: Batch = {length: to, columns: [{form: 'i32', values: this.#groupColumn, validity: null}, column], weights: null};
    this.rows.resolve(batch, [GROUP, VALUE], from, to, entries);
    if (time !== null) this.#noteTimes(time);
    this.store.touchAll(entries, to - from);
    const {ints, shift, mask, stride} = this.store.pages;
    for (let b = 0; b < weights.length; b++) {
      const at = this.#weightsAt[b]!;
      const added = weights[b]!;
      for (let k = 0; k < to - from; k++) ints[entries[k]! >> shift]![(entries[k]! & mask) * stride + at]! += added[k]!;
    }
  }

  #noteTimes(time: Column): void {
    const {fresh, freshRows, freshCount} = this.rows;
    const {pages, arena, layout} = this.store;
    for (let k = 0; k < freshCount; k++) writeField(pages, arena, layout.fields[TIME]!, time, freshRows[k]!, fresh[k]!);
    this.#due!.add(fresh, freshCount);
  }

  isDue(): boolean {
    return this.#due?.isDue() === true;
  }

  /** Drops the values of groups that have ended; nothing is told of them. */
  *expire(): Slices {
    if (this.#due === undefined) return;
    yield* this.#due.expire((ids, count) => {
      this.remove(ids, count);
      for (let k = 0; k < count; k++) this.rows.free(ids[k]!);
    });
  }

  /** Ends the step: tells what came and went, brings the orders up to date, frees values that are in no band any more. */
  *flush(visit: FlipVisitor): Slices {
    const {undo} = this.store;
    const values = this.#bands.map(() => new Int32Array(CHUNK_ROWS));
    const groups = this.#bands.map(() => new Int32Array(CHUNK_ROWS));
    const signs = this.#bands.map(() => new Int32Array(CHUNK_ROWS));
    for (let from = 0; from < undo.count; from += CHUNK_ROWS) {
      const to = Math.min(undo.count, from + CHUNK_ROWS);
      for (let b = 0; b < this.#bands.length; b++) {
        const count = this.#flips(b, from, to, values[b]!, groups[b]!, signs[b]!);
        if (count > 0) visit(b, values[b]!, groups[b]!, signs[b]!, count);
      }
      for (let slot = from; slot < to; slot++) this.#freeIfGone(undo.ids[slot]!);
      yield;
    }
  }

  #flips(band: number, from: number, to: number, values: Int32Array, groups: Int32Array, signs: Int32Array): number {
    const {undo, pages} = this.store;
    const at = this.#weightsAt[band]!;
    const order = this.#orders[band]!;
    let count = 0;
    for (let slot = from; slot < to; slot++) {
      const id = undo.ids[slot]!;
      const weight = wordAt(pages, id, at);
      if (weight < 0) throw new Error(`internal error: ${this.store.label}: a value is there ${weight} times`);
      const was = isInUse(undo.pages, slot) && wordAt(undo.pages, slot, at) > 0;
      if (was === weight > 0 || this.#isNull(id)) continue;
      values[count] = id;
      groups[count] = this.#groupOf(id);
      signs[count++] = was ? -1 : 1;
      if (order === null) continue;
      if (was) order.remove(this.#groupOf(id), this.#prefix(id), id);
      else order.insert(this.#groupOf(id), this.#prefix(id), id);
    }
    return count;
  }

  #freeIfGone(id: number): void {
    for (let b = 0; b < this.#weightsAt.length; b++) if (wordAt(this.store.pages, id, this.#weightsAt[b]!) !== 0) return;
    this.rows.free(id);
  }

  /** Row of the least value of a group in a band, −1 if there is none. */
  least(band: number, group: number): number {
    return this.#orders[band]!.first(group);
  }

  greatest(band: number, group: number): number {
    return this.#orders[band]!.last(group);
  }

  #groupOf(id: number): number {
    return wordAt(this.store.pages, id, this.store.layout.fields[GROUP]!.at);
  }

  #isNull(id: number): boolean {
    return (wordAt(this.store.pages, id, this.valueField.nullWord) & this.valueField.nullMask) !== 0;
  }

  #prefix(id: number): number {
    return orderPrefix(this.store.pages, this.store.arena, this.valueField, id);
  }

  // ---- RowIndex: the orders --------------------------------------------------------------------------------------------------------

  add(rows: Int32Array, count: number): void {
    this.#forEachPresent(rows, count, (order, id) => order.insert(this.#groupOf(id), this.#prefix(id), id));
  }

  remove(rows: Int32Array, count: number): void {
    this.#forEachPresent(rows, count, (order, id) => order.remove(this.#groupOf(id), this.#prefix(id), id), true);
  }

  #forEachPresent(rows: Int32Array, count: number, visit: (order: OrderedIndex, id: number) => void, always = false): void {
    for (let k = 0; k < count; k++) {
      const id = rows[k]!;
      if (this.#isNull(id)) continue;
      for (let b = 0; b < this.#orders.length; b++) {
        const order = this.#orders[b];
        if (order != null && (always || wordAt(this.store.pages, id, this.#weightsAt[b]!) > 0)) visit(order, id);
      }
    }
  }

  clear(): void {
    for (const order of this.#orders) order?.clear();
  }

  byteLength(): number {
    return this.#orders.reduce((bytes, order) => bytes + (order?.byteLength() ?? 0), 0);
  }
}

function wordAt(pages: RowPages, row: number, at: number): number {
  return pages.ints[row >> pages.shift]![(row & pages.mask) * pages.stride + at]!;
}

function isInUse(pages: RowPages, row: number): boolean {
  return (wordAt(pages, row, 1) & 1) !== 0;
}
