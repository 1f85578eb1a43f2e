import Database from 'better-sqlite3';
import {sqlError, toSqlError} from '../../common/sql-error.ts';
import type {JournalPosition} from '../../runtime/durability/journal.ts';
import type {Manifest} from '../dataflow/checkpointer.ts';

/** Version of everything in the data directory; any other is refused. */
const FORMAT = 2;

export type StoredObject = {readonly id: number; readonly json: string};
/** A change of the stored catalog: an object written (json) or removed (null). */
export type ObjectChange = {readonly id: number; readonly json: string | null};

/** Catalog and manifest in SQLite (WAL, synchronous=FULL): each call is one durable transaction. */
export class MetaStore {
  readonly #db: Database.Database;
  /** Catalog changes that found no room. The journal has them, so nothing is lost; they are written with the next change or checkpoint. */
  #unwritten: {readonly changes: readonly ObjectChange[]; readonly nextObjectId: number; readonly position: JournalPosition}[] = [];

  constructor(file: string) {
    this.#db = new Database(file);
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    const version = this.#db.pragma('user_version', {simple: true}) as number;
    // 0 = nothing was ever written.
    if (version !== 0 && version !== FORMAT) {
      this.#db.close();
      const age = version > FORMAT ? 'a newer' : 'an older';
      throw sqlError(
        'feature_not_supported',
        `the data directory was written by ${age} version (format ${version}, this one reads ${FORMAT})`,
        {
          hint: `Start ${version > FORMAT ? 'a newer' : 'the older'} version of Millrace, or this one on another --data-dir.`,
        },
      );
    }
    this.#db.exec(`
      CREATE TABLE IF NOT EXISTS objects (id INTEGER PRIMARY KEY, json TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, json TEXT NOT NULL);
    `);
    this.#db.pragma(`user_version = ${FORMAT}`);
  }

  objects(): StoredObject[] {
    return this.#db.prepare('SELECT id, json FROM objects ORDER BY id').all() as StoredObject[];
  }

  /** Where in the journal the stored catalog stands: DDL entries beyond it have yet to be applied. */
  catalogPosition(): JournalPosition {
    return this.#fact<JournalPosition>('catalog-position') ?? {file: 0, byte: 0};
  }

  nextObjectId(): number {
    return this.#fact<number>('next-object-id') ?? 16384;
  }

  /** Notes a change of the catalog that the journal holds already. */
  applyCatalog(changes: readonly ObjectChange[], nextObjectId: number, position: JournalPosition): void {
    this.#unwritten.push({changes, nextObjectId, position});
    try {
      this.#write(() => {});
    } catch (error) {
      if (toSqlError(error).condition !== 'disk_full') throw error;
    }
  }

  /** Writes what has not been written, and more, in one transaction. */
  #write(more: () => void): void {
    const put = this.#db.prepare('INSERT INTO objects (id, json) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json');
    const remove = this.#db.prepare('DELETE FROM objects WHERE id = ?');
    try {
      this.#db.transaction(() => {
        for (const {changes, nextObjectId, position} of this.#unwritten) {
          for (const {id, json} of changes) {
            if (json === null) remove.run(id);
            else put.run(id, json);
          }
          this.#setFact('next-object-id', nextObjectId);
          this.#setFact('catalog-position', position);
        }
        more();
      })();
    } catch (error) {
      throw databaseError(error, this.#db.name);
    }
    this.#unwritten = [];
  }

  manifest(): Manifest | undefined {
    return this.#fact<Manifest>('manifest');
  }

  commitManifest(manifest: Manifest): void {
    this.#write(() => this.#setFact('manifest', manifest));
  }

  close(): void {
    this.#db.close();
  }

  #fact<T>(name: string): T | undefined {
    const row = this.#db.prepare('SELECT json FROM facts WHERE name = ?').get(name) as {json: string} | undefined;
    return row === undefined ? undefined : (JSON.parse(row.json) as T);
  }

  #setFact(name: string, value: unknown): void {
    this.#db
      .prepare('INSERT INTO facts (name, json) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET json = excluded.json')
      .run(name, JSON.stringify(value));
  }
}

/** SQLite's way of saying that the disk is full, or that the file could not be read or written. */
function databaseError(error: unknown, file: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  if (error.code === 'SQLITE_FULL')
    return sqlError('disk_full', `could not write to file "${file}": no space left on device`, {
      hint: 'Free some space; reads go on meanwhile.',
    });
  return sqlError(error.code.startsWith('SQLITE_CORRUPT') ? 'data_corrupted' : 'io_error', `file "${file}": ${error.message}`);
}
