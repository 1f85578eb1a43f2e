import type {Relation} from '../../catalog/relation.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {FromResult} from './from-result.ts';
import type {StatementContext} from './statement-context.ts';

/** The column of a piece of FROM that holds the event time: that of a stream's WATERMARK, or one that a view takes from such. */
export function eventTimeOf({catalog}: StatementContext, {items}: FromResult): TypedExpression | undefined {
  for (const {expression, source} of items.flatMap(item => [...item.columns, ...item.hidden])) {
    const relation = source && catalog.relation(source.relation);
    if (relation !== undefined && timeColumn(relation) === source?.ordinal) return expression;
  }
  return undefined;
}

/** The event time, or for a stream without one the time of its records. */
export function rowTimeOf(statement: StatementContext, from: FromResult): TypedExpression | undefined {
  const event = eventTimeOf(statement, from);
  if (event !== undefined) return event;
  const records = from.items.flatMap(item => item.hidden).filter(column => column.name === '_timestamp');
  return records[0]?.expression;
}

function timeColumn(relation: Relation): number | undefined {
  if (relation.kind === 'stream') return relation.time?.column;
  const place = relation.kind === 'materialized-view' ? (relation.times?.findIndex(t => t?.role === 'event-time') ?? -1) : -1;
  return place < 0 ? undefined : place;
}
