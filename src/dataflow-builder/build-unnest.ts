import {datumAt, datumsToBatch} from '../codegen/datum-column.ts';
import {interpret} from '../codegen/interpret.ts';
import {toSqlError, type SqlError} from '../common/sql-error.ts';
import {setReturningById} from '../functions/registry.ts';
import type {DataflowUnnest} from '../planner/dataflow/dataflow-plan.ts';
import {inputsRead} from '../planner/expression/references.ts';
import {MAX_BATCH_ROWS, type Batch} from '../runtime/batch/batch.ts';
import {UnnestOperator, type ExpandedRows, type ExpandKernel} from '../runtime/operators/unnest.ts';
import type {Datum} from '../types/datum.ts';
import {physicalOf, type SqlType} from '../types/sql-type.ts';
import type {BuildContext, NodeBuilder} from './build-context.ts';

export const buildUnnest: NodeBuilder<DataflowUnnest> = (plan, context, build) => {
  const input = build(plan.input);
  const operator = new UnnestOperator({
    label: 'unnest',
    input: plan.input.types.map(physicalOf),
    kernel: new InterpretedCall(plan, context),
    errors: context.errors?.({plan, operator: 'unnest', expressions: plan.args, columns: [...plan.input.types.keys()]}),
  });
  return context.graph.add(operator, [input]);
};

/** Evaluates the arguments and the function row by row, on datums. */
class InterpretedCall implements ExpandKernel {
  readonly schema: readonly ReturnType<typeof physicalOf>[];
  readonly #plan: DataflowUnnest;
  readonly #types: readonly SqlType[];
  readonly #columnsRead: readonly number[];
  readonly #parameters: readonly Datum[];
  readonly #evaluation: BuildContext['evaluation'];

  constructor(plan: DataflowUnnest, {parameters, evaluation}: BuildContext) {
    this.#plan = plan;
    this.#types = plan.types.slice(plan.input.types.length);
    this.schema = this.#types.map(physicalOf);
    this.#columnsRead = [...inputsRead(plan.args)];
    this.#parameters = parameters;
    this.#evaluation = evaluation;
  }

  *run(batch: Batch): Iterable<ExpandedRows> {
    let owners: number[] = [];
    let rows: (readonly Datum[])[] = [];
    let errors: {row: number; error: SqlError}[] = [];
    const portion = (): ExpandedRows => {
      const results = datumsToBatch(this.#types, rows);
      const expanded = {rows: Int32Array.from(owners), results, errors: errors.length === 0 ? null : errors};
      [owners, rows, errors] = [[], [], []];
      return expanded;
    };
    for (let row = 0; row < batch.length; row++) {
      try {
        for (const result of this.#resultsOf(batch, row)) {
          owners.push(row);
          rows.push(result);
          if (rows.length === MAX_BATCH_ROWS) yield portion();
        }
      } catch (error) {
        while (owners.at(-1) === row) {
          owners.pop();
          rows.pop();
        }
        errors.push({row, error: toSqlError(error)});
      }
    }
    yield portion();
  }

  *#resultsOf(batch: Batch, row: number): Iterable<readonly Datum[]> {
    const {plan, args} = {plan: this.#plan, args: this.#argumentsOf(batch, row)};
    const definition = setReturningById(plan.function);
    let number = 0;
    if (!definition.strict || !args.includes(null)) {
      const types = {args: plan.args.map(e => e.type), returns: this.#types[0]!};
      for (const values of definition.evaluate(args, this.#evaluation, types)) {
        number++;
        yield plan.ordinality ? [...values, BigInt(number)] : values;
      }
    }
    if (number === 0 && plan.outer) yield this.#types.map(() => null);
  }

  #argumentsOf(batch: Batch, row: number): Datum[] {
    const values: Datum[] = [];
    for (const column of this.#columnsRead) values[column] = datumAt(batch.columns[column]!, this.#plan.input.types[column]!, row);
    return this.#plan.args.map(e => interpret(e, values, this.#parameters, this.#evaluation));
  }
}
