import fc from 'fast-check';
import {describe, test} from 'vitest';
import type {PhysicalKind} from '../../types/sql-type.ts';
import {cellsOf} from '../testing/arbitrary-cells.ts';
import {drive} from '../testing/drive.ts';
import {checkLaws} from '../testing/operator-laws.ts';
import {z, ZSet, type ZRow} from '../testing/zset.ts';
import {SetOperationOperator, type SetOperationArgs} from './set-operation.ts';

type Operation = SetOperationArgs['operation'];
const SCHEMA: readonly PhysicalKind[] = ['u8', 'decimal', 'bytes'];

/** As SQL describes it: copies of each row, taken away one by one. */
function oracle(operation: Operation, left: readonly ZRow[], right: readonly ZRow[]): ZRow[] {
  const rest = new Map([...ZSet.of(right).weights]);
  const result = new ZSet();
  for (const row of left) {
    const [key] = ZSet.of([{...row, weight: 1}]).weights.keys();
    for (let copy = 0; copy < row.weight; copy++) {
      const there = rest.get(key!) ?? 0;
      if (operation.endsWith('all') && there > 0) rest.set(key!, there - 1);
      if (there > 0 === operation.startsWith('intersect')) result.add([{...row, weight: 1}]);
    }
  }
  const rows = result.rows();
  return operation.endsWith('all') ? rows : rows.map(row => ({...row, weight: 1}));
}

describe('laws of set operations', () => {
  for (const operation of ['intersect', 'intersect-all', 'except', 'except-all'] as const) {
    test(operation, () =>
      checkLaws(
        {
          name: operation,
          inputs: [SCHEMA, SCHEMA],
          rows: [fc.tuple(...SCHEMA.map(cellsOf)), fc.tuple(...SCHEMA.map(cellsOf))],
          make: hashMask => new SetOperationOperator({label: operation, schema: SCHEMA, operation, hashMask}),
          batch: ([left, right]) => oracle(operation, left!, right!),
        },
        150,
      ),
    );
  }
});

test('except: a row comes back when the right one goes', () => {
  const except = drive(new SetOperationOperator({label: 'except', schema: ['i32'], operation: 'except'}), ['i32'], ['i32']);
  except
    .step(
      z`1 2
        ∅ 1`,
      z`1 1`,
    )
    .emits(z`∅ 1`);
  except.step([], z`1 -1`).emits(z`1 1`);
});
