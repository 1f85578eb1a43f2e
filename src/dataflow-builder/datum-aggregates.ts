import {datumAt, datumsToColumn} from '../codegen/datum-column.ts';
import type {EvaluationContext} from '../functions/evaluation-context.ts';
import {aggregateById} from '../functions/registry.ts';
import type {AggregateCall, SortKey} from '../planner/dataflow/dataflow-plan.ts';
import type {Batch, Schema} from '../runtime/batch/batch.ts';
import type {Column} from '../runtime/batch/column.ts';
import type {GroupKernel} from '../runtime/operators/collect-aggregate.ts';
import {compareDatums} from '../types/compare.ts';
import type {Datum} from '../types/datum.ts';
import {physicalOf, type SqlType} from '../types/sql-type.ts';

/** One row of a call: its arguments, and the values to order by. */
type CallRow = {readonly args: readonly Datum[]; readonly sort: readonly Datum[]};

/** Aggregates evaluated by definition, over the datums of all rows of a group. */
export class DatumAggregates implements GroupKernel {
  readonly schema: Schema;
  readonly #calls: readonly AggregateCall[];
  readonly #inputTypes: readonly SqlType[];
  readonly #context: EvaluationContext;

  constructor(calls: readonly AggregateCall[], inputTypes: readonly SqlType[], context: EvaluationContext) {
    this.schema = calls.map(call => physicalOf(call.type));
    this.#calls = calls;
    this.#inputTypes = inputTypes;
    this.#context = context;
  }

  evaluate(rows: Batch, groups: readonly Int32Array[]): readonly Column[] {
    return this.#calls.map(call => {
      const values = groups.map(group => this.#evaluateCall(call, rows, group));
      return datumsToColumn(call.type, values);
    });
  }

  #evaluateCall(call: AggregateCall, batch: Batch, group: Int32Array): Datum {
    let rows: CallRow[] = [];
    for (const row of group) {
      const value = (column: number): Datum => datumAt(batch.columns[column]!, this.#inputTypes[column]!, row);
      if (call.filter !== undefined && value(call.filter) !== true) continue;
      rows.push({args: call.args.map(value), sort: (call.orderBy ?? []).map(key => value(key.column))});
    }
    if (call.distinct) rows = distinctRows(rows, call.argTypes);
    if (call.orderBy !== undefined) rows = this.#ordered(rows, call.orderBy);
    const types = {args: call.argTypes, returns: call.type};
    return aggregateById(call.function).evaluate(
      rows.map(row => row.args),
      this.#context,
      types,
    );
  }

  #ordered(rows: readonly CallRow[], keys: readonly SortKey[]): CallRow[] {
    return [...rows].sort((a, b) => {
      for (const [i, {column, descending, nullsFirst}] of keys.entries()) {
        const order = compareNullable(this.#inputTypes[column]!, a.sort[i]!, b.sort[i]!, descending, nullsFirst);
        if (order !== 0) return order;
      }
      return 0;
    });
  }
}

/** Each combination of arguments once, sorted, as PostgreSQL does it. */
function distinctRows(rows: readonly CallRow[], types: readonly SqlType[]): CallRow[] {
  const compare = (a: CallRow, b: CallRow): number => {
    for (const [i, type] of types.entries()) {
      const order = compareNullable(type, a.args[i]!, b.args[i]!, false, false);
      if (order !== 0) return order;
    }
    return 0;
  };
  const sorted = [...rows].sort(compare);
  return sorted.filter((row, i) => i === 0 || compare(sorted[i - 1]!, row) !== 0);
}

function compareNullable(type: SqlType, a: Datum, b: Datum, descending: boolean, nullsFirst: boolean): number {
  if (a === null || b === null) return a === b ? 0 : (a === null) === nullsFirst ? -1 : 1;
  const order = compareDatums(type, a, b);
  return descending ? -order : order;
}
