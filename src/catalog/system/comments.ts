import type {Catalog} from '../catalog.ts';
import type {CatalogObject} from '../catalog-object.ts';
import {CLASS_CATALOG, PROC_CATALOG, catalogOf} from './catalog-oids.ts';
import {FUNCTION_ENTRIES} from './function-entries.ts';
import {perCatalog} from './system-context.ts';

/** A row of pg_description; `column` is 0 for the object itself. */
export type Comment = {readonly catalog: number; readonly object: number; readonly column: number; readonly text: string};

/** Comments on the user's objects, and the documentation line of every function. */
export const comments = perCatalog((catalog): readonly Comment[] => [...objectComments(catalog), ...FUNCTION_COMMENTS]);

const FUNCTION_COMMENTS: readonly Comment[] = FUNCTION_ENTRIES.flatMap(f =>
  f.doc === undefined ? [] : [{catalog: PROC_CATALOG, object: f.oid, column: 0, text: f.doc}],
);

function* objectComments(catalog: Catalog): Iterable<Comment> {
  for (const object of catalog.objects()) {
    if (object.kind === 'sink') continue;
    const text = objectComment(object);
    if (text !== undefined) yield {catalog: catalogOf(object), object: object.id, column: 0, text};
    if (object.kind === 'schema' || object.kind === 'type') continue;
    for (const [i, column] of object.columns.entries()) {
      if (column.comment !== undefined) yield {catalog: CLASS_CATALOG, object: object.id, column: i + 1, text: column.comment};
    }
  }
}

/** A stream is listed as a table, so its comment says what it is until it gets one of its own. */
function objectComment(object: CatalogObject): string | undefined {
  if (object.comment !== undefined) return object.comment;
  if (object.kind === 'schema') return SCHEMA_COMMENTS[object.name];
  return object.kind === 'stream' ? `stream (${object.connector})` : undefined;
}

const SCHEMA_COMMENTS: Readonly<Record<string, string>> = {
  pg_catalog: 'system catalog schema',
  public: 'standard public schema',
  millrace: 'state of streams, views and operators',
};

const byObject = perCatalog(catalog => {
  const index = new Map<number, Comment[]>();
  for (const comment of comments(catalog)) index.set(comment.object, [...(index.get(comment.object) ?? []), comment]);
  return index;
});

/** Without `inCatalog` any catalog's object of this OID. */
export function commentOn(catalog: Catalog, object: number, column = 0, inCatalog?: number): string | undefined {
  const found = byObject(catalog).get(object);
  return found?.find(c => c.column === column && (inCatalog === undefined || c.catalog === inCatalog))?.text;
}
