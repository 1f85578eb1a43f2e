import {interpret} from '../../codegen/interpret.ts';
import {toSqlError, type SqlError} from '../../common/sql-error.ts';
import {pickColumns} from '../../dataflow-builder/scan-columns.ts';
import type {ErrorOrigin} from '../../dataflow-builder/build-context.ts';
import {callableById} from '../../functions/registry.ts';
import type {EvaluationContext} from '../../functions/evaluation-context.ts';
import {inputColumnNames, type RelationColumnName} from '../../planner/dataflow/column-names.ts';
import {dataflowInputs} from '../../planner/dataflow/dataflow-inputs.ts';
import {isFallible} from '../../planner/expression/fallibility.ts';
import {formatExpression} from '../../planner/expression/format-expression.ts';
import type {TypedExpression} from '../../planner/expression/typed-expression.ts';
import type {Batch} from '../../runtime/batch/batch.ts';
import type {Datum, Decimal} from '../../types/datum.ts';
import {decimal} from '../../types/decimal.ts';
import {jsonbObject, writeJsonb, type JsonValue} from '../../types/json-value.ts';
import type {SqlType} from '../../types/sql-type.ts';
import {listedValue} from './listed-value.ts';

/** Says for users what failed in an operator: which expression, over which row. */
export class DescribedError {
  /** Types of the columns that rows are given in. */
  readonly types: readonly SqlType[];
  readonly #origin: ErrorOrigin;
  readonly #ofRelation: RelationColumnName;
  readonly #evaluation: EvaluationContext;
  #names: readonly string[] | undefined;

  constructor(origin: ErrorOrigin, ofRelation: RelationColumnName, evaluation: EvaluationContext) {
    const types = dataflowInputs(origin.plan).flatMap(input => input.types);
    this.types = origin.columns.map(c => types[c]!);
    this.#origin = origin;
    this.#ofRelation = ofRelation;
    this.#evaluation = evaluation;
  }

  /** The columns that make up the row. */
  pick(batch: Batch): Batch {
    const {columns} = this.#origin;
    return pickColumns(batch, [...columns.keys()]);
  }

  /** The expression that raised `error` over a row. */
  expression(error: SqlError, values: readonly Datum[]): string {
    const {plan, expressions} = this.#origin;
    switch (plan.kind) {
      case 'aggregate':
      case 'partial-aggregate':
      case 'session-aggregate':
        return this.#calls(plan.aggregates.filter(call => FALLIBLE_SUMS.has(call.function)));
      case 'analytic':
        return this.#calls(plan.calls.filter(call => isRaisedBy(error, call)));
      default:
    }
    const fallible = expressions.filter(isFallible);
    const failed = fallible.length === 1 ? fallible[0] : fallible.find(e => this.#raises(e, error, values));
    return failed === undefined ? '' : formatExpression(failed, {input: i => this.#name(i)});
  }

  #calls(calls: readonly {readonly function: string; readonly args: readonly number[]}[]): string {
    return calls.map(call => `${callableById(call.function).name}(${call.args.map(a => this.#name(a)).join(', ')})`).join(', ');
  }

  #raises(e: TypedExpression, error: SqlError, values: readonly Datum[]): boolean {
    const row: Datum[] = [];
    this.#origin.columns.forEach((c, i) => (row[c] = values[i]!));
    try {
      interpret(e, row, [], this.#evaluation);
      return false;
    } catch (raised) {
      return toSqlError(raised).message === error.message;
    }
  }

  #name(column: number): string {
    this.#names ??= inputColumnNames(this.#origin.plan, this.#ofRelation);
    return this.#names[column] ?? '';
  }

  /** The row as canonical jsonb: equal rows have equal texts, whatever the scale of a numeric or the sign of a zero. */
  row(values: readonly Datum[]): string {
    const entries = this.#origin.columns.map((c, i): [string, JsonValue] => {
      const type = this.types[i]!;
      return [this.#name(c), listedValue(canonical(values[i]!, type), type, this.#evaluation)];
    });
    return writeJsonb(jsonbObject(entries));
  }
}

type Call = {readonly function: string};

/** Sums that may be out of range: those of int2 and int4, which are int8, of floats and of numerics. */
const FALLIBLE_SUMS: ReadonlySet<string> = new Set(['sum_int2', 'sum_int4', 'sum_counts', 'sum_float8', 'sum_numeric']);

function isRaisedBy({condition}: SqlError, call: Call): boolean {
  const {name} = callableById(call.function);
  switch (condition) {
    case 'invalid_argument_for_ntile_function':
      return name === 'ntile';
    case 'invalid_argument_for_nth_value_function':
      return name === 'nth_value';
    default:
      return FALLIBLE_SUMS.has(call.function);
  }
}

function canonical(value: Datum, type: SqlType): Datum {
  if (value === null) return null;
  if (type.kind === 'numeric') return withoutTrailingZeros(value as Decimal);
  // −0 is 0.
  return value === 0 ? 0 : value;
}

function withoutTrailingZeros(value: Decimal): Decimal {
  if (value.special !== undefined) return value;
  let {unscaled, scale} = value;
  while (scale > 0 && unscaled % 10n === 0n) {
    unscaled /= 10n;
    scale--;
  }
  return decimal(unscaled, scale);
}
