import type {PhysicalKind} from '../../../types/sql-type.ts';
import type {Column} from '../../batch/column.ts';
import {compareColumnToStored} from '../../rows/compare-column.ts';
import {compareStored, type BytesOrder} from '../../rows/compare-stored.ts';
import {copyField} from '../../rows/copy-field.ts';
import {readField} from '../../rows/read-field.ts';
import type {Field} from '../../rows/row-layout.ts';
import type {RowStore} from '../../rows/row-store.ts';
import {writeField} from '../../rows/write-field.ts';
import type {AccumulatorDefinition} from './accumulator.ts';

/**
 * min and max → the kind of the input; the value alone, for input that never retracts. `maintained` = false: somebody else writes the value
 * (operators/grouped-values.ts finds it in ordered state).
 */
export const extremeDefinition = (
  which: 'min' | 'max',
  kind: PhysicalKind,
  maintained: boolean,
  order?: BytesOrder,
): AccumulatorDefinition => ({
  output: kind,
  columns: [kind],
  extras: [],
  bind({store, fields}) {
    const field = fields[0]!;
    const sign = which === 'max' ? 1 : -1;
    return {
      update(groups, column, from, to, weights) {
        if (!maintained) return;
        if (column!.form === 'i64n') updateNarrow(store, field, sign, groups, column!, from, to, weights);
        else updateAny(store, field, sign, groups, column!, from, to, weights, order);
      },
      merge(into, from) {
        const {pages, arena} = store;
        const isNull = (row: number) =>
          (pages.ints[row >> pages.shift]![(row & pages.mask) * pages.stride + field.nullWord]! & field.nullMask) !== 0;
        if (isNull(from) || (!isNull(into) && compareStored(pages, arena, field, from, into, order) * sign <= 0)) return;
        copyField({pages, arena, field, row: from}, {pages, arena, field, row: into});
      },
      read(pages, rows, from, to, out) {
        readField(pages, store.arena, field, rows, from, to, out);
      },
    };
  },
});

function updateNarrow(
  store: RowStore,
  {at, nullWord, nullMask}: Field,
  sign: number,
  groups: Int32Array,
  column: Column & {form: 'i64n'},
  from: number,
  to: number,
  weights: Int32Array,
): void {
  const {ints, shift, mask, stride} = store.pages;
  const {values, validity} = column;
  for (let k = 0; k < to - from; k++) {
    const i = from + k;
    if (weights[k] === 0 || (validity !== null && validity[i] === 0)) continue;
    const row = groups[k]!;
    const page = ints[row >> shift]!;
    const base = (row & mask) * stride;
    const value = values[i]!;
    const high = Math.floor(value / 4294967296);
    if ((page[base + nullWord]! & nullMask) === 0) {
      const difference = high - page[base + at + 1]! || value - high * 4294967296 - (page[base + at]! >>> 0);
      if (difference * sign <= 0) continue;
    } else page[base + nullWord]! &= ~nullMask;
    page[base + at] = value | 0;
    page[base + at + 1] = high;
  }
}

function updateAny(
  store: RowStore,
  field: Field,
  sign: number,
  groups: Int32Array,
  column: Column,
  from: number,
  to: number,
  weights: Int32Array,
  order: BytesOrder | undefined,
): void {
  const {pages, arena} = store;
  for (let k = 0; k < to - from; k++) {
    const i = from + k;
    if (weights[k] === 0 || (column.validity !== null && column.validity[i] === 0)) continue;
    const row = groups[k]!;
    const isNull = (pages.ints[row >> pages.shift]![(row & pages.mask) * pages.stride + field.nullWord]! & field.nullMask) !== 0;
    if (isNull || compareColumnToStored(pages, arena, field, column, i, row, order) * sign > 0)
      writeField(pages, arena, field, column, i, row);
  }
}
