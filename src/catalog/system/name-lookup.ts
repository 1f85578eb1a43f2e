import {builtinType} from '../../types/format-type.ts';
import {arrayOidOf, oidOf} from '../../types/oids.ts';
import type {Catalog} from '../catalog.ts';
import {effectivePath, type SearchPath} from '../search-path.ts';
import {classEntries, type ClassEntry} from './class-entries.ts';
import {functionEntriesNamed, type FunctionEntry} from './function-entries.ts';
import {parseObjectName} from './parse-object-name.ts';
import {quoteIdentifier} from './quote-identifier.ts';
import {perCatalog} from './system-context.ts';
import {typeEntries, type TypeEntry} from './type-entries.ts';

type Named = {readonly schema: string; readonly name: string; readonly oid: number};
type Index<E> = ReadonlyMap<string, ReadonlyMap<string, E>>;

const classesByName = perCatalog(catalog => indexOf(classEntries(catalog), e => e.name));
const typesByName = perCatalog(catalog => indexOf(typeEntries(catalog), e => e.typname));

function indexOf<E extends {readonly schema: string}>(entries: readonly E[], nameOf: (entry: E) => string): Index<E> {
  const index = new Map<string, Map<string, E>>();
  for (const entry of entries) {
    const names = index.get(entry.schema) ?? new Map<string, E>();
    index.set(entry.schema, names.set(nameOf(entry), entry));
  }
  return index;
}

/** Names as PostgreSQL's reg* types read and write them: along a search path, in everything that pg_class, pg_type and pg_proc list. */
export class NameLookup {
  readonly #catalog: Catalog;
  readonly #path: SearchPath;
  readonly #database: string;

  constructor({catalog, searchPath, database}: {catalog: Catalog; searchPath: SearchPath; database: string}) {
    this.#catalog = catalog;
    this.#path = effectivePath(searchPath);
    this.#database = database;
  }

  /** An entry of pg_class by its name as SQL text. Errors: 42602 for text that is no name. */
  classNamed(text: string): ClassEntry | undefined {
    return this.#find(classesByName(this.#catalog), this.#parts(text));
  }

  /** A type by its name as SQL text: `integer`, `varchar(10)`, `public.addr[]`. */
  typeOid(text: string): number | undefined {
    const [, base = '', array] = /^\s*(.*?)\s*((?:\[\s*\d*\s*\]\s*)+)?$/s.exec(text) ?? [];
    const bare = base.replace(/\s*\([^)]*\)/, '');
    const builtin = builtinType([
      bare
        .toLowerCase()
        .replace(/\s+/g, ' ')
        .replace(/^pg_catalog\./, ''),
    ]);
    if (builtin !== undefined) return array === undefined ? oidOf(builtin) : arrayOidOf(builtin);
    const parts = this.#parts(bare);
    const entry = this.#find(typesByName(this.#catalog), parts);
    return array === undefined ? entry?.oid : entry?.typarray;
  }

  functionsNamed(text: string): readonly FunctionEntry[] {
    const parts = this.#parts(text);
    const schema = parts.at(-2);
    return schema === undefined || schema === 'pg_catalog' ? functionEntriesNamed(parts.at(-1) ?? '') : [];
  }

  /** The bare name where the search path finds it, else with its schema. */
  className(entry: Named): string {
    return this.isClassVisible(entry) ? quoteIdentifier(entry.name) : `${quoteIdentifier(entry.schema)}.${quoteIdentifier(entry.name)}`;
  }

  typeName(entry: TypeEntry): string {
    return this.isTypeVisible(entry)
      ? quoteIdentifier(entry.typname)
      : `${quoteIdentifier(entry.schema)}.${quoteIdentifier(entry.typname)}`;
  }

  isClassVisible({name, oid}: Named): boolean {
    return this.#find(classesByName(this.#catalog), [name])?.oid === oid;
  }

  isTypeVisible({typname, oid}: TypeEntry): boolean {
    return this.#find(typesByName(this.#catalog), [typname])?.oid === oid;
  }

  #parts(text: string): readonly string[] {
    const parts = parseObjectName(text);
    return parts.length === 3 && parts[0] === this.#database ? parts.slice(1) : parts;
  }

  #find<E>(index: Index<E>, parts: readonly string[]): E | undefined {
    const [name = '', schema, ...more] = parts.toReversed();
    if (more.length > 0) return undefined;
    if (schema !== undefined) return index.get(schema)?.get(name);
    for (const candidate of this.#path) {
      const found = index.get(candidate)?.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
