import type {FileLayer, OpenFile} from '../../runtime/durability/file-layer.ts';
import {inProgressFile, type FileLedger, type LedgerFile} from './file-ledger.ts';

const FIRST_BYTES = 1 << 12;
/** A larger buffer is not kept for the rows to come. */
const MOST_KEPT = 1 << 20;
const NO_BYTES = new Uint8Array(0);

/**
 * A file in progress: what is in it, and what has yet to be written. `rewind` takes back what came last; the bytes behind stay in the file
 * until the next `flush` writes over them or cuts them off.
 */
export class OutputFile {
  readonly number: number;
  readonly directory: string;
  readonly openedAt: number;
  rows = 0;
  /** Takes no more rows. */
  closed = false;
  /** A checkpoint says that it is complete, and so finishes it whatever becomes of the sink. */
  isToBeFinished = false;
  /** Somebody has removed it. */
  isGone = false;
  /** Bytes that a committed checkpoint has synced; −1 = not even that there are no more. */
  synced = 0;
  /** How often bytes have been taken from its end. */
  cuts = 0;
  /** When it was last appended to, by a counter. */
  lastUse = 0;
  readonly #files: FileLayer;
  readonly #path: string;
  #file: OpenFile | undefined;
  /** Exists, with so many bytes. */
  #physical = -1;
  #written = 0;
  #buffer = NO_BYTES;
  #buffered = 0;

  constructor(files: FileLayer, sink: Pick<FileLedger, 'path' | 'prefix' | 'extension'>, {number, directory, openedAt}: OutputFileStart) {
    this.#files = files;
    this.#path = inProgressFile(sink, number);
    this.number = number;
    this.directory = directory;
    this.openedAt = openedAt;
  }

  /** One that a checkpoint tells of, with the bytes that it kept. */
  static restored(files: FileLayer, sink: FileLedger, entry: LedgerFile, tail: Uint8Array): OutputFile {
    const file = new OutputFile(files, sink, entry);
    file.rows = entry.rows;
    file.closed = file.isToBeFinished = entry.isComplete;
    file.synced = file.#written = entry.length;
    file.#physical = entry.length > 0 ? entry.length : -1;
    file.append(tail);
    return file;
  }

  /** Bytes, written or not. */
  get length(): number {
    return this.#written + this.#buffered;
  }

  /** Bytes that have yet to be written. */
  get waiting(): number {
    return this.#buffered;
  }

  get tail(): Uint8Array {
    return this.#buffer.subarray(0, this.#buffered);
  }

  get bufferBytes(): number {
    return this.#buffer.length;
  }

  append(bytes: Uint8Array): void {
    const end = this.#buffered + bytes.length;
    if (end > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(end, this.#buffer.length * 2, FIRST_BYTES));
      grown.set(this.tail);
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#buffered);
    this.#buffered = end;
  }

  rewind(length: number): void {
    this.#buffered = Math.max(0, length - this.#written);
    this.#written = Math.min(this.#written, length);
  }

  get isFlushed(): boolean {
    return this.#buffered === 0 && this.#physical <= this.#written;
  }

  /** Writes what waits. Throws, and keeps it, when that cannot be done. */
  flush(): void {
    if (this.isFlushed) return;
    this.#file ??= this.#files.open(this.#path, this.#physical < 0 ? 'create' : 'append');
    if (this.#buffered > 0) {
      this.#physical = Math.max(this.#physical, this.length);
      this.#file.write(this.tail, this.#written);
    }
    if (this.#physical > this.length) {
      this.#file.truncate(this.length);
      this.#physical = this.length;
      // That has to be synced too, and no sync under way may be taken for it.
      this.synced = -1;
      this.cuts++;
    }
    this.#written = this.length;
    this.#buffered = 0;
    if (this.#buffer.length > MOST_KEPT) this.#buffer = NO_BYTES;
  }

  /** Lets go of the descriptor, and of memory in which nothing waits; the next flush takes another. */
  release(): void {
    this.#file?.close();
    this.#file = undefined;
    if (this.#buffered === 0) this.#buffer = NO_BYTES;
  }

  /** There will be no such file. */
  discard(): void {
    this.release();
    if (this.#physical >= 0) this.#files.remove(this.#path);
  }

  entry(): LedgerFile {
    const {number, directory, openedAt, rows} = this;
    const length = this.#written;
    const isComplete = this.closed && this.isFlushed;
    return {number, directory, length, synced: Math.min(this.synced, length), tail: this.#buffered, rows, openedAt, isComplete};
  }
}

type OutputFileStart = Pick<LedgerFile, 'number' | 'directory' | 'openedAt'>;
