import {sqlError} from '../../common/sql-error.ts';
import {functionsNamed} from '../../functions/registry.ts';
import type {FrameBound as BoundClause, WindowFrame as FrameClause} from '../../parser/ast/window.ts';
import {formatTypeName} from '../../types/format-type.ts';
import {T, type SqlType} from '../../types/sql-type.ts';
import {constant} from '../expression/build-expression.ts';
import {some} from '../expression/map-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {FrameBound, SortExpression, WindowFrame} from '../logical/logical-plan.ts';
import {coerce, tryCoerce} from './coerce.ts';
import type {ExpressionContext} from './expression-context.ts';
import type {ResolvedWindow} from './named-windows.ts';

/** The frame of a call, and the order in which its offsets are meant: a sort column may become wider for them. */
export type BoundFrame = {readonly frame: WindowFrame; readonly sort: readonly SortExpression[]};

const DEFAULT_FRAME: WindowFrame = {
  mode: 'range',
  start: {bound: 'unbounded-preceding'},
  end: {bound: 'current-row'},
  exclude: 'no-others',
};

/** Errors: 42P20 and others as PostgreSQL has them. */
export function bindFrame(context: ExpressionContext, {frame, position}: ResolvedWindow, sort: readonly SortExpression[]): BoundFrame {
  if (frame === undefined) return {frame: DEFAULT_FRAME, sort};
  requireStartBeforeEnd(frame);
  const {mode} = frame;
  const exclude = frame.exclude ?? 'no-others';
  if (mode === 'groups' && sort.length === 0) {
    throw sqlError('windowing_error', 'GROUPS mode requires an ORDER BY clause', {position});
  }
  const hasOffset = frame.start.offset !== undefined || frame.end.offset !== undefined;
  if (mode !== 'range' || !hasOffset) {
    const bound = (b: BoundClause): FrameBound => ({bound: b.bound, offset: b.offset && rowCount(context, b.offset, mode.toUpperCase())});
    return {frame: {mode, start: bound(frame.start), end: bound(frame.end), exclude}, sort};
  }
  const [key] = sort;
  if (key === undefined || sort.length !== 1) {
    throw sqlError('windowing_error', 'RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column', {position});
  }
  const range = rangeOf(key, frame.start.offset?.span.start ?? frame.end.offset?.span.start ?? position);
  const wide = {...key, expression: coerce(context.statement, key.expression, range.column, 'implicit')};
  const bound = (b: BoundClause): FrameBound => ({
    bound: b.bound,
    edge: b.offset && edge(context, b.offset, wide, range, (b.bound === 'preceding') !== key.descending),
  });
  return {frame: {mode, start: bound(frame.start), end: bound(frame.end), exclude}, sort: [wide]};
}

/** Errors: 42P20, which PostgreSQL raises while it parses. */
function requireStartBeforeEnd({start, end, between}: FrameClause): void {
  const refuse = (message: string, {span}: BoundClause) => sqlError('windowing_error', message, {position: span.start});
  if (start.bound === 'unbounded-following') throw refuse('frame start cannot be UNBOUNDED FOLLOWING', start);
  if (end.bound === 'unbounded-preceding') throw refuse('frame end cannot be UNBOUNDED PRECEDING', end);
  if (start.bound === 'current-row' && end.bound === 'preceding') {
    throw refuse('frame starting from current row cannot have preceding rows', end);
  }
  if (start.bound !== 'following' || (end.bound !== 'preceding' && end.bound !== 'current-row')) return;
  if (!between) throw refuse('frame starting from following row cannot end with current row', start);
  throw refuse('frame starting from following row cannot have preceding rows', end);
}

function rowCount(context: ExpressionContext, e: NonNullable<BoundClause['offset']>, mode: string): TypedExpression {
  const position = e.span.start;
  const bound = context.with({allowAggregates: false, allowWindows: false}).bind(e);
  const count = tryCoerce(context.statement, bound, T.int8, 'assignment', position);
  if (count === undefined) {
    throw sqlError('datatype_mismatch', `argument of ${mode} must be type bigint, not type ${formatTypeName(bound.type)}`, {position});
  }
  requireNoVariables(count, mode, position);
  return count;
}

function requireNoVariables(e: TypedExpression, mode: string, position: number): void {
  if (!some(e, n => n.kind === 'input' || n.kind === 'outer')) return;
  throw sqlError('invalid_column_reference', `argument of ${mode} must not contain variables`, {position});
}

/** The type in which a sort column is compared with the edges of its frame, and the type of the offsets. */
type Range = {readonly written: SqlType; readonly column: SqlType; readonly offset: SqlType};

function rangeOf({expression: {type}}: SortExpression, position: number): Range {
  switch (type.kind) {
    case 'int2':
    case 'int4':
    case 'int8':
      return {column: T.int8, offset: T.int8, written: type};
    case 'float4':
    case 'float8':
      return {column: T.float8, offset: T.float8, written: type};
    case 'numeric':
      return {column: T.numeric, offset: T.numeric, written: type};
    case 'date':
    case 'timestamp':
      return {column: T.timestamp, offset: T.interval, written: type};
    case 'timestamptz':
      return {column: T.timestamptz, offset: T.interval, written: type};
    default: {
      const message = `RANGE with offset PRECEDING/FOLLOWING is not supported for column type ${formatTypeName(type)}`;
      throw sqlError('feature_not_supported', message, {position});
    }
  }
}

/** The value of the sort column up to which the frame reaches. */
function edge(
  context: ExpressionContext,
  e: NonNullable<BoundClause['offset']>,
  {expression}: SortExpression,
  range: Range,
  isBelow: boolean,
): TypedExpression {
  const position = e.span.start;
  const bound = context.with({allowAggregates: false, allowWindows: false}).bind(e);
  requireNoVariables(bound, 'RANGE', position);
  const offset = tryCoerce(context.statement, bound, range.offset, 'implicit', position);
  if (offset === undefined) {
    const message = `RANGE with offset PRECEDING/FOLLOWING is not supported for column type ${formatTypeName(range.written)} and offset type ${formatTypeName(bound.type)}`;
    throw sqlError('feature_not_supported', message, {
      position: context.statement.positionOf(bound) ?? position,
      hint: 'Cast the offset value to an appropriate type.',
    });
  }
  const definition = functionsNamed('frame_edge').find(f => f.args[0]?.kind === range.column.kind);
  if (definition === undefined) throw new Error(`internal error: frame_edge of ${range.column.kind}`);
  return {kind: 'call', type: range.column, function: definition.id, args: [expression, offset, constant(isBelow, T.bool)]};
}
