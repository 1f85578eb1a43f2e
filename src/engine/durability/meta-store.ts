import {crc32} from 'node:zlib';
import Database from 'better-sqlite3';
import {sqlError, toSqlError} from '../../common/sql-error.ts';
import type {JournalPosition} from '../../runtime/durability/journal.ts';
import type {Manifest} from '../dataflow/checkpointer.ts';

/** Version of everything in the data directory; any other is refused. */
const FORMAT = 3;

export type StoredObject = {readonly id: number; readonly json: string};
/** A change of the stored catalog: an object written (json) or removed (null). */
export type ObjectChange = {readonly id: number; readonly json: string | null};

/** How many rows there are besides this one, and the sum of their checksums. */
const TOTAL = 'total';
type Total = {readonly rows: number; readonly sum: number};

/**
 * Catalog and manifest in SQLite (WAL, synchronous=FULL): each call is one durable transaction. SQLite finds damage of its own structures
 * only, so every row has a checksum, and one row vouches for all: they are checked when the store is opened.
 */
export class MetaStore {
  readonly #db: Database.Database;
  /** Catalog changes that found no room. The journal has them, so nothing is lost; they are written with the next change or checkpoint. */
  #unwritten: {readonly changes: readonly ObjectChange[]; readonly nextObjectId: number; readonly position: JournalPosition}[] = [];

  constructor(file: string) {
    this.#db = new Database(file);
    try {
      this.#db.pragma('journal_mode = WAL');
      this.#db.pragma('synchronous = FULL');
      if (this.#isNew()) this.#create();
      this.#check();
    } catch (error) {
      this.#db.close();
      throw databaseError(error, file);
    }
  }

  #isNew(): boolean {
    const version = this.#db.pragma('user_version', {simple: true}) as number;
    if (version === FORMAT) return false;
    const tables = this.#db.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").pluck().get() as number;
    if (version === 0 && tables === 0) return true;
    if (version === 0) throw damaged(this.#db.name, 'its format is not known');
    throw sqlError(
      'feature_not_supported',
      `the data directory was written by ${version > FORMAT ? 'a newer' : 'an older'} version (format ${version}, this one reads ${FORMAT})`,
      {hint: `Start ${version > FORMAT ? 'a newer' : 'the older'} version of Millrace, or this one on another --data-dir.`},
    );
  }

  #create(): void {
    this.#db.transaction(() => {
      this.#db.exec(`
        CREATE TABLE objects (id INTEGER PRIMARY KEY, json TEXT NOT NULL, crc INTEGER NOT NULL);
        CREATE TABLE facts (name TEXT PRIMARY KEY, json TEXT NOT NULL, crc INTEGER NOT NULL);
      `);
      this.#setFact(TOTAL, this.#total());
      this.#db.pragma(`user_version = ${FORMAT}`);
    })();
  }

  /** Throws data_corrupted for a row that is not as it was written, or not there. */
  #check(): void {
    // A lookup goes by indexes, which checksums of rows say nothing of.
    const structure = this.#db.pragma('integrity_check(1)', {simple: true});
    if (structure !== 'ok') throw damaged(this.#db.name, String(structure));
    const rowsOf = (table: string, key: string): {key: unknown; json: unknown; crc: unknown}[] =>
      this.#db.prepare(`SELECT ${key} AS key, json, crc FROM ${table}`).all() as {key: unknown; json: unknown; crc: unknown}[];
    for (const {key, json, crc} of rowsOf('objects', 'id'))
      if (checksum(key, json) !== crc) throw damaged(this.#db.name, `the catalog row ${String(key)} does not match its checksum`);
    for (const {key, json, crc} of rowsOf('facts', 'name'))
      if (checksum(key, json) !== crc) throw damaged(this.#db.name, `the row "${String(key)}" does not match its checksum`);
    const written = this.#fact<Total>(TOTAL);
    const found = this.#total();
    if (written?.rows !== found.rows || written.sum !== found.sum)
      throw damaged(this.#db.name, `it holds ${found.rows} rows of catalog and manifest where others, ${written?.rows ?? 0}, were written`);
  }

  #total(): Total {
    return this.#db
      .prepare(
        `SELECT count(*) AS rows, coalesce(sum(crc), 0) AS sum
         FROM (SELECT crc FROM objects UNION ALL SELECT crc FROM facts WHERE name <> '${TOTAL}')`,
      )
      .get() as Total;
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
    const put = this.#db.prepare('INSERT OR REPLACE INTO objects (id, json, crc) VALUES (?, ?, ?)');
    const remove = this.#db.prepare('DELETE FROM objects WHERE id = ?');
    try {
      this.#db.transaction(() => {
        for (const {changes, nextObjectId, position} of this.#unwritten) {
          for (const {id, json} of changes) {
            if (json === null) remove.run(id);
            else put.run(id, json, checksum(id, json));
          }
          this.#setFact('next-object-id', nextObjectId);
          this.#setFact('catalog-position', position);
        }
        more();
        this.#setFact(TOTAL, this.#total());
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
    const json = JSON.stringify(value);
    this.#db.prepare('INSERT OR REPLACE INTO facts (name, json, crc) VALUES (?, ?, ?)').run(name, json, checksum(name, json));
  }
}

const checksum = (key: unknown, json: unknown): number => crc32(`${String(key)}\0${String(json)}`);

const damaged = (file: string, what: string): Error =>
  sqlError('data_corrupted', `file "${file}" is damaged: ${what}`, {
    hint: 'Restore the data directory from a copy; nothing of it was changed.',
  });

/** SQLite's way of saying that the disk is full, or that the file could not be read or written. */
function databaseError(error: unknown, file: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  if (error.code === 'SQLITE_FULL')
    return sqlError('disk_full', `could not write to file "${file}": no space left on device`, {
      hint: 'Free some space; reads go on meanwhile.',
    });
  return sqlError(
    error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB' ? 'data_corrupted' : 'io_error',
    `file "${file}": ${error.message}`,
  );
}
