import {expect, test} from 'vitest';
import {detachedContext} from '../functions/evaluation-context.ts';
import {compare, input} from '../planner/expression/build-expression.ts';
import {T} from '../types/sql-type.ts';
import type {Datum} from '../types/datum.ts';
import {compileMap} from './compile-map.ts';
import {datumsToBatch} from './datum-column.ts';

/** Source of the kernel of `SELECT #0 WHERE #0 = $1` for one value of the parameter, and how many of the values it keeps. */
function kernelFor(parameter: Datum, values: readonly Datum[]): {source: string; kept: number} {
  const kernel = compileMap({
    inputTypes: [T.float8],
    predicates: [compare('=', input(0, T.float8), {kind: 'parameter', type: T.float8, index: 0})],
    projections: [input(0, T.float8)],
    parameters: [parameter],
    context: detachedContext(),
  });
  const batch = datumsToBatch(
    [T.float8],
    values.map(value => [value]),
  );
  return {kept: kernel.run(batch).batch?.length ?? 0, source: kernel.source()};
}

test('a statement that is run again with another parameter shares its compiled loop', () => {
  const [seven, eight] = [kernelFor(7, [7, 8, 8]), kernelFor(8, [7, 8, 8])];
  expect([seven.kept, eight.kept]).toEqual([1, 2]);
  expect(eight.source).toBe(seven.source);
  expect(kernelFor(null, [7, 8]).kept).toBe(0);
});
