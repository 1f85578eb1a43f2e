import {toSqlError, type SqlError} from '../common/sql-error.ts';
import type {EvaluationContext} from '../functions/evaluation-context.ts';
import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import type {Batch} from '../runtime/batch/batch.ts';
import type {Column} from '../runtime/batch/column.ts';
import type {Datum} from '../types/datum.ts';
import type {SqlType} from '../types/sql-type.ts';
import {datumsToColumn} from './datum-column.ts';
import {interpret} from './interpret.ts';
import {NeedsWide, RERUN_EXACT, RERUN_GATHERING, RERUN_WIDE, type KernelMode} from './kernel-emitter.ts';
import {buildVariant, type KernelVariant} from './kernel-variant.ts';
import {OutputBuffers} from './output-buffers.ts';
import {traitsOf} from './expression-traits.ts';

export type CompileMapArgs = {
  readonly inputTypes: readonly SqlType[];
  /** Rows are kept where all are true. */
  readonly predicates: readonly TypedExpression[];
  /** Absent = the input's columns as they are. */
  readonly projections?: readonly TypedExpression[] | undefined;
  readonly parameters?: readonly Datum[] | undefined;
  /** Its fields are read at each `run`; what is stable (now()) is computed once for each batch. */
  readonly context: EvaluationContext;
};

/** `row` is the index in the input batch. The row is not in the output. */
export type KernelError = {readonly row: number; readonly error: SqlError};
export type MapResult = {readonly batch: Batch | null; readonly errors: readonly KernelError[] | null};

/** A compiled filter and projection. The result's arrays are valid until the next `run`, and while the input is. */
export interface MapKernel {
  readonly outputTypes: readonly SqlType[];
  run(batch: Batch): MapResult;
  /** Source of every specialisation compiled so far (at least one). */
  source(): string;
}

const NARROW: KernelMode = {wide: false, exact: false};
const EMPTY: MapResult = {batch: null, errors: null};
/** After a batch had to be repeated, this many batches go straight to the general form before the fast one is tried again. */
const FIRST_PENALTY = 16;
const MAX_PENALTY = 4096;

/** Compiles predicates and projections to one loop, specialised by the forms of the columns it is given. */
export function compileMap(args: CompileMapArgs): MapKernel {
  return new CompiledMap(args);
}

/** Source of a kernel's specialisations, for EXPLAIN (CODEGEN). */
export function explainCodegen(kernel: MapKernel): string {
  return kernel.source();
}

type Specialisation = {
  readonly variants: Map<string, KernelVariant>;
  mode: KernelMode;
  penalty: number;
  remaining: number;
  gathers: boolean;
};

class CompiledMap implements MapKernel {
  readonly outputTypes: readonly SqlType[];
  readonly #inputTypes: readonly SqlType[];
  readonly #predicates: readonly TypedExpression[];
  readonly #projections: readonly TypedExpression[];
  readonly #parameters: readonly Datum[];
  readonly #context: EvaluationContext;
  readonly #isIdentity: boolean;
  readonly #columns: readonly number[];
  readonly #outputs: readonly OutputBuffers[];
  readonly #weights = new OutputBuffers();
  readonly #specialisations = new Map<string, Specialisation>();

  constructor({inputTypes, predicates, projections, parameters = [], context}: CompileMapArgs) {
    this.#inputTypes = inputTypes;
    this.#projections = projections ?? inputTypes.map((type, index) => ({kind: 'input', type, index}));
    this.#isIdentity = predicates.length === 0 && projections === undefined;
    this.#predicates = predicates.flatMap(conjunctsOf);
    this.#parameters = parameters;
    this.#context = context;
    this.outputTypes = this.#projections.map(projection => projection.type);
    this.#outputs = this.#projections.map(() => new OutputBuffers());
    const columns = new Set([...this.#predicates, ...this.#projections].flatMap(e => traitsOf(e).columns));
    this.#columns = [...columns].sort((a, b) => a - b);
  }

  run(batch: Batch): MapResult {
    if (batch.length === 0) return EMPTY;
    if (this.#isIdentity) return {batch, errors: null};
    const specialisation = this.#specialisationFor(batch);
    for (;;) {
      const variant = this.#variantOf(specialisation, batch.columns);
      const result = this.#runVariant(variant, batch);
      if (typeof result !== 'number') return result;
      generalise(specialisation, result);
    }
  }

  source(): string {
    const variants = [...this.#specialisations.values()].flatMap(specialisation => [...specialisation.variants.values()]);
    if (variants.length > 0) return variants.map(variant => variant.source).join('\n\n');
    const columns = this.#inputTypes.map(type => datumsToColumn(type, []));
    return this.#variantOf(newSpecialisation(), columns).source;
  }

  #specialisationFor(batch: Batch): Specialisation {
    let key = '';
    for (const index of this.#columns) key += shapeKey(batch.columns[index]!);
    let found = this.#specialisations.get(key);
    if (found === undefined) {
      found = newSpecialisation();
      this.#specialisations.set(key, found);
    }
    if (found.remaining > 0 && --found.remaining === 0) {
      found.mode = NARROW;
      found.gathers = false;
    }
    return found;
  }

  #variantOf(specialisation: Specialisation, columns: readonly Column[]): KernelVariant {
    for (;;) {
      const {mode} = specialisation;
      const gathers = this.#predicates.length > 0 || specialisation.gathers;
      const key = `${mode.wide}${mode.exact}${gathers}`;
      const known = specialisation.variants.get(key);
      if (known !== undefined) return known;
      try {
        const variant = buildVariant({
          columns,
          predicates: this.#predicates,
          projections: this.#projections,
          parameters: this.#parameters,
          context: this.#context,
          mode,
          gathers,
        });
        specialisation.variants.set(key, variant);
        return variant;
      } catch (error) {
        if (!(error instanceof NeedsWide) || mode.wide) throw error;
        // The forms or constants themselves need it: for this signature there is no way back to the narrow form.
        specialisation.mode = {...mode, wide: true};
        specialisation.remaining = 0;
      }
    }
  }

  #runVariant(variant: KernelVariant, batch: Batch): MapResult | number {
    const values: Datum[] = [];
    const failures: (SqlError | null)[] = [];
    for (const [slot, expression] of variant.hoisted.entries()) {
      values[slot] = null;
      failures[slot] = null;
      try {
        values[slot] = interpret(expression, [], this.#parameters, this.#context);
      } catch (error) {
        failures[slot] = toSqlError(error);
      }
    }
    const errors: KernelError[] = [];
    const weights = variant.gathers && batch.weights !== null ? this.#weights.i32(batch.length) : null;
    const length = variant.run(batch, this.#outputs, weights, {values, failures, fail: (row, error) => void errors.push({row, error})});
    if (length < 0) return length;
    const reported = errors.length === 0 ? null : errors;
    if (length === 0) return {batch: null, errors: reported};
    const columns = variant.outputColumns(batch, this.#outputs, length);
    return {batch: {length, columns, weights: variant.gathers ? weights : batch.weights}, errors: reported};
  }
}

function newSpecialisation(): Specialisation {
  return {variants: new Map(), mode: NARROW, penalty: FIRST_PENALTY, remaining: 0, gathers: false};
}

function generalise(specialisation: Specialisation, request: number): void {
  const {mode} = specialisation;
  if (request === RERUN_WIDE) specialisation.mode = {...mode, wide: true};
  else if (request === RERUN_EXACT) specialisation.mode = {...mode, exact: true};
  else if (request === RERUN_GATHERING) specialisation.gathers = true;
  else throw new Error(`internal error: kernel returned ${request}`);
  specialisation.remaining = specialisation.penalty;
  specialisation.penalty = Math.min(specialisation.penalty * 2, MAX_PENALTY);
}

function conjunctsOf(predicate: TypedExpression): readonly TypedExpression[] {
  return predicate.kind === 'and' ? predicate.args.flatMap(conjunctsOf) : [predicate];
}

function shapeKey(column: Column): string {
  const scale = column.form === 'dec' ? column.scale : '';
  return `${column.form}${scale}${column.validity === null ? '' : '?'},`;
}
