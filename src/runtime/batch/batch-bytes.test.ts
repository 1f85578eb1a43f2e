import fc from 'fast-check';
import {expect, test} from 'vitest';
import {decodeBatch, encodeBatch} from './batch-bytes.ts';
import type {Column} from './column.ts';

const validity = (n: number) => fc.option(fc.uint8Array({minLength: n, maxLength: n, max: 1}), {nil: null});
const column = (n: number): fc.Arbitrary<Column> =>
  fc.oneof(
    fc.tuple(fc.float64Array({minLength: n, maxLength: n}), validity(n)).map(([values, v]): Column => ({form: 'f64', values, validity: v})),
    fc.tuple(fc.int32Array({minLength: n, maxLength: n}), validity(n)).map(([values, v]): Column => ({form: 'i32', values, validity: v})),
    fc
      .tuple(fc.bigInt64Array({minLength: n, maxLength: n}), validity(n))
      .map(([values, v]): Column => ({form: 'i64w', values, validity: v})),
    fc
      .tuple(fc.uint8Array({minLength: n, maxLength: n, max: 1}), validity(n))
      .map(([values, v]): Column => ({form: 'u8', values, validity: v})),
    fc.tuple(fc.array(fc.uint8Array({maxLength: 20}), {minLength: n, maxLength: n}), validity(n)).map(([items, v]): Column => {
      const starts = new Int32Array(n);
      const ends = new Int32Array(n);
      let at = 3;
      const data = new Uint8Array(3 + items.reduce((sum, item) => sum + item.length, 0));
      items.forEach((item, i) => {
        starts[i] = at;
        data.set(item, at);
        ends[i] = at += item.length;
      });
      return {form: 'bytes', starts, ends, data, validity: v};
    }),
  );

const valuesOf = (c: Column, n: number): unknown[] =>
  Array.from({length: n}, (_, i) => {
    if (c.validity !== null && c.validity[i] === 0) return null;
    return c.form === 'bytes' ? Buffer.from(c.data.subarray(c.starts[i], c.ends[i])).toString('hex') : c.values[i];
  });

test('a batch comes back from its bytes value for value, at any alignment', () => {
  fc.assert(
    fc.property(
      fc
        .integer({min: 0, max: 40})
        .chain(n =>
          fc.tuple(
            fc.constant(n),
            fc.array(column(n), {maxLength: 5}),
            fc.option(fc.int32Array({minLength: n, maxLength: n}), {nil: null}),
          ),
        ),
      fc.integer({min: 0, max: 7}),
      ([length, columns, weights], shift) => {
        const encoded = encodeBatch({length, columns, weights});
        const shifted = new Uint8Array(encoded.length + shift);
        shifted.set(encoded, shift);
        const back = decodeBatch(shifted.subarray(shift));
        expect(back.length).toBe(length);
        expect(back.weights === null ? null : [...back.weights]).toEqual(weights === null ? null : [...weights]);
        back.columns.forEach((c, i) => expect(valuesOf(c, length)).toEqual(valuesOf(columns[i]!, length)));
      },
    ),
  );
});
