import {expect, test} from 'vitest';
import {detachedContext} from '../functions/evaluation-context.ts';
import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import {T} from '../types/sql-type.ts';
import {compileMap, explainCodegen} from './compile-map.ts';
import {datumsToBatch} from './datum-column.ts';

const name: TypedExpression = {kind: 'input', type: T.text, index: 0};
const text = (value: string): TypedExpression => ({kind: 'constant', type: T.text, value});
const kernel = () =>
  compileMap({
    inputTypes: [T.text],
    predicates: [{kind: 'compare', type: T.bool, op: '=', left: name, right: text("x'; process.exit(1); //")}],
    projections: [{kind: 'call', type: T.text, function: 'textcat', args: [name, text('`${secret}`')]}],
    context: detachedContext(),
  });

test('no text of the query becomes source', () => {
  const source = explainCodegen(kernel());
  expect(source).toContain('//# sourceURL=expr-');
  expect(source).not.toMatch(/process|secret/);
});

test('the source shows the forms that batches really had', () => {
  const compiled = kernel();
  compiled.run(datumsToBatch([T.text], [['a'], [null]]));
  expect(explainCodegen(compiled)).toContain('c0n[i] === 0');
});

test('a column that no row leaves out is shared, not copied', () => {
  const compiled = compileMap({
    inputTypes: [T.int4, T.text],
    predicates: [],
    projections: [name1, {kind: 'input', type: T.int4, index: 0}],
    context: detachedContext(),
  });
  const batch = datumsToBatch([T.int4, T.text], [[1, 'a']]);
  const result = compiled.run(batch).batch;
  expect(result?.columns[0]).toBe(batch.columns[1]);
  expect(result?.columns[1]).toBe(batch.columns[0]);
});

const name1: TypedExpression = {kind: 'input', type: T.text, index: 1};
