import fc from 'fast-check';
import {test} from 'vitest';
import type {Column} from '../batch/column.ts';
import {checkLaws} from '../testing/operator-laws.ts';
import {toBatch, type ZRow} from '../testing/zset.ts';
import {UnnestOperator, type ExpandKernel} from './unnest.ts';

/** The numbers from 1 to the value of the first column, in portions of two. */
const countUp: ExpandKernel = {
  schema: ['i64'],
  *run(batch) {
    const column = batch.columns[0] as Extract<Column, {form: 'i32'}>;
    for (let row = 0; row < batch.length; row++) {
      const numbers = column.validity?.[row] === 0 ? 0 : column.values[row]!;
      for (let from = 1; from <= numbers; from += 2) {
        const results: ZRow[] = [from, from + 1].filter(n => n <= numbers).map(n => ({cells: [String(n)], weight: 1}));
        yield {rows: new Int32Array(results.length).fill(row), results: toBatch(['i64'], results), errors: null};
      }
    }
  },
};

test('unnest obeys the laws', () => {
  checkLaws(
    {
      name: 'unnest',
      inputs: [['i32', 'bytes']],
      rows: [fc.tuple(fc.constantFrom(null, '0', '1', '2', '5'), fc.constantFrom(null, 'a', 'b'))],
      make: () => new UnnestOperator({label: 'unnest', input: ['i32', 'bytes'], kernel: countUp}),
      batch: ([rows]) =>
        rows!.flatMap(({cells, weight}) =>
          Array.from({length: Number(cells[0] ?? 0)}, (_, n) => ({cells: [...cells, String(n + 1)], weight})),
        ),
    },
    100,
  );
});
