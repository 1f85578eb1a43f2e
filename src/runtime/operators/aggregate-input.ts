import type {Batch, Schema} from '../batch/batch.ts';
import type {Column, U8Column} from '../batch/column.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import {formMismatch} from '../batch/form-mismatch.ts';
import type {Slices} from '../graph/operator.ts';
import {copyField} from '../rows/copy-field.ts';
import {CHUNK_ROWS} from '../rows/keyed-rows.ts';
import type {SnapshotBudget} from '../rows/pin.ts';
import {readField} from '../rows/read-field.ts';
import type {RowStore} from '../rows/row-store.ts';
import type {RowExpiry} from '../time/expiry-index.ts';
import {writeNull} from '../rows/write-field.ts';
import type {AggregateSlot, AggregateSlots} from './aggregate-spec.ts';
import type {GroupRows} from './group-rows.ts';
import {GroupedValues, type ValueBand} from './grouped-values.ts';

const ONES = new Int32Array(CHUNK_ROWS).fill(1);

/** Where the accumulators are. */
export type AggregatedRows = Pick<GroupRows, 'store' | 'accumulators' | 'slotFields'>;

export type AggregateInputArgs = {
  readonly label: string;
  readonly input: Schema;
  readonly plan: AggregateSlots;
  readonly groups: AggregatedRows;
  /** By an input column, which is a key of the groups. */
  readonly expiry?: RowExpiry | undefined;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/** Slots over one column that need its values: `slots[i]` reads band `bands[i]`. */
type ValueSource = {
  readonly column: number;
  readonly values: GroupedValues;
  readonly filters: readonly (number | null)[];
  readonly slots: readonly number[];
  readonly bands: readonly number[];
};

/** Brings input rows to the accumulators: FILTERs as weights, DISTINCT and ordered aggregates by way of grouped values. */
export class AggregateInput {
  readonly stores: readonly RowStore[];
  readonly #slots: readonly AggregateSlot[];
  readonly #groups: AggregatedRows;
  readonly #input: Schema;
  readonly #sources: readonly ValueSource[];
  readonly #filterWeights = new Map<number, Int32Array>();
  readonly #weights = new Int32Array(CHUNK_ROWS);
  readonly #time: number | undefined;

  constructor({label, input, plan, groups, expiry, budget, hashMask}: AggregateInputArgs) {
    this.#slots = plan.slots;
    this.#groups = groups;
    this.#input = input;
    this.#time = expiry?.column;
    for (const {filter} of plan.slots) if (filter !== null) this.#filterWeights.set(filter, new Int32Array(CHUNK_ROWS));
    this.#sources = valueSources(plan.slots).map(({column, slots}) => {
      const filters = [...new Set(slots.map(s => plan.slots[s]!.filter))];
      const bands: ValueBand[] = filters.map(filter => ({
        filter,
        ordered: slots.some(s => plan.slots[s]!.filter === filter && plan.slots[s]!.feed === 'ordered'),
      }));
      const order = slots.map(s => plan.slots[s]!.order).find(o => o !== undefined);
      const values = new GroupedValues({
        label: `${label} values of ${column}`,
        kind: input[column]!,
        bands,
        order,
        expiry,
        budget,
        hashMask,
      });
      return {column, values, filters, slots, bands: slots.map(s => filters.indexOf(plan.slots[s]!.filter))};
    });
    this.stores = this.#sources.map(s => s.values.store);
  }

  /** Rows `from … to` belong to the touched groups `ids`. */
  update(batch: Batch, from: number, to: number, ids: Int32Array): void {
    const weights = this.#computeWeights(batch, from, to);
    for (let s = 0; s < this.#slots.length; s++) {
      const slot = this.#slots[s]!;
      if (slot.feed !== 'direct') continue;
      const column: Column | null = slot.column === null ? null : batch.columns[slot.column]!;
      this.#groups.accumulators[s]!.update(ids, column, from, to, this.#weightsFor(slot.filter, weights));
    }
    for (const {column, values, filters} of this.#sources) {
      const bandWeights = filters.map(filter => this.#weightsFor(filter, weights));
      const time = this.#time === undefined ? null : batch.columns[this.#time]!;
      values.update({groups: ids, column: batch.columns[column]!, time, from, to, weights: bandWeights});
    }
  }

  #weightsFor(filter: number | null, weights: Int32Array): Int32Array {
    return filter === null ? weights : this.#filterWeights.get(filter)!;
  }

  #computeWeights(batch: Batch, from: number, to: number): Int32Array {
    let weights = ONES;
    if (batch.weights !== null) {
      weights = this.#weights;
      weights.set(batch.weights.subarray(from, to));
    }
    for (const [filter, filtered] of this.#filterWeights) {
      const {values, validity} = booleans(batch.columns[filter]!);
      for (let k = 0; k < to - from; k++) {
        const passes = values[from + k] !== 0 && (validity === null || validity[from + k] !== 0);
        filtered[k] = passes ? weights[k]! : 0;
      }
    }
    return weights;
  }

  /** At the end of a step: distinct values that came and went reach their accumulators, then the extremes are looked up. */
  *flush(): Slices {
    for (const source of this.#sources) {
      let ordered = false;
      yield* source.values.flush((band, values, groups, signs, count) => {
        source.slots.forEach((slot, i) => {
          if (source.bands[i] !== band) return;
          if (this.#slots[slot]!.feed === 'ordered') ordered = true;
          else this.#feedDistinct(source, slot, values, groups, signs, count);
        });
      });
      if (ordered) yield* this.#writeExtremes(source);
    }
  }

  isDue(): boolean {
    return this.#sources.some(({values}) => values.isDue());
  }

  /** Drops the values of groups that have ended. */
  *expire(): Slices {
    for (const {values} of this.#sources) yield* values.expire();
  }

  #feedDistinct(source: ValueSource, slot: number, values: Int32Array, groups: Int32Array, signs: Int32Array, count: number): void {
    const {store, valueField} = source.values;
    const builder = new BatchBuilder([this.#input[source.column]!]);
    readField(store.pages, store.arena, valueField, values, 0, count, builder.columns[0]!);
    this.#groups.accumulators[slot]!.update(groups, builder.columns[0]!.build(), 0, count, signs);
  }

  *#writeExtremes(source: ValueSource): Slices {
    const {store, slotFields} = this.#groups;
    const {values} = source;
    for (let t = 0; t < store.undo.count; t++) {
      if (t % CHUNK_ROWS === CHUNK_ROWS - 1) yield;
      const id = store.undo.ids[t]!;
      source.slots.forEach((slot, i) => {
        const {feed, kind} = this.#slots[slot]!;
        if (feed !== 'ordered') return;
        const field = slotFields[slot]![0]!;
        const band = source.bands[i]!;
        const row = kind === 'min' ? values.least(band, id) : values.greatest(band, id);
        if (row < 0) writeNull(store.pages, store.arena, field, id);
        else {
          const to = {pages: store.pages, arena: store.arena, field, row: id};
          copyField({pages: values.store.pages, arena: values.store.arena, field: values.valueField, row}, to);
        }
      });
    }
  }
}

function valueSources(slots: readonly AggregateSlot[]): {readonly column: number; readonly slots: number[]}[] {
  const byColumn = new Map<number, number[]>();
  slots.forEach((slot, s) => {
    if (slot.feed === 'direct' || slot.column === null) return;
    byColumn.set(slot.column, [...(byColumn.get(slot.column) ?? []), s]);
  });
  return [...byColumn].map(([column, of]) => ({column, slots: of}));
}

function booleans(column: Column): U8Column {
  if (column.form !== 'u8') throw formMismatch('u8', column);
  return column;
}
