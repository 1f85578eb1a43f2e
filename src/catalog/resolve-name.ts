import {sqlError} from '../common/sql-error.ts';
import type {Catalog} from './catalog.ts';
import {isRelation, type CompositeTypeObject} from './catalog-object.ts';
import type {Relation} from './relation.ts';
import {effectivePath, type SearchPath} from './search-path.ts';

/** A name split from its schema. */
export type ObjectName = {readonly schema: string | undefined; readonly name: string};

export type NameScope = {readonly catalog: Catalog; readonly searchPath: SearchPath; readonly database?: string | undefined};

/** `a`, `s.a`, `db.s.a`. Errors: 0A000 for another database's name, 42601 for more parts. `position` marks the error. */
export function splitName(parts: readonly string[], database: string | undefined, position?: number): ObjectName {
  const name = parts.at(-1) ?? '';
  if (parts.length > 3) throw sqlError('syntax_error', `improper qualified name (too many dotted names): ${parts.join('.')}`, {position});
  if (parts.length === 3 && database !== undefined && parts[0] !== database) {
    throw sqlError('feature_not_supported', `cross-database references are not implemented: "${parts.join('.')}"`, {position});
  }
  return {schema: parts.at(-2), name};
}

function lookUp(scope: NameScope, {schema, name}: ObjectName): Relation | CompositeTypeObject | undefined {
  if (schema !== undefined) return scope.catalog.named(schema, name);
  for (const candidate of effectivePath(scope.searchPath)) {
    const found = scope.catalog.named(candidate, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The relation that a name means, or undefined. */
export function findRelation(scope: NameScope, parts: readonly string[], position?: number): Relation | undefined {
  const found = lookUp(scope, splitName(parts, scope.database, position));
  return isRelation(found) ? found : undefined;
}

/** As `findRelation`. Errors: 42P01 as in PostgreSQL. */
export function requireRelation(scope: NameScope, parts: readonly string[], position?: number): Relation {
  const found = findRelation(scope, parts, position);
  if (found !== undefined) return found;
  throw sqlError('undefined_table', `relation "${parts.join('.')}" does not exist`, {position});
}

/** The user-defined composite type that a name means, or undefined. */
export function findType(scope: NameScope, parts: readonly string[]): CompositeTypeObject | undefined {
  const found = lookUp(scope, splitName(parts, scope.database));
  return found?.kind === 'type' ? found : undefined;
}

/**
 * Where CREATE puts a new object: the schema written, else the first of the path that exists.
 * Errors: 3F000 when there is none, 42501 for a schema of the system.
 */
export function creationTarget(
  scope: NameScope,
  parts: readonly string[],
  position?: number,
): {readonly schema: string; readonly name: string} {
  const {schema, name} = splitName(parts, scope.database, position);
  if (schema !== undefined && scope.catalog.schema(schema) === undefined) {
    throw sqlError('invalid_schema_name', `schema "${schema}" does not exist`, {position});
  }
  const target = schema ?? scope.searchPath.find(s => scope.catalog.schema(s) !== undefined);
  if (target === undefined) throw sqlError('invalid_schema_name', 'no schema has been selected to create in', {position});
  if (target === 'pg_catalog' || target === 'information_schema' || target === 'millrace') {
    throw sqlError('insufficient_privilege', `permission denied to create "${target}.${name}"`, {
      position,
      detail: 'System catalog modifications are currently disallowed.',
    });
  }
  return {schema: target, name};
}

/** Whether an unqualified name finds exactly this object: pg_table_is_visible. */
export function isVisible(scope: NameScope, object: Relation | CompositeTypeObject): boolean {
  return lookUp(scope, {schema: undefined, name: object.name})?.id === object.id;
}
