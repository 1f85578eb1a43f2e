import type {U8ColumnBuilder} from '../../batch/fixed-column-builders.ts';
import {formMismatch} from '../../batch/form-mismatch.ts';
import {addDouble, type AccumulatorDefinition} from './accumulator.ts';

/** bool_and(x), bool_or(x) → boolean, as counts of true and of false: NULL while both are 0. */
export const boolDefinition = (which: 'and' | 'or'): AccumulatorDefinition => ({
  output: 'u8',
  columns: [],
  extras: ['double', 'double'],
  bind({store, extras}) {
    const trues = extras[0]!.at;
    const falses = extras[1]!.at;
    return {
      update(groups, column, from, to, weights) {
        if (column?.form !== 'u8') throw formMismatch('u8', column!);
        const {floats, shift, mask, stride} = store.pages;
        const {values, validity} = column;
        for (let k = 0; k < to - from; k++) {
          const i = from + k;
          if (validity !== null && validity[i] === 0) continue;
          const row = groups[k]!;
          floats[row >> shift]![((row & mask) * stride + (values[i] === 0 ? falses : trues)) >> 1]! += weights[k]!;
        }
      },
      merge(into, from) {
        addDouble(store.pages, trues, into, from);
        addDouble(store.pages, falses, into, from);
      },
      read({floats, shift, mask, stride}, rows, from, to, out) {
        const target = out as U8ColumnBuilder;
        for (let k = from; k < to; k++) {
          const row = rows[k]!;
          const page = floats[row >> shift]!;
          const base = (row & mask) * stride;
          const t = page[(base + trues) >> 1]!;
          const f = page[(base + falses) >> 1]!;
          if (t === 0 && f === 0) target.appendNull();
          else target.append(Number(which === 'and' ? f === 0 : t !== 0));
        }
      },
    };
  },
});
