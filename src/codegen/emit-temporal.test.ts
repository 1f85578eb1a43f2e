import fc from 'fast-check';
import {expect, test} from 'vitest';
import {detachedContext} from '../functions/evaluation-context.ts';
import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import {interval} from '../types/interval.ts';
import {T, type SqlType} from '../types/sql-type.ts';
import {compileMap} from './compile-map.ts';
import {datumAt, datumsToBatch} from './datum-column.ts';
import {interpret} from './interpret.ts';

const context = detachedContext({timeZone: 'Europe/Berlin'});
const micros = fc.oneof(
  fc.bigInt({min: -9007199254740991n, max: 9007199254740991n}),
  fc.bigInt({min: -5_000_000_000n, max: 5_000_000_000n}),
);

function agrees(e: TypedExpression, type: SqlType, at: bigint): void {
  const kernel = compileMap({inputTypes: [type], predicates: [], projections: [e], context});
  const {batch} = kernel.run(datumsToBatch([type], [[at]]));
  expect(batch && datumAt(batch.columns[0]!, type, 0)).toBe(interpret(e, [at], [], context));
}

test('steps of days and time are added to narrow timestamps as the interpreter adds them', () => {
  const steps = fc.tuple(
    fc.constantFrom('pl', 'mi'),
    fc.constantFrom(T.timestamp, T.timestamptz),
    fc.integer({min: -3, max: 3}),
    fc.bigInt({min: -1_000_000_000_000n, max: 1_000_000_000_000n}),
  );
  fc.assert(
    fc.property(micros, steps, (at, [op, type, days, time]) => {
      const step: TypedExpression = {kind: 'constant', type: T.interval, value: interval(0, days, time)};
      agrees({kind: 'call', type, function: `${type.kind}_${op}_interval`, args: [{kind: 'input', type, index: 0}, step]}, type, at);
    }),
  );
});

test('narrow timestamps are cut to units as the interpreter cuts them', () => {
  fc.assert(
    fc.property(micros, fc.constantFrom('milliseconds', 'second', 'minute', 'hour', 'day', 'week', 'month'), (at, unit) => {
      const args: TypedExpression[] = [
        {kind: 'constant', type: T.text, value: unit},
        {kind: 'input', type: T.timestamp, index: 0},
      ];
      agrees({kind: 'call', type: T.timestamp, function: 'date_trunc_text_timestamp', args}, T.timestamp, at);
    }),
  );
});
