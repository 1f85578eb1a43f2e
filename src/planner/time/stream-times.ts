import type {Catalog} from '../../catalog/catalog.ts';
import type {ColumnTime, ColumnTimes} from '../../catalog/column-time.ts';
import type {Stream} from '../../catalog/relation.ts';
import type {SqlType} from '../../types/sql-type.ts';
import {statementContext} from '../binder/bind-query.ts';
import {computedValue} from '../binder/bind-stream-columns.ts';
import type {DataflowMap, DataflowScan} from '../dataflow/dataflow-plan.ts';
import {conjuncts, input} from '../expression/build-expression.ts';
import {rewrite, rewriteUp} from '../expression/map-expression.ts';
import {sameData, sameExpression} from '../expression/same-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {volatilityOf} from '../expression/volatility.ts';
import {expressionTime} from './expression-time.ts';

/** What the watermark of a stream says. */
export type StreamTimes = {
  /** Of each declared column. */
  readonly columns: ColumnTimes;
  /** The event time over the columns that are stored. */
  readonly eventTime: TypedExpression;
  readonly types: readonly SqlType[];
  readonly time: ColumnTime;
};

const known = new WeakMap<Stream, StreamTimes>();

/** Undefined for a stream without a watermark. */
export function streamTimes(stream: Stream, catalog: Catalog): StreamTimes | undefined {
  if (stream.time === undefined) return undefined;
  const found = known.get(stream) ?? timesOf(stream, stream.time, catalog);
  known.set(stream, found);
  return found;
}

function timesOf({id, columns, connector}: Stream, {column, allowedLateness}: NonNullable<Stream['time']>, catalog: Catalog): StreamTimes {
  const time: ColumnTime = {bound: {kind: 'watermark', stream: id, lateness: allowedLateness}, role: 'event-time'};
  const statement = statementContext({catalog, searchPath: ['public']});
  const valueOf = (ordinal: number): TypedExpression =>
    columns[ordinal]!.generated === undefined ? input(ordinal, columns[ordinal]!.type) : computedValue(statement, columns, ordinal);
  const eventTime = valueOf(column);
  // What INSERT computes depends on the session's time zone; a view's, as that of a reader, is UTC.
  const isAsInViews = (e: TypedExpression) => connector !== 'embedded' || volatilityOf(e) === 'immutable';
  const times = columns.map((c, ordinal): ColumnTime | null => {
    if (ordinal === column) return time;
    const follows = c.generated === undefined ? null : timeOver(valueOf(ordinal), eventTime, time);
    if (!isAsInViews(valueOf(ordinal))) return null;
    return follows && {...follows, role: undefined};
  });
  return {
    columns: times,
    eventTime: isAsInViews(eventTime) ? eventTime : input(column, columns[column]!.type),
    types: columns.map(c => c.type),
    time,
  };
}

/** What is known of an expression in which `eventTime` is the stream's event time. */
function timeOver(e: TypedExpression, eventTime: TypedExpression, time: ColumnTime): ColumnTime | null {
  const over = rewrite(e, part => {
    if (sameExpression(part, eventTime)) return input(0, part.type);
    return part.kind === 'input' ? {...part, index: part.index + 1} : undefined;
  });
  return expressionTime(over, [time]);
}

/**
 * What is known of the columns of a map over a stream's records, also where the event time is written out as the stream computes it, or as
 * much of it as there is for the records that the map lets through: one of the cases of a CASE.
 */
export function recordTimes(map: DataflowMap, scan: DataflowScan, times: ColumnTimes, stream: StreamTimes): ColumnTimes {
  const {projections = [], predicates} = map;
  const restored = (e: TypedExpression) =>
    rewrite(e, part => (part.kind === 'input' ? recordColumn(scan, part.index, stream.types) : undefined));
  const facts = predicates.flatMap(conjuncts).map(restored);
  const eventTime = rewriteUp(stream.eventTime, e => chosenCase(e, facts));
  return projections.map(e => expressionTime(e, times) ?? timeOver(restored(e), eventTime, stream.time));
}

/** A scanned column as an expression over the stream's columns. */
function recordColumn({columns, paths, types}: DataflowScan, index: number, declared: readonly SqlType[]): TypedExpression | undefined {
  const column = columns[index]!;
  let e: TypedExpression = input(column, declared[column] ?? types[index]!);
  for (const field of paths?.[index] ?? []) {
    if (e.type.kind !== 'composite') return undefined;
    e = {kind: 'field', type: e.type.fields[field]!.type, arg: e, index: field};
  }
  return e;
}

/** `CASE x WHEN 1 … WHEN 2 …` where x is known to be 2. */
function chosenCase(e: TypedExpression, facts: readonly TypedExpression[]): TypedExpression {
  if (e.kind !== 'case') return e;
  for (const {when, then} of e.branches) {
    const holds = isEqual(when, facts);
    if (holds === undefined) return e;
    if (holds) return then;
  }
  return e.otherwise;
}

/** Whether `x = constant`, by a fact that says what x is equal to; undefined = nothing says so. */
function isEqual(when: TypedExpression, facts: readonly TypedExpression[]): boolean | undefined {
  const wanted = equality(when);
  const fact = wanted && facts.map(equality).find(f => f !== undefined && sameExpression(f.of, wanted.of) && sameData(f.type, wanted.type));
  if (wanted === undefined || fact === undefined) return undefined;
  return EXACT.has(wanted.type.kind) ? sameData(fact.value, wanted.value) : undefined;
}

/** Types whose values are equal only if they look the same. */
const EXACT: ReadonlySet<SqlType['kind']> = new Set(['bool', 'int2', 'int4', 'int8', 'text', 'varchar', 'uuid']);

function equality(e: TypedExpression) {
  if (e.kind !== 'compare' || e.op !== '=') return undefined;
  const [of, constant] = e.left.kind === 'constant' ? [e.right, e.left] : [e.left, e.right];
  return constant.kind === 'constant' && constant.value !== null ? {of, value: constant.value, type: constant.type} : undefined;
}
