import {sqlError} from '../../common/sql-error.ts';
import type {ColumnRef} from '../../parser/ast/expression.ts';
import {rewrite} from '../expression/map-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {ExpressionContext} from './expression-context.ts';
import {similarColumnHint} from './similar-column.ts';
import type {Scope, ScopeColumn, ScopeItem} from './scope.ts';

/** A column found `depth` scopes out; `item` when the name meant a whole row. */
export type FoundColumn = {readonly expression: TypedExpression; readonly depth: number; readonly column?: ScopeColumn | undefined};

/**
 * `a`, `t.a`, `s.t.a`: the nearest scope that has the name wins; an alias alone means the whole row.
 * Errors: 42703, 42702, 42P01 as PostgreSQL words them.
 */
export function bindColumnRef(context: ExpressionContext, ref: ColumnRef): TypedExpression {
  const {expression, depth} = resolveColumn(context, ref);
  return context.statement.at(fromOuterScope({...expression}, depth), ref.span.start);
}

export function resolveColumn({scope, statement}: ExpressionContext, ref: ColumnRef): FoundColumn {
  const names = ref.parts.map(p => p.name);
  const position = ref.span.start;
  const name = names.at(-1) ?? '';
  if (names.length === 1) return findUnqualified(scope, name, position);
  const table = names.at(-2) ?? '';
  const schema = names.at(-3);
  if (names.length === 4 && statement.database !== undefined && names[0] !== statement.database) {
    throw sqlError('feature_not_supported', `cross-database references are not implemented: ${names.join('.')}`, {position});
  }
  const found = findItem(scope, schema, table, position);
  if (found === undefined) throw missingTable(scope, table, position);
  const column = findInItem(found.item, name, position);
  if (column !== undefined) return {expression: column.expression, column, depth: found.depth};
  throw sqlError('undefined_column', `column ${table}.${name} does not exist`, {
    position,
    hint: similarColumnHint(scope, name, found.item),
  });
}

function findUnqualified(scope: Scope, name: string, position: number): FoundColumn {
  for (let s: Scope | undefined = scope, depth = 0; s !== undefined; s = s.parent, depth++) {
    const column = single(
      s.columns.filter(c => c.name === name),
      name,
      position,
    );
    if (column !== undefined) return {expression: column.expression, column, depth};
    const hidden = single(
      s.items.flatMap(i => i.hidden).filter(c => c.name === name),
      name,
      position,
    );
    if (hidden !== undefined) return {expression: hidden.expression, column: hidden, depth};
  }
  const whole = findItem(scope, undefined, name, position);
  if (whole !== undefined) return {expression: wholeRow(whole.item), depth: whole.depth};
  throw sqlError('undefined_column', `column "${name}" does not exist`, {position, hint: similarColumnHint(scope, name)});
}

/** The item with this name in the nearest scope that has one. */
export function findItem(
  scope: Scope,
  schema: string | undefined,
  alias: string,
  position: number,
): {readonly item: ScopeItem; readonly depth: number} | undefined {
  for (let s: Scope | undefined = scope, depth = 0; s !== undefined; s = s.parent, depth++) {
    const found = s.items.filter(i => i.alias === alias && (schema === undefined || i.schema === schema));
    const [item] = found;
    if (found.length > 1) throw sqlError('duplicate_alias', `table reference "${alias}" is ambiguous`, {position});
    if (item !== undefined) return {item, depth};
  }
  return undefined;
}

function findInItem(item: ScopeItem, name: string, position: number): ScopeColumn | undefined {
  return (
    single(
      item.columns.filter(c => c.name === name),
      name,
      position,
    ) ?? item.hidden.find(c => c.name === name)
  );
}

function single(found: readonly ScopeColumn[], name: string, position: number): ScopeColumn | undefined {
  if (found.length > 1) throw sqlError('ambiguous_column', `column reference "${name}" is ambiguous`, {position, hint: hintFor(name)});
  return found[0];
}

export function missingTable(scope: Scope, name: string, position: number) {
  const aliased = scope.items.find(i => i.relationName === name && i.alias !== name);
  if (aliased !== undefined) {
    return sqlError('undefined_table', `invalid reference to FROM-clause entry for table "${name}"`, {
      position,
      hint: `Perhaps you meant to reference the table alias "${aliased.alias}".`,
    });
  }
  for (let s: Scope | undefined = scope; s !== undefined; s = s.parent) {
    if (s.unseen?.some(i => i.alias === name) !== true) continue;
    return sqlError('undefined_table', `invalid reference to FROM-clause entry for table "${name}"`, {
      position,
      detail: `There is an entry for table "${name}", but it cannot be referenced from this part of the query.`,
      hint: 'To reference that table, you must mark this subquery with LATERAL.',
    });
  }
  return sqlError('undefined_table', `missing FROM-clause entry for table "${name}"`, {position});
}

/** The row of an item as a value of its composite type; a function's scalar result is itself. */
export function wholeRow(item: ScopeItem): TypedExpression {
  const [only] = item.columns;
  if (item.scalar === true && only !== undefined) return only.expression;
  const fields = item.columns.map(c => ({name: c.name, type: c.expression.type}));
  return {kind: 'row', type: {kind: 'composite', fields}, items: item.columns.map(c => c.expression)};
}

/** An expression over the columns of a scope, as it reads `depth` scopes further in. */
export function fromOuterScope(e: TypedExpression, depth: number): TypedExpression {
  if (depth === 0) return e;
  return rewrite(e, n => {
    if (n.kind === 'input') return {kind: 'outer', type: n.type, depth, index: n.index};
    if (n.kind === 'outer') return {...n, depth: n.depth + depth};
    return undefined;
  });
}

/** Windows over rows that have the windows that they come from among their columns. */
function hintFor(name: string): string | undefined {
  if (name !== 'window_start' && name !== 'window_end') return undefined;
  return `Give the inner window's another name: TUMBLE((SELECT ${name} AS inner_${name.slice(7)}, … FROM …), …).`;
}
