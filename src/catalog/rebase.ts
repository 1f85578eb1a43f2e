import type {Catalog} from './catalog.ts';
import type {CatalogChange} from './catalog-change.ts';
import {objectKindName, type CatalogObject} from './catalog-object.ts';

export type Rebased = {readonly kind: 'rebased'; readonly catalog: Catalog} | {readonly kind: 'conflict'; readonly detail: string};

/**
 * What a transaction that began with `base` has changed, made to `current`, which others have published since. It is a conflict when they took
 * one of its names, changed or dropped an object that it changes, drops or builds on, or built on one that it drops.
 */
export function rebase(changes: readonly CatalogChange[], base: Catalog, current: Catalog): Rebased {
  let catalog = current;
  for (const change of changes) {
    const detail =
      change.kind === 'put' ? whyNotPut(change.object, {base, current, catalog}) : whyNotRemoved(change.id, {base, current, catalog});
    if (detail !== undefined) return {kind: 'conflict', detail};
    catalog = change.kind === 'put' ? catalog.withObject(change.object) : catalog.without(change.id);
  }
  return {kind: 'rebased', catalog};
}

/** `catalog` is `current` with the changes before this one. */
type Snapshots = {readonly base: Catalog; readonly current: Catalog; readonly catalog: Catalog};

function whyNotPut(object: CatalogObject, snapshots: Snapshots): string | undefined {
  const {base, current, catalog} = snapshots;
  const touched = whyTouched(object.id, snapshots);
  if (touched !== undefined) return touched;
  if (object.kind === 'schema') {
    const holder = catalog.schema(object.name);
    return holder === undefined || holder.id === object.id ? undefined : wasDone(holder, 'created');
  }
  if (catalog.schema(object.schema) === undefined) return `Schema "${object.schema}" was dropped meanwhile.`;
  const holder = catalog.named(object.schema, object.name);
  if (holder !== undefined && holder.id !== object.id) return wasDone(holder, 'created');
  for (const id of object.dependsOn) {
    const before = base.object(id);
    // What is not in `base` the transaction has made itself.
    if (before === undefined) continue;
    const now = current.object(id);
    if (now === undefined) return wasDone(before, 'dropped');
    if (now !== before && definitionOf(now) !== definitionOf(before)) return wasDone(before, 'changed');
  }
  return undefined;
}

function whyNotRemoved(id: number, snapshots: Snapshots): string | undefined {
  const {catalog} = snapshots;
  const touched = whyTouched(id, snapshots);
  if (touched !== undefined) return touched;
  // Changes come in an order in which nothing outlives what it needs.
  const object = catalog.object(id);
  const [inside] = object?.kind === 'schema' ? catalog.objectsIn(object.name) : [];
  const [dependent] = catalog.dependentsOf(id);
  const left = inside ?? (dependent === undefined ? undefined : catalog.object(dependent));
  return left === undefined ? undefined : wasDone(left, 'created');
}

/** Others have changed or dropped the object that the transaction began with. */
function whyTouched(id: number, {base, current}: Snapshots): string | undefined {
  const before = base.object(id);
  const now = current.object(id);
  if (before === undefined || now === before) return undefined;
  return wasDone(before, now === undefined ? 'dropped' : 'changed');
}

function wasDone(object: CatalogObject, what: 'created' | 'changed' | 'dropped'): string {
  const kind = objectKindName(object);
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)} "${object.name}" was ${what} meanwhile.`;
}

/** Comments change nothing for what builds on an object. */
function definitionOf(object: CatalogObject): string {
  return JSON.stringify(object, (key, value: unknown) => (key === 'comment' ? undefined : value));
}
