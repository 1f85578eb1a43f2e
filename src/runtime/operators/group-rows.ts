import type {SqlError} from '../../common/sql-error.ts';
import {assert} from '../../common/unreachable.ts';
import type {PhysicalKind} from '../../types/sql-type.ts';
import type {BatchBuilder} from '../batch/batch-builder.ts';
import {KeyedRows} from '../rows/keyed-rows.ts';
import type {SnapshotBudget} from '../rows/pin.ts';
import {readField} from '../rows/read-field.ts';
import {FLAGS_WORD, LIVE, type ExtraKind, type Extra, type Field} from '../rows/row-layout.ts';
import type {RowPages} from '../rows/row-pages.ts';
import type {RowStore} from '../rows/row-store.ts';
import {failureOf, fallibleOf, type Accumulator, type AccumulatorPlaces} from './accumulators/accumulator.ts';
import {slotPlaces, type AggregateSlots} from './aggregate-spec.ts';

/** The only group of an aggregate without keys. */
const ONLY_GROUP = 0;
const WORDS: Readonly<Record<PhysicalKind, number>> = {u8: 0, i32: 1, i64: 2, f64: 2, decimal: 3, bytes: 2};

export type GroupRowsArgs = {
  readonly label: string;
  readonly keyKinds: readonly PhysicalKind[];
  readonly plan: AggregateSlots;
  readonly budget?: SnapshotBudget | undefined;
  readonly scratch?: boolean | undefined;
  readonly hashMask?: number | undefined;
};

/** The groups of an aggregate: key columns and accumulators in one row. */
export class GroupRows {
  readonly rows: KeyedRows;
  readonly store: RowStore;
  readonly accumulators: readonly Accumulator[];
  /** Fields of each slot, in the order of its definition. */
  readonly slotFields: readonly (readonly Field[])[];
  readonly #keyFields: readonly Field[];
  readonly #outputs: readonly Accumulator[];
  readonly #fallible: readonly Required<Accumulator>[];
  /** The words that an output row depends on, flags aside. */
  readonly #compared: readonly number[];
  readonly #flagWords: number;
  readonly #presenceAt: number | null;
  readonly #announced: Extra | null;

  constructor({label, keyKinds, plan, budget, scratch, hashMask}: GroupRowsArgs) {
    const columns = [...keyKinds];
    const extras: ExtraKind[] = [];
    const initiallyNull: number[] = [];
    for (const {definition} of plan.slots) {
      for (const kind of definition.columns) initiallyNull.push(columns.push(kind) - 1);
      extras.push(...definition.extras);
    }
    const keyless = keyKinds.length === 0;
    if (keyless) extras.push('bit');
    this.rows = new KeyedRows({label, columns, keys: keyKinds.map((_, k) => k), extras, initiallyNull, budget, scratch, hashMask});
    this.store = this.rows.store;

    const {layout} = this.store;
    this.#keyFields = layout.fields.slice(0, keyKinds.length);
    const places = slotPlaces(this.store, plan.slots, keyKinds.length);
    this.slotFields = places.map(p => p.fields);
    this.accumulators = plan.slots.map(({definition}, s) => definition.bind(places[s]!));
    this.#outputs = plan.outputs.map(slot => this.accumulators[slot]!);
    this.#fallible = fallibleOf(this.#outputs);
    this.#presenceAt = plan.presence === null ? null : places[plan.presence]!.extras[0]!.at;
    this.#announced = keyless ? layout.extras.at(-1)! : null;
    this.#compared = comparedWords(plan, places);
    this.#flagWords =
      Math.floor((layout.fields.length + columns.filter(k => k === 'u8').length + extras.filter(e => e === 'bit').length) / 32) + 1;
    if (keyless) this.#createOnlyGroup(initiallyNull);
  }

  #createOnlyGroup(initiallyNull: readonly number[]): void {
    const {store} = this;
    store.beginStep();
    const id = store.alloc();
    assert(id === ONLY_GROUP, 'first row id');
    const ints = store.pages.ints[0]!;
    for (const column of initiallyNull) {
      const {nullWord, nullMask} = store.layout.fields[column]!;
      ints[nullWord]! |= nullMask;
    }
    store.endStep();
  }

  /** Groups go away with their last row. */
  get vanish(): boolean {
    return this.#presenceAt !== null;
  }

  /** The only group enters the output with the first step, changed or not. */
  announce(): void {
    if (this.#announced === null) return;
    const {at, mask} = this.#announced;
    if ((this.store.pages.ints[0]![at]! & mask) !== 0) return;
    this.store.touch(ONLY_GROUP);
    this.store.pages.ints[0]![at]! |= mask;
  }

  /** Whether the group in this slot of the undo log was part of the output before the step. */
  wasPublished(slot: number): boolean {
    const {pages} = this.store.undo;
    const ints = pages.ints[slot >> pages.shift]!;
    const base = (slot & pages.mask) * pages.stride;
    if (this.#announced !== null) return (ints[base + this.#announced.at]! & this.#announced.mask) !== 0;
    return (ints[base + FLAGS_WORD]! & LIVE) !== 0;
  }

  isPresent(id: number): boolean {
    if (this.#presenceAt === null) return true;
    const {floats, shift, mask, stride} = this.store.pages;
    const count = floats[id >> shift]![((id & mask) * stride + this.#presenceAt) >> 1]!;
    if (count < 0) throw new Error(`internal error: ${this.store.label}: a group has ${count} rows`);
    return count > 0;
  }

  /** Whether the output row of a group differs from the one saved in `slot`. */
  differs(slot: number, id: number): boolean {
    const {stride, shift, mask} = this.store.pages;
    const a = this.store.undo.pages.ints[slot >> this.store.undo.pages.shift]!;
    const b = this.store.pages.ints[id >> shift]!;
    const baseA = (slot & this.store.undo.pages.mask) * stride;
    const baseB = (id & mask) * stride;
    for (let w = FLAGS_WORD; w < FLAGS_WORD + this.#flagWords; w++) if (a[baseA + w] !== b[baseB + w]) return true;
    for (let i = 0; i < this.#compared.length; i++) if (a[baseA + this.#compared[i]!] !== b[baseB + this.#compared[i]!]) return true;
    return false;
  }

  /** Some group may have no result. */
  get fallible(): boolean {
    return this.#fallible.length > 0;
  }

  /** Why a group has no result; null when it has. */
  failure(pages: RowPages, row: number): SqlError | null {
    return failureOf(this.#fallible, pages, row);
  }

  /** Appends the keys of a group. */
  readKeys(pages: RowPages, row: number, out: BatchBuilder, weight: number): void {
    const rows = Int32Array.of(row);
    for (let k = 0; k < this.#keyFields.length; k++) readField(pages, this.store.arena, this.#keyFields[k]!, rows, 0, 1, out.columns[k]!);
    out.added(1, weight);
  }

  freeIfEmpty(id: number): void {
    if (this.#presenceAt !== null && this.store.isLive(id) && !this.isPresent(id)) this.rows.free(id);
  }

  /** Appends output rows. */
  read(pages: RowPages, rows: Int32Array, count: number, out: BatchBuilder, weight: number): void {
    if (count === 0) return;
    const keys = this.#keyFields.length;
    for (let k = 0; k < keys; k++) readField(pages, this.store.arena, this.#keyFields[k]!, rows, 0, count, out.columns[k]!);
    for (let o = 0; o < this.#outputs.length; o++) this.#outputs[o]!.read(pages, rows, 0, count, out.columns[keys + o]!);
    out.added(count, weight);
  }
}

function comparedWords(plan: AggregateSlots, places: readonly AccumulatorPlaces[]): number[] {
  const words = new Set<number>();
  for (const slot of plan.outputs) {
    const {definition} = plan.slots[slot]!;
    places[slot]!.fields.forEach((field, i) => {
      for (let w = 0; w < WORDS[definition.columns[i]!]; w++) words.add(field.at + w);
    });
    places[slot]!.extras.forEach((extra, i) => {
      words.add(extra.at);
      if (definition.extras[i] === 'double') words.add(extra.at + 1);
    });
  }
  return [...words];
}
