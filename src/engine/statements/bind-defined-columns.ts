import type {Column} from '../../catalog/column.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {ColumnDefinition} from '../../parser/ast/column-definition.ts';
import {statementContext} from '../../planner/binder/bind-query.ts';
import {bindTypeName} from '../../planner/binder/bind-type-name.ts';
import type {StatementContext} from './statement-context.ts';

/** Names, types and NOT NULL of a column list. */
export function bindDefinedColumns(definitions: readonly ColumnDefinition[], {session}: StatementContext): Column[] {
  const binder = statementContext({
    catalog: session.catalog,
    searchPath: session.searchPath,
    database: session.database,
    settings: session.textSettings(),
  });
  const names = new Set<string>();
  return definitions.map(({name, typeName, constraints, span}) => {
    if (names.has(name.name))
      throw sqlError('duplicate_column', `column "${name.name}" specified more than once`, {position: name.span.start});
    names.add(name.name);
    const generated = constraints.find(c => c.kind === 'generated');
    if (generated !== undefined)
      throw sqlError('feature_not_supported', 'computed columns are not supported yet', {position: generated.span.start});
    if (typeName === undefined) throw sqlError('syntax_error', `column "${name.name}" needs a type`, {position: span.start});
    const notNull = constraints.some(c => c.kind === 'not-null' || c.kind === 'primary-key');
    return {name: name.name, type: bindTypeName(binder, typeName), notNull};
  });
}
