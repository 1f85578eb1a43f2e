import type {Catalog} from '../../catalog/catalog.ts';
import type {Stream} from '../../catalog/relation.ts';
import {parseExpression} from '../../parser/parse-expression.ts';
import {T} from '../../types/sql-type.ts';
import {bindOver, computedValue} from '../binder/bind-stream-columns.ts';
import {statementContext} from '../binder/bind-query.ts';
import {scanOf} from '../binder/bind-table-ref.ts';
import type {DataflowMap, DataflowScan} from '../dataflow/dataflow-plan.ts';
import {lower} from '../dataflow/lower.ts';
import {projectNestedFields} from '../dataflow/nested-projection.ts';
import {input} from '../expression/build-expression.ts';
import {substituteInputs} from '../expression/references.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {optimize} from '../optimizer/optimize.ts';
import type {RuleContext} from '../optimizer/rule.ts';

/**
 * What is computed of every record of a stream as it comes in: plain data. The projections of `map` are the columns `computed`, then, for a
 * stream with a watermark, the event time, the record's own time stamp and the watermark after it.
 */
export type StreamEntry = {
  readonly map: DataflowMap & {readonly input: DataflowScan};
  /** Ordinals. */
  readonly computed: readonly number[];
  readonly hasWatermark: boolean;
};

/** Undefined for a stream that computes nothing. */
export function planStreamEntry(stream: Stream, catalog: Catalog, context: RuleContext): StreamEntry | undefined {
  const {columns, time} = stream;
  const computed = columns.flatMap((c, i) => (c.generated === undefined ? [] : [i]));
  if (computed.length === 0 && time === undefined) return undefined;
  const statement = statementContext({catalog, searchPath: ['public']});
  const scan = scanOf(stream);
  const own = columns.map((column, i) => (column.generated === undefined ? input(i, column.type) : computedValue(statement, columns, i)));
  const system = scan.types.slice(columns.length).map((type, i) => input(columns.length + i, type));
  const timeExpressions =
    time === undefined
      ? []
      : [
          input(time.column, columns[time.column]!.type),
          // _timestamp is the third of the system columns.
          input(columns.length + 2, T.timestamptz),
          bindOver(statement, parseExpression(time.watermark), columns),
        ];
  const wanted = [...computed.map(i => input(i, columns[i]!.type)), ...timeExpressions];
  const expressions = wanted.map(e => substituteInputs(e, [...own, ...system]));
  const plan: LogicalPlan = {kind: 'project', input: scan, expressions, names: expressions.map((_, i) => `entry${i}`)};
  const lowered = projectNestedFields(lower(optimize(plan, context)), () => stream.connector !== 'embedded');
  return {map: overScan(lowered, expressions), computed, hasWatermark: time !== undefined};
}

/** The optimiser may leave a scan alone where nothing is computed. */
function overScan(plan: ReturnType<typeof lower>, expressions: readonly TypedExpression[]): StreamEntry['map'] {
  if (plan.kind === 'map' && plan.input.kind === 'scan') return {...plan, input: plan.input};
  if (plan.kind !== 'scan') throw new Error('internal error: entry of a stream');
  const projections = expressions.map((e, i) => input(i, e.type));
  return {kind: 'map', types: plan.types, input: plan, predicates: [], projections};
}
