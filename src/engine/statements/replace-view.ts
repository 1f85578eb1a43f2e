import type {Catalog} from '../../catalog/catalog.ts';
import type {Column} from '../../catalog/column.ts';
import {describeObject} from '../../catalog/describe-object.ts';
import type {View} from '../../catalog/relation.ts';
import {sqlError} from '../../common/sql-error.ts';
import {formatType} from '../../types/format-type.ts';
import {nameScope} from './name-scope.ts';
import type {StatementContext} from './statement-context.ts';

export type Replacement = {
  readonly target: {readonly schema: string; readonly name: string};
  readonly columns: readonly Column[];
  /** What the new query names. */
  readonly dependencies: readonly number[];
};

/**
 * The view that OR REPLACE replaces. Its columns stay; new ones may follow. Errors: 42809, 42P16; 42P17 when the new query reads the view
 * itself; 2BP01 while results are maintained by the old query, since they would be those of neither.
 */
export function replaceableView({target, columns, dependencies}: Replacement, context: StatementContext): View | undefined {
  const {catalog} = context.session;
  const old = catalog.named(target.schema, target.name);
  if (old === undefined) return undefined;
  if (old.kind !== 'view') throw sqlError('wrong_object_type', `"${target.name}" is not a view`);
  requireColumns(old, columns);
  if (reaches(catalog, dependencies, old.id))
    throw sqlError('invalid_object_definition', `infinite recursion detected in the query of view "${old.name}"`);
  const maintained = maintainedOver(catalog, old.id);
  if (maintained.length === 0) return old;
  const scope = nameScope(context);
  throw sqlError('dependent_objects_still_exist', `cannot replace ${describeObject(scope, old)} because results of it are maintained`, {
    detail: maintained.map(object => `${describeObject(scope, object)} depends on ${describeObject(scope, old)}`).join('\n'),
    hint: 'Drop what depends on it first, or create a view with another name.',
  });
}

function requireColumns(old: View, columns: readonly Column[]): void {
  if (columns.length < old.columns.length) throw sqlError('invalid_table_definition', 'cannot drop columns from view');
  for (const [i, column] of old.columns.entries()) {
    const now = columns[i]!;
    if (now.name !== column.name)
      throw sqlError('invalid_table_definition', `cannot change name of view column "${column.name}" to "${now.name}"`, {
        hint: 'Drop the view and create it anew.',
      });
    const [before, after] = [formatType(column.type), formatType(now.type)];
    if (before !== after)
      throw sqlError('invalid_table_definition', `cannot change data type of view column "${column.name}" from ${before} to ${after}`);
  }
}

/** Whether a query that names these objects reads the other, itself or through views. */
function reaches(catalog: Catalog, from: readonly number[], wanted: number): boolean {
  return from.some(id => id === wanted || reaches(catalog, dependenciesOf(catalog, id), wanted));
}

function dependenciesOf(catalog: Catalog, id: number): readonly number[] {
  const object = catalog.object(id);
  return object?.kind === 'view' ? object.dependsOn : [];
}

/** Materialized views and sinks that read a view, themselves or through other views. */
function maintainedOver(catalog: Catalog, view: number): readonly NonNullable<ReturnType<Catalog['object']>>[] {
  return catalog.dependentsOf(view).flatMap(id => {
    const object = catalog.object(id);
    if (object?.kind === 'materialized-view' || object?.kind === 'sink') return [object];
    return object?.kind === 'view' ? maintainedOver(catalog, id) : [];
  });
}
