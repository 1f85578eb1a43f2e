import {numberedFile, type FileLayer, type OpenFile} from '../../runtime/durability/file-layer.ts';
import type {JournalPosition} from '../../runtime/durability/journal.ts';
import {DURABLE_MARK_AT, durableMark} from '../../runtime/durability/journal-format.ts';

/**
 * Makes the journal durable off the thread that writes it: one fdatasync serves every statement that waits when it begins. After each the
 * file's durable mark is moved on.
 */
export class GroupCommit {
  readonly #files: FileLayer;
  readonly #directory: string;
  #open: {readonly number: number; readonly file: OpenFile} | undefined;
  #durable: JournalPosition = {file: 0, byte: 0};
  #wanted: JournalPosition = {file: 0, byte: 0};
  #running: Promise<void> | undefined;

  constructor(files: FileLayer, directory: string) {
    this.#files = files;
    this.#directory = directory;
  }

  /** Resolves when everything up to `position` is on disk. */
  async durable(position: JournalPosition): Promise<void> {
    if (isBefore(this.#wanted, position)) this.#wanted = position;
    while (isBefore(this.#durable, position)) {
      this.#running ??= this.#sync().finally(() => (this.#running = undefined));
      await this.#running;
    }
  }

  async #sync(): Promise<void> {
    const target = this.#wanted;
    const file = this.#fileOf(target.file);
    await file.syncSoon();
    file.write(durableMark(target.byte), DURABLE_MARK_AT);
    this.#durable = target;
  }

  /** A rotation has synced the files before. */
  #fileOf(number: number): OpenFile {
    if (this.#open?.number === number) return this.#open.file;
    this.close();
    const file = this.#files.open(numberedFile(this.#directory, number, 'journal'), 'append');
    this.#open = {number, file};
    return file;
  }

  close(): void {
    this.#open?.file.close();
    this.#open = undefined;
  }
}

const isBefore = (a: JournalPosition, b: JournalPosition): boolean => a.file < b.file || (a.file === b.file && a.byte < b.byte);
