import {unreachable} from '../../common/unreachable.ts';
import type {PhysicalKind} from '../../types/sql-type.ts';
import type {Schema} from '../batch/batch.ts';
import type {BytesOrder} from '../rows/compare-stored.ts';
import type {RowStore} from '../rows/row-store.ts';
import type {AccumulatorDefinition, AccumulatorPlaces} from './accumulators/accumulator.ts';
import {boolDefinition} from './accumulators/bool-aggregate.ts';
import {countDefinition} from './accumulators/count.ts';
import {extremeDefinition} from './accumulators/extreme.ts';
import {sumDecimalDefinition} from './accumulators/sum-decimal.ts';
import {sumFloatDefinition} from './accumulators/sum-float.ts';
import {sumIntDefinition} from './accumulators/sum-int.ts';

/**
 * One aggregate call over columns of the input. `column` is absent for count(*) only; `filter` is a boolean column. Results: count → i64;
 * sum of i32 → i64, i64 → decimal of scale 0, f64 → f64, decimal → decimal; sum-counts of i64 → i64; min, max → as the input; bool-and, bool-or → u8.
 * `order`: for min and max over a bytes column whose order is not that of its bytes.
 */
export type AggregateSpec = {
  readonly kind: 'count' | 'sum' | 'sum-counts' | 'min' | 'max' | 'bool-and' | 'bool-or';
  readonly column?: number | undefined;
  readonly filter?: number | undefined;
  readonly distinct?: boolean | undefined;
  readonly order?: BytesOrder | undefined;
};

/** An aggregate as it is kept: equal calls share one. */
export type AggregateSlot = {
  readonly definition: AccumulatorDefinition;
  readonly kind: AggregateSpec['kind'];
  readonly column: number | null;
  readonly filter: number | null;
  /** How it gets its values: as they come; each distinct value once; or, min and max only, by asking ordered state at the end of a step. */
  readonly feed: 'direct' | 'distinct' | 'ordered';
  readonly order: BytesOrder | undefined;
};

export type AggregateSlots = {
  readonly slots: readonly AggregateSlot[];
  /** Slot of each call. */
  readonly outputs: readonly number[];
  /** Slot that counts the rows of a group; null when groups never go away. */
  readonly presence: number | null;
};

/** Chooses the state for the calls. `vanishing`: groups go away with their last row. */
export function planSlots(input: Schema, calls: readonly AggregateSpec[], appendOnly: boolean, vanishing: boolean): AggregateSlots {
  const slots: AggregateSlot[] = [];
  const known = new Map<string, number>();
  const slotOf = (call: AggregateSpec): number => {
    const column = call.column ?? null;
    const filter = call.filter ?? null;
    const feed = feedOf(call, appendOnly);
    const name = `${call.kind}/${column}/${filter}/${feed}`;
    let slot = known.get(name);
    if (slot === undefined) {
      slot = slots.length;
      known.set(name, slot);
      const kind = column === null ? null : input[column]!;
      const definition = define(call, kind, feed === 'direct', appendOnly);
      slots.push({definition, kind: call.kind, column, filter, feed, order: call.order});
    }
    return slot;
  };
  const presence = vanishing ? slotOf({kind: 'count'}) : null;
  return {slots, outputs: calls.map(slotOf), presence};
}

function feedOf(call: AggregateSpec, appendOnly: boolean): AggregateSlot['feed'] {
  const extreme = call.kind === 'min' || call.kind === 'max';
  if (extreme) return appendOnly ? 'direct' : 'ordered';
  return call.distinct === true && (call.kind === 'count' || call.kind === 'sum') ? 'distinct' : 'direct';
}

function define(call: AggregateSpec, kind: PhysicalKind | null, direct: boolean, appendOnly: boolean): AccumulatorDefinition {
  switch (call.kind) {
    case 'count':
      return countDefinition;
    case 'bool-and':
      return boolDefinition('and');
    case 'bool-or':
      return boolDefinition('or');
    case 'min':
    case 'max':
      return extremeDefinition(call.kind, kind!, direct, call.order);
    case 'sum':
      if (kind === 'i32' || kind === 'i64') return sumIntDefinition(kind, kind === 'i32' ? 'i64' : 'decimal');
      if (kind === 'f64') return sumFloatDefinition;
      if (kind === 'decimal') return sumDecimalDefinition(appendOnly);
      throw new Error(`internal error: no sum over columns of kind ${kind}`);
    case 'sum-counts':
      return sumIntDefinition('i64', 'i64');
    default:
      return unreachable(call.kind);
  }
}

/** Where each slot keeps its state in the rows of a store: their columns from `firstField` on, and their extras from the first on. */
export function slotPlaces(store: RowStore, slots: readonly AggregateSlot[], firstField: number): readonly AccumulatorPlaces[] {
  const {fields, extras} = store.layout;
  let field = firstField;
  let extra = 0;
  return slots.map(({definition}) => ({
    store,
    fields: fields.slice(field, (field += definition.columns.length)),
    extras: extras.slice(extra, (extra += definition.extras.length)),
  }));
}
