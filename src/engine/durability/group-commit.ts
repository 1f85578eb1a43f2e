import fs from 'node:fs';
import {promisify} from 'node:util';
import {fileError, numberedFile} from '../../runtime/durability/file-layer.ts';
import type {JournalPosition} from '../../runtime/durability/journal.ts';
import {DURABLE_MARK_AT, durableMark} from '../../runtime/durability/journal-format.ts';

const fdatasync = promisify(fs.fdatasync);

/**
 * Makes the journal durable off the thread that writes it: one fdatasync serves every statement that waits when it begins. After each the
 * file's durable mark is moved on.
 */
export class GroupCommit {
  readonly #directory: string;
  readonly #descriptors = new Map<number, number>();
  #durable: JournalPosition = {file: 0, byte: 0};
  #wanted: JournalPosition = {file: 0, byte: 0};
  #running: Promise<void> | undefined;

  constructor(directory: string) {
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
    const path = numberedFile(this.#directory, target.file, 'journal');
    try {
      let descriptor = this.#descriptors.get(target.file);
      if (descriptor === undefined) {
        // A rotation has synced the files before.
        for (const old of this.#descriptors.values()) fs.closeSync(old);
        this.#descriptors.clear();
        descriptor = fs.openSync(path, 'r+');
        this.#descriptors.set(target.file, descriptor);
      }
      await fdatasync(descriptor);
      fs.writeSync(descriptor, durableMark(target.byte), 0, 12, DURABLE_MARK_AT);
    } catch (error) {
      throw fileError(error, 'sync', path);
    }
    this.#durable = target;
  }

  close(): void {
    for (const descriptor of this.#descriptors.values()) fs.closeSync(descriptor);
    this.#descriptors.clear();
  }
}

const isBefore = (a: JournalPosition, b: JournalPosition): boolean => a.file < b.file || (a.file === b.file && a.byte < b.byte);
