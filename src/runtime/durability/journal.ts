import path from 'node:path';
import {assert} from '../../common/unreachable.ts';
import {fileNumbers, numberedFile, type FileLayer, type OpenFile} from './file-layer.ts';
import {
  DURABLE_MARK_AT,
  JOURNAL_HEADER,
  corrupted,
  RECORD_HEADER,
  durableMark,
  journalHeader,
  parseJournal,
  recordChecksum,
  type JournalContent,
} from './journal-format.ts';

const EXTENSION = 'journal';
/** A file that is being begun; without meaning after a crash. */
const UNFINISHED = '.new';
const BUFFER_BYTES = 1 << 16;

/** Where a record ends: file number and byte. Compared with what has been synced before a write is acknowledged. */
export type JournalPosition = {readonly file: number; readonly byte: number};

/**
 * The input journal (DESIGN section 6): one record a step, appended before the step is published. `append` leaves the record with the
 * operating system (it survives the death of the process), `sync` makes it survive the death of the machine.
 */
export class Journal {
  readonly #files: FileLayer;
  readonly #directory: string;
  #file: OpenFile;
  #number: number;
  #end: number;
  #buffer = new Uint8Array(BUFFER_BYTES);

  private constructor(files: FileLayer, directory: string, number: number) {
    this.#files = files;
    this.#directory = directory;
    this.#number = number;
    this.#file = createFile(files, directory, number);
    this.#end = JOURNAL_HEADER;
  }

  /** Starts a new file after those that exist; they stay until `removeBefore`. */
  static open(files: FileLayer, directory: string): Journal {
    files.makeDirectory(directory);
    for (const name of files.list(directory)) if (name.endsWith(UNFINISHED)) files.remove(path.join(directory, name));
    const numbers = fileNumbers(files, directory, EXTENSION);
    return new Journal(files, directory, (numbers.at(-1) ?? 0) + 1);
  }

  /**
   * What a previous run left, from file `from` on, in order. Only the last file may have a torn tail, which is cut off for good. Throws
   * data_corrupted for what no crash explains, a missing file between two others among them.
   */
  static read(files: FileLayer, directory: string, from: number, onTorn: (file: string, bytes: number) => void): JournalContent[] {
    const contents: JournalContent[] = [];
    const numbers = fileNumbers(files, directory, EXTENSION).filter(number => number >= from);
    for (const [i, number] of numbers.entries()) {
      const file = numberedFile(directory, number, EXTENSION);
      if (i > 0 && number !== numbers[i - 1]! + 1)
        throw corrupted(numberedFile(directory, numbers[i - 1]! + 1, EXTENSION), 0, 'it is missing');
      const content = parseJournal(file, files.read(file), number);
      if (content.torn > 0) {
        if (number !== numbers.at(-1)) throw corrupted(file, content.end, 'a record does not match its checksum');
        onTorn(file, content.torn);
      }
      if (number === numbers.at(-1)) makeDurable(files, file, content);
      contents.push(content);
    }
    return contents;
  }

  get position(): JournalPosition {
    return {file: this.#number, byte: this.#end};
  }

  get descriptor(): number {
    return this.#file.descriptor;
  }

  append(payload: Uint8Array): JournalPosition {
    const length = RECORD_HEADER + payload.length;
    if (length > this.#buffer.length) this.#buffer = new Uint8Array(length * 2);
    const record = this.#buffer.subarray(0, length);
    const view = new DataView(record.buffer, 0, length);
    view.setUint32(0, payload.length, true);
    record.set(payload, RECORD_HEADER);
    view.setUint32(4, recordChecksum(record), true);
    try {
      this.#file.write(record, this.#end);
    } catch (error) {
      // Half a record in front of a later one would be damage.
      this.#file.truncate(this.#end);
      throw error;
    }
    this.#end += length;
    return this.position;
  }

  /** Synchronous; for threads without an event loop of their own to wait on. */
  sync(): JournalPosition {
    const {position} = this;
    this.#file.sync();
    this.markDurable(position);
    return position;
  }

  /** To be called when `fdatasync` on `descriptor`, begun at `position`, has returned. */
  markDurable(position: JournalPosition): void {
    if (position.file === this.#number) this.#file.write(durableMark(position.byte), DURABLE_MARK_AT);
  }

  /** Begins the next file; the old one is synced and closed. Returns the new file's number. When it throws the old one goes on. */
  rotate(): number {
    this.sync();
    const file = createFile(this.#files, this.#directory, this.#number + 1);
    this.#file.close();
    this.#file = file;
    this.#number++;
    this.#end = JOURNAL_HEADER;
    return this.#number;
  }

  /** Removes the files that a committed checkpoint made superfluous. */
  removeBefore(number: number): void {
    assert(number <= this.#number, 'the current journal file is still needed');
    for (const old of fileNumbers(this.#files, this.#directory, EXTENSION))
      if (old < number) this.#files.remove(numberedFile(this.#directory, old, EXTENSION));
  }

  close(): void {
    this.sync();
    this.#file.close();
  }
}

/**
 * A process that was killed leaves records that it had not synced. From now on they are history: what is written into the next file rests on
 * them, so that they must not go when the machine loses power later.
 */
function makeDurable(files: FileLayer, name: string, {end, torn}: JournalContent): void {
  const file = files.open(name, 'append');
  try {
    if (torn > 0) file.truncate(end);
    file.sync();
    file.write(durableMark(end), DURABLE_MARK_AT);
    file.sync();
  } finally {
    file.close();
  }
}

/** An empty journal file. It gets its name when its header is on disk, so that a file with that name is never without one. */
function createFile(files: FileLayer, directory: string, number: number): OpenFile {
  const name = numberedFile(directory, number, EXTENSION);
  const unfinished = files.open(`${name}${UNFINISHED}`, 'create');
  try {
    unfinished.write(journalHeader(number), 0);
    unfinished.sync();
  } finally {
    unfinished.close();
  }
  files.rename(`${name}${UNFINISHED}`, name);
  files.syncDirectory(directory);
  return files.open(name, 'append');
}
