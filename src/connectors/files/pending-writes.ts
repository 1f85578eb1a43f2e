import path from 'node:path';
import {toSqlError} from '../../common/sql-error.ts';
import type {FileLayer} from '../../runtime/durability/file-layer.ts';
import {missingDirectory} from './missing-directory.ts';
import type {OutputFile} from './output-file.ts';

const RETRY_MS = 1000;

/** The files of a sink that have bytes to be written, and why they cannot be, if so: it is tried again after a while, nothing is let go of. */
export class PendingWrites {
  /** Why they cannot be written. */
  problem: string | undefined;
  /** Has written to the directory, which therefore is not made again. */
  hasWritten = false;
  readonly #files: FileLayer;
  readonly #directory: string;
  /** What must have been done before the first write. */
  readonly #prepare: () => void;
  readonly #unwritten = new Set<OutputFile>();
  #retryAt = -Infinity;

  constructor(files: FileLayer, directory: string, prepare: () => void) {
    this.#files = files;
    this.#directory = directory;
    this.#prepare = prepare;
  }

  get isEmpty(): boolean {
    return this.#unwritten.size === 0;
  }

  add(file: OutputFile): void {
    this.#unwritten.add(file);
  }

  remove(file: OutputFile): void {
    this.#unwritten.delete(file);
  }

  clear(): void {
    this.#unwritten.clear();
  }

  /** Writes what can be written; `now`: whatever went wrong a moment ago. */
  write(now = false): void {
    if (!now && performance.now() < this.#retryAt) return;
    try {
      this.#prepare();
      for (const file of this.#unwritten) {
        if (!file.isFlushed) this.#requireDirectory();
        file.flush();
        if (file.closed) file.release();
        this.#unwritten.delete(file);
      }
      this.problem = undefined;
    } catch (error) {
      this.problem = toSqlError(error).message;
      this.#retryAt = performance.now() + RETRY_MS;
      // What is open may be of a file system that is not there any more.
      for (const file of this.#unwritten) file.release();
    }
  }

  /** Tries again what could not be done. */
  retry(): void {
    if (this.problem !== undefined) this.write();
  }

  /** When `retry` has something to do, as performance.now(); Infinity = not. */
  get retryAt(): number {
    return this.problem === undefined ? Infinity : this.#retryAt;
  }

  /** A directory that was there and is not any more may come back: another in its place would hide that. */
  #requireDirectory(): void {
    if (!this.#files.exists(this.#directory)) {
      if (this.hasWritten) throw missingDirectory(this.#directory);
      this.#makeDirectory();
    }
    this.hasWritten = true;
  }

  #makeDirectory(): void {
    const made: string[] = [];
    for (let name = this.#directory; !this.#files.exists(name) && name !== path.dirname(name); name = path.dirname(name)) made.push(name);
    this.#files.makeDirectory(this.#directory, 0o777);
    // A loss of power must not take their names with all that is synced in them.
    for (const name of made) this.#files.syncDirectory(path.dirname(name));
  }
}
