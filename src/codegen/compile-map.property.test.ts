import fc from 'fast-check';
import {expect, test} from 'vitest';
import {toSqlError} from '../common/sql-error.ts';
import {detachedContext} from '../functions/evaluation-context.ts';
import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import type {Batch} from '../runtime/batch/batch.ts';
import type {Datum} from '../types/datum.ts';
import {T} from '../types/sql-type.ts';
import {compileMap} from './compile-map.ts';
import {rowAt} from './datum-column.ts';
import {interpret} from './interpret.ts';
import {COLUMN_TYPES, batchArbitrary, rowsOf} from './testing/random-batch.ts';
import {EXPRESSION_TYPES, expressionArbitrary} from './testing/random-expression.ts';

const context = detachedContext({now: 1_700_000_000_000_000n});

type Outcome = {
  readonly rows: {readonly values: Datum[]; readonly weight: number}[];
  readonly errors: {readonly row: number; readonly code: string}[];
};

/** What the interpreter makes of a filter and projection: the reference. */
function interpretMap(batch: Batch, predicates: readonly TypedExpression[], projections: readonly TypedExpression[]): Outcome {
  const rows: Outcome['rows'] = [];
  const errors: Outcome['errors'] = [];
  for (let row = 0; row < batch.length; row++) {
    const values = rowAt(batch, COLUMN_TYPES, row);
    try {
      if (!keeps(predicates, values)) continue;
      rows.push({values: projections.map(e => interpret(e, values, [], context)), weight: batch.weights?.[row] ?? 1});
    } catch (error) {
      errors.push({row, code: toSqlError(error).code});
    }
  }
  return {rows, errors};
}

/** All conjuncts hold; the error of one counts only when no other drops the row. */
function keeps(predicates: readonly TypedExpression[], values: readonly Datum[]): boolean {
  const conjuncts = predicates.flatMap(function flat(e): readonly TypedExpression[] {
    return e.kind === 'and' ? e.args.flatMap(flat) : [e];
  });
  let failure: unknown;
  for (const conjunct of conjuncts) {
    try {
      if (interpret(conjunct, values, [], context) !== true) return false;
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return true;
}

function compiledMap(
  batch: Batch,
  predicates: readonly TypedExpression[],
  projections: readonly TypedExpression[],
): Outcome & {source: string} {
  const kernel = compileMap({inputTypes: COLUMN_TYPES, predicates, projections, context});
  const result = kernel.run(batch);
  return {
    rows: rowsOf(result.batch, kernel.outputTypes),
    errors: (result.errors ?? []).map(({row, error}) => ({row, code: error.code})),
    source: kernel.source(),
  };
}

const projections = fc.array(
  fc.constantFrom(...EXPRESSION_TYPES).chain(type => expressionArbitrary(type, 3)),
  {minLength: 1, maxLength: 2},
);
const predicates = fc.array(expressionArbitrary(T.bool, 3), {maxLength: 2});
const runs = Number(process.env['MILLRACE_PROPERTY_RUNS'] ?? 400);

test('a compiled filter and projection gives the rows, weights and errors that the interpreter gives', () => {
  fc.assert(
    fc.property(batchArbitrary(6), predicates, projections, (batch, where, select) => {
      const {source, ...compiled} = compiledMap(batch, where, select);
      const expected = interpretMap(batch, where, select);
      try {
        expect(compiled).toEqual(expected);
      } catch (error) {
        throw new Error(`${(error as Error).message}\n${source}\n${JSON.stringify([where, select], json)}`, {cause: error});
      }
    }),
    {numRuns: runs},
  );
}, 120_000);

function json(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}
