import {Catalog} from '../catalog/catalog.ts';
import type {CatalogChange} from '../catalog/catalog-change.ts';
import type {CatalogObject} from '../catalog/catalog-object.ts';
import {deserializeObject, serializeObject} from '../catalog/serialize-object.ts';
import type {JournalPosition} from '../runtime/durability/journal.ts';
import type {MetaStore, ObjectChange} from './durability/meta-store.ts';
import type {CatalogService} from './services.ts';

/** What a journal entry says of DDL: enough to bring the stored catalog up to date after a crash. */
export function encodeDdl(changes: readonly CatalogChange[], nextId: number): string {
  return JSON.stringify({nextId, changes: changes.map(toStored)});
}

/** The objects that a DDL entry makes or changes. */
export function writtenObjects(ddl: string): number[] {
  const {changes} = JSON.parse(ddl) as {changes: readonly ObjectChange[]};
  return changes.flatMap(({id, json}) => (json === null ? [] : [id]));
}

function toStored(change: CatalogChange): ObjectChange {
  return change.kind === 'put' ? {id: change.object.id, json: serializeObject(change.object)} : {id: change.id, json: null};
}

/** The published catalog, kept in SQLite. */
export class CatalogStore implements CatalogService {
  readonly #meta: MetaStore;
  #current: Catalog;
  #nextId: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(meta: MetaStore, system: Iterable<CatalogObject>) {
    this.#meta = meta;
    this.#current = Catalog.of([...system, ...meta.objects().map(({json}) => deserializeObject(json))], meta.nextObjectId());
    this.#nextId = this.#current.nextId;
  }

  get current(): Catalog {
    return this.#current;
  }

  get nextId(): number {
    return this.#nextId;
  }

  takeIds(count: number): number {
    const first = this.#nextId;
    this.#nextId += count;
    return first;
  }

  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  publish(catalog: Catalog, changes: readonly CatalogChange[], position: JournalPosition): void {
    this.#meta.applyCatalog(changes.map(toStored), this.#nextId, position);
    this.#current = catalog;
  }

  /** Applies a DDL entry of the journal that the stored catalog does not have yet. */
  replay(ddl: string, position: JournalPosition): void {
    const stored = this.#meta.catalogPosition();
    if (position.file < stored.file || (position.file === stored.file && position.byte <= stored.byte)) return;
    const {nextId, changes} = JSON.parse(ddl) as {nextId: number; changes: ObjectChange[]};
    this.#meta.applyCatalog(changes, nextId, position);
    this.#nextId = Math.max(this.#nextId, nextId);
    let catalog = this.#current;
    for (const {id, json} of changes) catalog = json === null ? catalog.without(id) : catalog.withObject(deserializeObject(json));
    this.#current = catalog;
  }
}
