import type {FileLayer} from '../../runtime/durability/file-layer.ts';
import type {BlockWriter, Slices, StateStore} from '../../runtime/graph/operator.ts';
import type {FinishedFiles} from './finish-files.ts';
import type {FileLedger} from './file-ledger.ts';
import type {FileTarget} from './file-target.ts';
import {OutputFile} from './output-file.ts';
import type {OutputStatus} from './output-status.ts';
import {missingDirectory} from './missing-directory.ts';
import {PendingWrites} from './pending-writes.ts';
import {settleFiles} from './settle-files.ts';

/** Files that take rows at once. */
const MOST_OPEN = 64;
/** Bytes that a file keeps before they are written. */
const FLUSH_BYTES = 1 << 17;
/** Bytes that may wait for a directory that cannot be written before the inputs are held back. */
const MOST_WAITING = 64 << 20;
const BLOCK = 4096;
const PIECE_BLOCKS = 64;

/** As of the beginning of a step: the files that took rows, and what has been opened since. */
type Mark = {
  readonly next: number;
  readonly rows: number;
  readonly open: readonly {readonly file: OutputFile; readonly length: number; readonly rows: number}[];
  readonly created: OutputFile[];
};

/**
 * What: the files of one sink that are not finished. Rows are appended to them as they come, in the middle of a step too: nobody sees them.
 * Law: bytes of all files, finished ones included = the rows of the published steps, once each.
 * State: the files; bytes that could not be written wait in memory and go with checkpoints.
 * Invariants: a ledger counts whole rows of published steps only; a file is finished by a committed ledger that has it closed.
 * Cost: O(bytes); O(open files) a step that brings rows.
 */
export class FileOutput implements StateStore {
  readonly label: string;
  readonly format = 'files-1';
  readonly #files: FileLayer;
  readonly #target: FileTarget;
  readonly #relation: number;
  readonly #header: Uint8Array;
  #next = 1;
  #rows = 0;
  #finishedFiles = 0;
  #finishedRows = 0;
  #lost: string | undefined;
  #stopped: string | undefined;
  /** Not finished, by number. */
  #unfinished: OutputFile[] = [];
  readonly #open = new Map<string, OutputFile>();
  /** Appended to since they were last written. */
  readonly #unwritten: PendingWrites;
  #uses = 0;
  #mark: Mark | undefined;
  /** What the files were in the run before; they are brought there before the first write. */
  #before: FileLedger | undefined;
  #isSettled = false;
  /** Why files cannot be synced or finished. */
  #unfinishable: string | undefined;
  /** What the checkpoint in progress syncs. */
  #counted: readonly {readonly file: OutputFile; readonly length: number; readonly cuts: number}[] = [];
  #blocks = new Uint8Array(0);

  constructor({files, target, relation, name, header}: FileOutputArgs) {
    this.#files = files;
    this.#target = target;
    this.#relation = relation;
    this.#header = header;
    this.label = `files(${name})`;
    this.#unwritten = new PendingWrites(files, target.path, () => this.#settle());
  }

  /** The file that takes rows of a partition now. */
  fileFor(directory: string, now: number): OutputFile {
    const known = this.#open.get(directory);
    if (known !== undefined) return known;
    if (this.#open.size >= MOST_OPEN) {
      let oldest: OutputFile | undefined;
      for (const file of this.#open.values()) if (oldest === undefined || file.lastUse < oldest.lastUse) oldest = file;
      this.#close(oldest!);
    }
    const file = new OutputFile(
      this.#files,
      {...this.#target, extension: this.#target.format},
      {number: this.#next++, directory, openedAt: now},
    );
    file.append(this.#header);
    this.#unfinished.push(file);
    this.#open.set(directory, file);
    this.#mark?.created.push(file);
    return file;
  }

  /** Whole lines. The file may be closed afterwards. */
  append(file: OutputFile, lines: Uint8Array, rows: number): void {
    file.append(lines);
    file.rows += rows;
    file.lastUse = ++this.#uses;
    this.#rows += rows;
    this.#unwritten.add(file);
    if (file.length >= this.#target.rolloverBytes) this.#close(file);
    else if (file.waiting >= FLUSH_BYTES) this.#unwritten.write();
  }

  #close(file: OutputFile): void {
    file.closed = true;
    if (this.#open.get(file.directory) === file) this.#open.delete(file.directory);
    this.#unwritten.add(file);
    this.#unwritten.write();
  }

  #settle(): void {
    if (this.#isSettled) return;
    const {lost, cut} = settleFiles(this.#files, this.#before ?? this.ledger());
    this.#isSettled = true;
    this.#before = undefined;
    const shorter = new Set(cut);
    for (const file of this.#unfinished) if (shorter.has(file.number)) file.synced = -1;
    this.#forget(lost);
  }

  /** Somebody has removed files that were in progress. */
  #forget(numbers: readonly number[]): void {
    if (numbers.length === 0) return;
    const gone = this.#unfinished.filter(({number}) => numbers.includes(number));
    const rows = gone.reduce((sum, file) => sum + file.rows, 0);
    this.#lost = `${rows} rows are lost: files in progress have been removed from "${this.#target.path}"`;
    this.#remove(gone);
    for (const file of gone) {
      file.isGone = file.closed = true;
      file.release();
    }
  }

  #remove(files: readonly OutputFile[]): void {
    const removed = new Set(files);
    this.#unfinished = this.#unfinished.filter(file => !removed.has(file));
    for (const file of files) {
      this.#unwritten.remove(file);
      if (this.#open.get(file.directory) === file) this.#open.delete(file.directory);
    }
  }

  /** Is to be given no rows any more, for this reason. */
  stop(reason: string): void {
    this.#stopped ??= reason;
  }

  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  /** Tries again what could not be done. */
  retry(): void {
    this.#unwritten.retry();
  }

  /** When `retry` has something to do, as performance.now(); Infinity = not. */
  get retryAt(): number {
    return this.#unwritten.retryAt;
  }

  /** So much waits that no more should come. */
  get isFull(): boolean {
    return this.#unwritten.problem !== undefined && this.#waiting() > MOST_WAITING;
  }

  #waiting(): number {
    return this.#unfinished.reduce((sum, file) => sum + file.waiting, 0);
  }

  status(): OutputStatus {
    const {problem} = this.#unwritten;
    return {
      rows: this.#rows,
      finishedFiles: this.#finishedFiles,
      finishedRows: this.#finishedRows,
      stopped: this.#stopped,
      problem: problem === undefined ? this.#unfinishable : `${problem}; ${this.#waiting()} bytes wait, it is tried again`,
      lost: this.#lost,
    };
  }

  /**
   * Right before a checkpoint: closes the files that are old enough (`all`: every one) and writes what waits. Throws while the directory is not
   * there in which files lie that have to be synced.
   */
  prepareCheckpoint(now: number, all: boolean): FileLedger {
    this.#unwritten.write(true);
    // Until it is known what the files hold, none may be finished.
    for (const file of this.#isSettled ? [...this.#open.values()] : []) {
      if (all || now - file.openedAt >= this.#target.rolloverMicros) this.#close(file);
    }
    this.#unwritten.write();
    const ledger = this.ledger();
    if (ledger.files.some(({length, synced}) => length > synced) && !this.#files.exists(this.#target.path)) {
      const error = missingDirectory(this.#target.path);
      this.#unfinishable = error.message;
      throw error;
    }
    this.#counted = this.#unfinished.map((file, i) => ({file, length: ledger.files[i]!.length, cuts: file.cuts}));
    for (const [i, file] of this.#unfinished.entries()) file.isToBeFinished = ledger.files[i]!.isComplete;
    return ledger;
  }

  ledger(): FileLedger {
    const {path, prefix, format} = this.#target;
    return {
      kind: 'filesystem',
      relation: this.#relation,
      path,
      prefix,
      extension: format,
      next: this.#next,
      files: this.#unfinished.map(file => file.entry()),
      rows: this.#rows,
      finishedFiles: this.#finishedFiles,
      finishedRows: this.#finishedRows,
      stopped: this.#stopped,
    };
  }

  /** The checkpoint is committed and these of its files are finished. */
  committed({finished, problem}: FinishedFiles, gone: readonly number[]): void {
    for (const {file, length, cuts} of this.#counted) if (file.cuts === cuts) file.synced = length;
    this.#counted = [];
    const numbers = new Set(finished);
    const done = this.#unfinished.filter(({number}) => numbers.has(number));
    this.#remove(done);
    for (const file of done) {
      file.release();
      this.#finishedFiles++;
      this.#finishedRows += file.rows;
    }
    this.#forget(gone);
    this.#unfinishable = problem;
  }

  /** What could not be done when its files were synced or finished: the next checkpoint tries again. */
  failed(problem: string): void {
    this.#unfinishable = problem;
  }

  beginStep(): void {
    const open = [...this.#open.values()].map(file => ({file, length: file.length, rows: file.rows}));
    this.#mark = {next: this.#next, rows: this.#rows, open, created: []};
  }

  endStep(): void {
    this.#mark = undefined;
    if (!this.#unwritten.isEmpty) this.#unwritten.write();
  }

  rollbackStep(): void {
    const mark = this.#mark;
    if (mark === undefined) return;
    this.#mark = undefined;
    this.#remove(mark.created);
    for (const file of mark.created) discard(file);
    this.#next = mark.next;
    this.#rows = mark.rows;
    this.#open.clear();
    for (const {file, length, rows} of mark.open) {
      if (file.isGone) continue;
      file.rewind(length);
      file.rows = rows;
      file.closed = false;
      this.#open.set(file.directory, file);
      this.#unwritten.add(file);
    }
  }

  /** The bytes that wait, file after file. */
  checkpoint(writer: BlockWriter): Slices {
    return writeBlocks(Buffer.concat(this.#unfinished.map(file => file.tail)), writer);
  }

  blockBytes(): number {
    return BLOCK;
  }

  restoreBlocks(_section: number, first: number, bytes: Uint8Array): void {
    const end = first * BLOCK + bytes.length;
    if (end > this.#blocks.length) {
      const grown = new Uint8Array(end);
      grown.set(this.#blocks);
      this.#blocks = grown;
    }
    this.#blocks.set(bytes, first * BLOCK);
  }

  *restored(): Slices {}

  /** After `restored`: what the checkpoint says of the files. */
  restore(ledger: FileLedger): void {
    let at = 0;
    this.#unfinished = ledger.files.map(entry => {
      const tail = this.#blocks.subarray(at, at + entry.tail);
      at += entry.tail;
      return OutputFile.restored(this.#files, ledger, entry, tail);
    });
    if (at > this.#blocks.length) this.#lost = `${at - this.#blocks.length} bytes are lost that waited to be written`;
    this.#blocks = new Uint8Array(0);
    for (const file of this.#unfinished) {
      this.#unwritten.add(file);
      if (file.closed) continue;
      // Of two for one directory the first had been closed, with bytes that waited.
      const earlier = this.#open.get(file.directory);
      if (earlier !== undefined) earlier.closed = true;
      this.#open.set(file.directory, file);
    }
    this.#unwritten.hasWritten = ledger.finishedFiles > 0 || ledger.files.some(({length}) => length > 0);
    this.#next = ledger.next;
    this.#rows = ledger.rows;
    this.#finishedFiles = ledger.finishedFiles;
    this.#finishedRows = ledger.finishedRows;
    this.#before = ledger;
    if (ledger.stopped !== undefined) this.stop(ledger.stopped);
  }

  stateBytes(): number {
    return this.#unfinished.reduce((sum, file) => sum + file.bufferBytes, 0);
  }

  rowCount(): number {
    return this.#rows - this.#finishedRows;
  }

  /** The sink is dropped: what no checkpoint has found complete is not delivered. */
  dispose(): void {
    for (const file of this.#unfinished) {
      if (file.isToBeFinished) file.release();
      else discard(file);
    }
    this.#unfinished = [];
    this.#unwritten.clear();
    this.#open.clear();
  }
}

function discard(file: OutputFile): void {
  try {
    file.discard();
  } catch {
    // A hidden file that no ledger names: nobody reads it, and a restart removes it.
  }
}

function* writeBlocks(bytes: Uint8Array, writer: BlockWriter): Slices {
  for (let first = 0; first * BLOCK < bytes.length; first += PIECE_BLOCKS) {
    writer.blocks(0, first, bytes.subarray(first * BLOCK, (first + PIECE_BLOCKS) * BLOCK));
    yield;
  }
}

export type FileOutputArgs = {
  readonly files: FileLayer;
  readonly target: FileTarget;
  /** Id of the sink. */
  readonly relation: number;
  readonly name: string;
  readonly header: Uint8Array;
};
