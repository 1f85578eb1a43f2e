import type {EvaluationContext} from '../functions/evaluation-context.ts';
import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import type {Batch} from '../runtime/batch/batch.ts';
import type {Column} from '../runtime/batch/column.ts';
import type {Datum} from '../types/datum.ts';
import {bufferOver} from './datum-column.ts';
import {emitExpression} from './emit-expression.ts';
import {KernelEmitter, RERUN_GATHERING, anyNull, type ColumnShape, type KernelMode} from './kernel-emitter.ts';
import {KERNEL_RUNTIME} from './kernel-runtime.ts';
import type {KernelValue} from './kernel-value.ts';
import {loopFactory, type RunState} from './loop-factory.ts';
import type {OutputBuffers} from './output-buffers.ts';
import {computedOutput, gatheredOutput, sharedOutput, type KernelOutput} from './kernel-output.ts';

export type VariantArgs = {
  /** One column for each input, of the forms to specialise for. */
  readonly columns: readonly Column[];
  readonly predicates: readonly TypedExpression[];
  readonly projections: readonly TypedExpression[];
  readonly parameters: readonly Datum[];
  readonly context: EvaluationContext;
  readonly mode: KernelMode;
  /** Rows may be left out: every output column is written row by row. Otherwise columns that pass through are shared. */
  readonly gathers: boolean;
};

/** One specialisation of a kernel. `run` returns the number of output rows, or a RERUN_ code. */
export type KernelVariant = {
  readonly source: string;
  readonly gathers: boolean;
  readonly hoisted: readonly TypedExpression[];
  run(batch: Batch, outputs: readonly OutputBuffers[], weights: Int32Array | null, state: RunState): number;
  outputColumns(batch: Batch, outputs: readonly OutputBuffers[], length: number): readonly Column[];
};

export function buildVariant(args: VariantArgs): KernelVariant {
  const emitter = new KernelEmitter({
    shapes: args.columns.map(shapeOf),
    mode: args.mode,
    parameters: args.parameters,
    context: args.context,
    emitExpression,
  });
  const filters = emitter.writer.capture(() => emitFilters(emitter, args.predicates));
  const body = emitter.writer.capture(() => emitProjections(emitter, args));
  const outputs = body.result;
  const {source, factory} = loopFactory(assemble(emitter, args.gathers, outputs, [...filters.lines, ...body.lines]));
  const loop = factory(emitter.writer.constants, KERNEL_RUNTIME);
  const columns = [...emitter.columns].sort((a, b) => a - b);
  return {
    source,
    gathers: args.gathers,
    hoisted: emitter.hoisted,
    run: (batch, buffers, weights, state) =>
      loop(
        batch.length,
        columns.flatMap(index => inputArrays(batch.columns[index]!)),
        outputs.flatMap((output, i) => output.arrays(buffers[i]!, batch.length)),
        weights === null ? null : batch.weights,
        weights,
        state,
      ),
    outputColumns: (batch, buffers, length) => outputs.map((output, i) => output.column(batch, buffers[i]!, length)),
  };
}

function shapeOf(column: Column): ColumnShape {
  return {form: column.form, scale: column.form === 'dec' ? column.scale : 0, nullable: column.validity !== null};
}

/** Names and values of one input column's arrays, in the order of `inputNames`. */
function inputArrays(column: Column): readonly unknown[] {
  if (column.form === 'bytes') return [column.validity, column.starts, column.ends, bufferOver(column.data)];
  return [column.validity, column.values];
}

function inputNames(index: number, {form}: ColumnShape): readonly string[] {
  const c = `c${index}`;
  return form === 'bytes' ? [`${c}n`, `${c}s`, `${c}e`, `${c}d`] : [`${c}n`, `${c}v`];
}

/**
 * Conjuncts that cannot fail come first, cheap ones before long ones; a row they drop raises nothing. Of the others, in their order, the
 * first failure counts, and only when no conjunct drops the row.
 */
function emitFilters(emitter: KernelEmitter, predicates: readonly TypedExpression[]): void {
  const captured = predicates.map(predicate => emitter.writer.capture(() => emitter.emit(predicate)));
  const cost = ({lines, result}: (typeof captured)[number]) =>
    result.fallible ? Infinity : lines.length + (result.code.includes('rt.') ? 3 : 0);
  const ordered = captured.toSorted((a, b) => (cost(a) === cost(b) ? 0 : cost(a) - cost(b)));
  const fallible = ordered.filter(({result}) => result.fallible).length;
  if (fallible > 1) emitter.line('let pending = null;');
  let seen = 0;
  for (const {lines, result} of ordered) {
    emitter.writer.append(lines);
    const dropped = result.isNull === undefined ? `!${result.code}` : `${result.isNull} || !${result.code}`;
    if (!result.fallible) emitter.line(`if (${dropped}) continue;`);
    else if (fallible === 1) {
      emitter.line(`if (err !== null) { state.fail(i, err); continue; }`);
      emitter.line(`if (${dropped}) continue;`);
    } else {
      emitter.line(`if (err !== null) { if (pending === null) pending = err; err = null; } else if (${dropped}) continue;`);
      if (++seen === fallible) emitter.line('if (pending !== null) { state.fail(i, pending); continue; }');
    }
  }
}

function emitProjections(emitter: KernelEmitter, {projections, gathers, columns}: VariantArgs): readonly KernelOutput[] {
  const values: (KernelValue | undefined)[] = projections.map(projection =>
    projection.kind === 'input' ? undefined : emitter.emit(projection),
  );
  if (values.some(value => value?.fallible === true)) {
    emitter.line(gathers ? 'if (err !== null) { state.fail(i, err); continue; }' : `if (err !== null) return ${RERUN_GATHERING};`);
  }
  return projections.map((projection, position) => {
    const value = values[position];
    if (projection.kind === 'input' && value === undefined) {
      const column = columns[projection.index];
      if (column === undefined) throw new Error(`internal error: no input column ${projection.index}`);
      if (!gathers) return sharedOutput(projection.index);
      emitter.columns.add(projection.index);
      return gatheredOutput(emitter, position, projection.index, shapeOf(column));
    }
    if (value === undefined) throw new Error('internal error: projection without a value');
    return computedOutput(emitter, position, value, anyNull([value]));
  });
}

function assemble(emitter: KernelEmitter, gathers: boolean, outputs: readonly KernelOutput[], lines: readonly string[]): string {
  const constants = emitter.writer.constants.map((_, i) => `const k${i} = K[${i}];`);
  const inputs = [...emitter.columns].sort((a, b) => a - b).flatMap(index => inputNames(index, emitter.shapes[index]!));
  const outputNames = outputs.flatMap(output => output.names);
  const forgotten = emitter.ranges.map(({range}) => `  ${emitter.constant(range)}.begin();`);
  const hoisted = emitter.hoisted.map((_, i) => `  const h${i} = state.values[${i}], h${i}e = state.failures[${i}];`);
  return [
    '"use strict";',
    ...constants,
    'return function map(n, C, O, w, ow, state) {',
    inputs.length > 0 ? `  const [${inputs.join(', ')}] = C;` : '',
    outputNames.length > 0 ? `  const [${outputNames.join(', ')}] = O;` : '',
    ...hoisted,
    ...forgotten,
    gathers ? '  let j = 0;' : '',
    '  for (let i = 0; i < n; i++) {',
    gathers ? '' : '    const j = i;',
    lines.some(line => /\berr\b/.test(line)) ? '    let err = null;' : '',
    ...lines,
    gathers ? '    if (w !== null) ow[j] = w[i];' : '',
    gathers ? '    j++;' : '',
    '  }',
    gathers ? '  return j;' : '  return n;',
    '};',
  ]
    .filter(line => line !== '')
    .join('\n');
}
