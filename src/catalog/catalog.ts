import {sqlError} from '../common/sql-error.ts';
import {FIRST_USER_OID} from '../types/oids.ts';
import {isRelation, lastIdOf, type CatalogObject, type CompositeTypeObject, type Schema} from './catalog-object.ts';
import {freezeDeep} from './freeze-deep.ts';
import type {Relation} from './relation.ts';

/** Schemas that exist in every catalog, with their fixed ids. */
export const SYSTEM_SCHEMAS: readonly Schema[] = [
  {kind: 'schema', id: 11, name: 'pg_catalog'},
  {kind: 'schema', id: 13000, name: 'information_schema'},
  {kind: 'schema', id: 16000, name: 'millrace'},
  {kind: 'schema', id: 2200, name: 'public'},
];

type Contents = {
  readonly objects: ReadonlyMap<number, CatalogObject>;
  readonly schemas: ReadonlyMap<string, Schema>;
  /** Schema name → object name → relation or type: they share one name space, as in pg_class. */
  readonly names: ReadonlyMap<string, ReadonlyMap<string, Relation | CompositeTypeObject>>;
  /** Id → ids of the objects that depend on it directly. */
  readonly dependents: ReadonlyMap<number, readonly number[]>;
  readonly nextId: number;
  readonly version: number;
};

let snapshots = 0;

/**
 * An immutable snapshot of all objects. Changes return a new snapshot (copy on write), so that transactional DDL is a private snapshot
 * which replaces the shared one at COMMIT. `version` is the snapshot's own, later ones are greater.
 */
export class Catalog {
  readonly #contents: Contents;

  private constructor(contents: Contents) {
    this.#contents = contents;
  }

  /** A catalog of the system schemas and `objects` (in any order). `nextId` must be above every id ever given out. */
  static of(objects: Iterable<CatalogObject> = [], nextId: number = FIRST_USER_OID): Catalog {
    let catalog = new Catalog({
      objects: new Map(),
      schemas: new Map(),
      names: new Map(),
      dependents: new Map(),
      nextId,
      version: ++snapshots,
    });
    for (const schema of SYSTEM_SCHEMAS) catalog = catalog.withObject(schema);
    const all = [...objects];
    for (const object of all) if (object.kind === 'schema') catalog = catalog.withObject(object);
    for (const object of all) if (object.kind !== 'schema') catalog = catalog.withObject(object);
    return catalog;
  }

  /** The id for the next object; `withObject` moves it on. */
  get nextId(): number {
    return this.#contents.nextId;
  }

  get version(): number {
    return this.#contents.version;
  }

  objects(): Iterable<CatalogObject> {
    return this.#contents.objects.values();
  }

  object(id: number): CatalogObject | undefined {
    return this.#contents.objects.get(id);
  }

  relation(id: number): Relation | undefined {
    const object = this.object(id);
    return isRelation(object) ? object : undefined;
  }

  schema(name: string): Schema | undefined {
    return this.#contents.schemas.get(name);
  }

  /** The relation or composite type with this name. */
  named(schema: string, name: string): Relation | CompositeTypeObject | undefined {
    return this.#contents.names.get(schema)?.get(name);
  }

  objectsIn(schema: string): Iterable<Relation | CompositeTypeObject> {
    return this.#contents.names.get(schema)?.values() ?? [];
  }

  /** Ids of the objects that need `id`, in the order in which they were created. */
  dependentsOf(id: number): readonly number[] {
    return this.#contents.dependents.get(id) ?? [];
  }

  /**
   * Adds an object, or replaces the one with the same id (which may change its name).
   * Errors: 42P06, 42P07, 42710 when the name is taken; 3F000 when the schema does not exist.
   */
  withObject(given: CatalogObject): Catalog {
    const object = freezeDeep(given);
    const base = this.object(object.id) === undefined ? this : this.without(object.id);
    const {objects, schemas, names, dependents, nextId} = base.#contents;
    base.#requireFreeName(object);
    return new Catalog({
      objects: new Map(objects).set(object.id, object),
      schemas: object.kind === 'schema' ? new Map(schemas).set(object.name, object) : schemas,
      names: object.kind === 'schema' ? names : withName(names, object),
      dependents: object.kind === 'schema' ? dependents : withDependencies(dependents, object),
      nextId: Math.max(nextId, lastIdOf(object) + 1),
      version: ++snapshots,
    });
  }

  /** Removes one object and nothing else; `planDrop` says what has to go with it. */
  without(id: number): Catalog {
    const object = this.object(id);
    if (object === undefined) return this;
    const {objects, schemas, names, dependents, nextId} = this.#contents;
    return new Catalog({
      objects: omit(objects, id),
      schemas: object.kind === 'schema' ? omit(schemas, object.name) : schemas,
      names: object.kind === 'schema' ? names : new Map(names).set(object.schema, omit(names.get(object.schema) ?? new Map(), object.name)),
      dependents: object.kind === 'schema' ? dependents : withoutDependencies(dependents, object),
      nextId,
      version: ++snapshots,
    });
  }

  #requireFreeName(object: CatalogObject): void {
    if (object.kind === 'schema') {
      if (this.schema(object.name)) throw sqlError('duplicate_schema', `schema "${object.name}" already exists`);
      return;
    }
    if (!this.schema(object.schema)) throw sqlError('invalid_schema_name', `schema "${object.schema}" does not exist`);
    if (this.named(object.schema, object.name) === undefined) return;
    if (object.kind === 'type') throw sqlError('duplicate_object', `type "${object.name}" already exists`);
    throw sqlError('duplicate_table', `relation "${object.name}" already exists`);
  }
}

function omit<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

type Dependent = Relation | CompositeTypeObject;

function withName(names: Contents['names'], object: Dependent): Contents['names'] {
  return new Map(names).set(object.schema, new Map(names.get(object.schema)).set(object.name, object));
}

/** An error relation needs its owner, whatever else it lists. */
function needs(object: Dependent): ReadonlySet<number> {
  return new Set(object.kind === 'errors' ? [object.owner, ...object.dependsOn] : object.dependsOn);
}

function withDependencies(dependents: Contents['dependents'], object: Dependent): Contents['dependents'] {
  const copy = new Map(dependents);
  for (const id of needs(object))
    copy.set(
      id,
      [...(copy.get(id) ?? []), object.id].sort((a, b) => a - b),
    );
  return copy;
}

function withoutDependencies(dependents: Contents['dependents'], object: Dependent): Contents['dependents'] {
  const copy = new Map(dependents);
  for (const id of needs(object)) {
    copy.set(
      id,
      (copy.get(id) ?? []).filter(other => other !== object.id),
    );
  }
  return copy;
}
