import type {Column} from '../../catalog/column.ts';
import {systemColumnsOf, type Relation, type StreamKey} from '../../catalog/relation.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {Expression} from '../../parser/ast/expression.ts';
import type {Identifier} from '../../parser/ast/names.ts';
import type {Span} from '../../parser/ast/span.ts';
import {parseExpression} from '../../parser/parse-expression.ts';
import {input} from '../expression/build-expression.ts';
import {sameExpression} from '../expression/same-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {volatilityOf} from '../expression/volatility.ts';
import type {Determination} from '../logical/logical-plan.ts';
import {keyColumns, unsupportedConstraint, type ColumnsSource} from './bind-columns.ts';
import {bindOver} from './bind-stream-columns.ts';
import {requireEquality} from './orderable.ts';
import {StatementContext} from './statement-context.ts';

/**
 * The keys of CREATE STREAM: PRIMARY KEY and UNIQUE, of columns and over expressions. A stream is not searched for what came before, so each
 * has to say NOT ENFORCED. Errors: 0A000 if it does not; 42703, 42701, 42P16, 42P17, 42883 and those of the expressions.
 */
export function bindStreamKeys(statement: StatementContext, source: ColumnsSource, columns: readonly Column[]): readonly StreamKey[] {
  const ofColumns = source.columns.flatMap(({name, constraints}) =>
    constraints.flatMap(c => (c.kind === 'primary-key' || c.kind === 'unique' ? [{...c, items: [reference(name)]}] : [])),
  );
  const ofStream = source.constraints.map(c => {
    if (c.kind === 'unique') return c;
    if (c.kind !== 'primary-key') throw unsupportedConstraint(c);
    keyColumns(
      c.columns,
      columns.map(column => column.name),
      true,
    );
    return {...c, items: c.columns.map(reference)};
  });
  const keys = [...ofColumns, ...ofStream];
  const [, second] = keys.filter(key => key.kind === 'primary-key');
  if (second !== undefined) {
    const message = `multiple primary keys for stream "${source.table}" are not allowed`;
    throw sqlError('invalid_table_definition', message, {position: second.span.start});
  }
  return keys.map(key => {
    requireNotEnforced(key);
    bindItems(statement, key.items, columns);
    return key.items.map(item => source.textAt(item.span));
  });
}

const reference = (name: Identifier): Expression => ({kind: 'column-ref', parts: [name], span: name.span});

function requireNotEnforced({notEnforced, kind, span}: {notEnforced: boolean; kind: 'primary-key' | 'unique'; span: Span}): void {
  if (notEnforced) return;
  const words = kind === 'unique' ? 'UNIQUE' : 'PRIMARY KEY';
  throw sqlError('feature_not_supported', `${words} of a stream cannot be enforced`, {
    position: span.start,
    hint: 'Add NOT ENFORCED if the records keep to it by themselves: views rely on it then.',
  });
}

function bindItems(statement: StatementContext, items: readonly Expression[], columns: readonly Column[]): void {
  const bound: TypedExpression[] = [];
  for (const item of items) {
    const position = item.span.start;
    const expression = bindOver(statement, item, columns, 'key expressions');
    if (volatilityOf(expression, 'fixed') !== 'immutable')
      throw sqlError('invalid_object_definition', 'functions in a key expression must be immutable', {position});
    requireEquality(expression.type, position);
    if (bound.some(other => sameExpression(other, expression))) {
      const what = item.kind === 'column-ref' ? `column "${item.parts.at(-1)?.name ?? ''}"` : 'an expression';
      throw sqlError('duplicate_column', `${what} appears twice in unique constraint`, {position});
    }
    bound.push(expression);
  }
}

/** What declared keys say of the rows of a relation: of a stream its own, of a view those of the streams below. */
export function determinations(statement: StatementContext, relation: Relation): readonly Determination[] {
  if (relation.kind === 'materialized-view') {
    const {columns, determined = []} = relation;
    return determined.map(d => ({...d, by: d.by.map(c => input(c, columns[c]!.type))}));
  }
  if (relation.kind !== 'stream' || relation.keys === undefined) return [];
  // As when the stream was created, whoever reads it.
  const own = new StatementContext({catalog: statement.catalog, searchPath: ['public']}, statement.bindQuery);
  const columns = [...relation.columns, ...systemColumnsOf(relation)].map((_, i) => i);
  return relation.keys.map(key => ({
    by: key.map(text => bindOver(own, parseExpression(text), relation.columns, 'key expressions')),
    columns,
    nullsToo: false,
  }));
}
