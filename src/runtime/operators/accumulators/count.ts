import type {Int64ColumnBuilder} from '../../batch/int64-column-builder.ts';
import {addDouble, type AccumulatorDefinition} from './accumulator.ts';

/** count(x), count(*) (no column) → int8. One double: exact to 2^53. */
export const countDefinition: AccumulatorDefinition = {
  output: 'i64',
  columns: [],
  extras: ['double'],
  bind({store, extras}) {
    const {at} = extras[0]!;
    return {
      update(groups, column, from, to, weights) {
        const {floats, shift, mask, stride} = store.pages;
        const validity = column?.validity ?? null;
        for (let k = 0; k < to - from; k++) {
          if (validity !== null && validity[from + k] === 0) continue;
          const row = groups[k]!;
          floats[row >> shift]![((row & mask) * stride + at) >> 1]! += weights[k]!;
        }
      },
      merge(into, from) {
        addDouble(store.pages, at, into, from);
      },
      read({floats, shift, mask, stride}, rows, from, to, out) {
        const target = out as Int64ColumnBuilder;
        target.reserve(to - from);
        for (let k = from; k < to; k++) {
          const row = rows[k]!;
          target.append(floats[row >> shift]![((row & mask) * stride + at) >> 1]!);
        }
      },
    };
  },
};
