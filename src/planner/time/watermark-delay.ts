import type {Stream} from '../../catalog/relation.ts';
import type {Catalog} from '../../catalog/catalog.ts';
import {functionById} from '../../functions/registry.ts';
import {parseExpression} from '../../parser/parse-expression.ts';
import {statementContext} from '../binder/bind-query.ts';
import {bindOver} from '../binder/bind-stream-columns.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {durationOf} from './moved-time.ts';

/** By how much the watermark of a stream stays behind its event time, µs; undefined = not by a constant. */
export function watermarkDelay({columns, time}: Stream, catalog: Catalog): number | undefined {
  if (time === undefined) return undefined;
  const isEventTime = (e: TypedExpression) => e.kind === 'input' && e.index === time.column;
  const watermark = bindOver(statementContext({catalog, searchPath: ['public']}), parseExpression(time.watermark), columns);
  if (isEventTime(watermark)) return 0;
  if (watermark.kind !== 'call' || functionById(watermark.function).operator !== '-') return undefined;
  const [left, right] = watermark.args;
  return left !== undefined && right !== undefined && isEventTime(left) ? durationOf(right) : undefined;
}
