import type {Span} from '../../parser/ast/span.ts';
import type {StatementContext} from './statement-context.ts';

/** What the statement's source says at a span. */
export function sourceText({text, start}: StatementContext, span: Span): string {
  return text.slice(span.start - start, span.end - start);
}
