import type {Query} from '../../parser/ast/query.ts';
import type {StatementContext} from './statement-context.ts';

/** The source of the query. */
export function queryText({text, start}: StatementContext, {span}: Query): string {
  return text.slice(span.start - start, span.end - start);
}
