import type {Schema} from '../batch/batch.ts';
import type {Column} from '../batch/column.ts';
import {compareColumnToStored} from '../rows/compare-column.ts';
import {compareStored} from '../rows/compare-stored.ts';
import {orderPrefix} from '../rows/order-prefix.ts';
import type {RowPages} from '../rows/row-pages.ts';
import type {RowStore} from '../rows/row-store.ts';
import type {RowOrder, SortColumn} from './sort-order.ts';

/**
 * The sort keys and behind them, ascending, all other columns: rows that compare equal are equal, so that what a maintained result holds is
 * decided by the rows alone and not by the order in which they came.
 */
export function totalSort(schema: Schema, sort: readonly SortColumn[]): readonly SortColumn[] {
  // A type's own order may hold different bytes for equal.
  const sorted = new Set(sort.filter(key => key.order === undefined).map(key => key.column));
  const rest = schema.map((_, column) => column).filter(column => !sorted.has(column));
  return [...sort, ...rest.map(column => ({column, descending: false, nullsFirst: false}))];
}

/** Order of two stored rows, by row number in `pages` (those of the store unless said otherwise). */
export function storedOrder({layout, pages, arena}: RowStore, sort: readonly SortColumn[]): RowOrder {
  const parts = sort.map(({column, descending, nullsFirst, order}): RowOrder => {
    const field = layout.fields[column]!;
    const sign = descending ? -1 : 1;
    const ofNull = nullsFirst ? -1 : 1;
    return (a, b) => {
      const nullA = isNull(pages, field.nullWord, field.nullMask, a);
      const nullB = isNull(pages, field.nullWord, field.nullMask, b);
      if (nullA || nullB) return nullA === nullB ? 0 : nullA ? ofNull : -ofNull;
      return sign * compareStored(pages, arena, field, a, b, order);
    };
  });
  return inTurn(parts);
}

/** Order of row `row` of a batch, whose columns are as stored, relative to a stored row. */
export function arrivalOrder(store: RowStore, sort: readonly SortColumn[], columns: readonly Column[]): RowOrder {
  const {layout, pages, arena} = store;
  const parts = sort.map(({column, descending, nullsFirst, order}): RowOrder => {
    const {at, nullWord, nullMask, kind} = layout.fields[column]!;
    const source = columns[column]!;
    const sign = descending ? -1 : 1;
    if (source.form === 'i64n' && source.validity === null) {
      const {values} = source;
      const ofStoredNull = nullsFirst ? 1 : -1;
      return (row, stored) => {
        const ints = pages.ints[stored >> pages.shift]!;
        const base = (stored & pages.mask) * pages.stride;
        if ((ints[base + nullWord]! & nullMask) !== 0) return ofStoredNull;
        const value = values[row]!;
        const high = Math.floor(value / 4294967296);
        return sign * (high - ints[base + at + 1]! || value - high * 4294967296 - (ints[base + at]! >>> 0));
      };
    }
    const field = {at, nullWord, nullMask, kind, valueMask: layout.fields[column]!.valueMask};
    const {validity} = source;
    const ofNull = nullsFirst ? -1 : 1;
    return (row, stored) => {
      const nullRow = validity !== null && validity[row] === 0;
      const nullStored = isNull(pages, nullWord, nullMask, stored);
      if (nullRow || nullStored) return nullRow === nullStored ? 0 : nullRow ? ofNull : -ofNull;
      return sign * compareColumnToStored(pages, arena, field, source, row, stored, order);
    };
  });
  return inTurn(parts);
}

/** For OrderedIndex: a double for a stored row that never decreases in the order of the first key. */
export function storedPrefix(store: RowStore, sort: readonly SortColumn[]): (row: number) => number {
  const [first] = sort;
  if (first === undefined) return () => 0;
  const {descending, nullsFirst, order} = first;
  const field = store.layout.fields[first.column]!;
  const ofNull = nullsFirst ? -Infinity : Infinity;
  return row => {
    if (isNull(store.pages, field.nullWord, field.nullMask, row)) return ofNull;
    if (order !== undefined) return 0;
    const prefix = orderPrefix(store.pages, store.arena, field, row);
    return descending ? 0 - prefix : prefix;
  };
}

function inTurn(parts: readonly RowOrder[]): RowOrder {
  const [first, second] = parts;
  if (first !== undefined && second === undefined) return first;
  return (a, b) => {
    for (let k = 0; k < parts.length; k++) {
      const order = parts[k]!(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function isNull({ints, shift, mask, stride}: RowPages, word: number, bit: number, row: number): boolean {
  return (ints[row >> shift]![(row & mask) * stride + word]! & bit) !== 0;
}
