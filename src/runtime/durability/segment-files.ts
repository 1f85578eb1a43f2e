import {BlockLedger} from './block-ledger.ts';
import {fileNumbers, numberedFile, type FileLayer, type OpenFile} from './file-layer.ts';
import {CHUNK_HEADER, SEGMENT_HEADER, readSegment, segmentHeader, writeChunkHeader, type Chunk} from './segment-format.ts';

const EXTENSION = 'segment';
/** A segment with a smaller share of live bytes is worth rewriting. */
const REWRITE_BELOW = 0.5;
/** Most bytes that one checkpoint rewrites of old segments. */
const REWRITE_BYTES = 32 << 20;

/** A segment that the manifest vouches for. */
export type SegmentEntry = {readonly number: number; readonly bytes: number};

/**
 * The segment files of a data directory: one new file a checkpoint, old ones rewritten a little each time so that the disk holds at most
 * about three times the state. Nothing is deleted before the manifest that no longer needs it is durable.
 */
export class SegmentFiles {
  readonly #files: FileLayer;
  readonly #directory: string;
  readonly #ledger = new BlockLedger();
  #segments: SegmentEntry[];
  #open: {file: OpenFile; number: number; end: number} | undefined;

  /** `segments` as the manifest lists them; others are leftovers of an unfinished checkpoint and are removed. */
  constructor(files: FileLayer, directory: string, segments: readonly SegmentEntry[]) {
    this.#files = files;
    this.#directory = directory;
    this.#segments = [...segments];
    files.makeDirectory(directory);
    const known = new Set(segments.map(s => s.number));
    for (const number of fileNumbers(files, directory, EXTENSION)) if (!known.has(number)) files.remove(this.#path(number));
  }

  /** Every chunk, oldest first: a later version of a block overrides an earlier one. Must be read before the first checkpoint. */
  *read(): Generator<Chunk> {
    for (const {number, bytes} of this.#segments) {
      const file = this.#path(number);
      for (const chunk of readSegment(file, this.#files.read(file), bytes)) {
        this.#ledger.record(number, chunk.store, chunk.section, chunk.first, chunk.blockBytes, chunk.payload.length);
        yield chunk;
      }
    }
  }

  begin(): void {
    const number = (this.#segments.at(-1)?.number ?? 0) + 1;
    const file = this.#files.open(this.#path(number), 'create');
    file.write(segmentHeader(number), 0);
    this.#open = {file, number, end: SEGMENT_HEADER};
  }

  /** Appends whole chunks, as SegmentWriter hands them over. */
  append(piece: Uint8Array): void {
    const open = this.#open!;
    open.file.write(piece, open.end);
    const view = new DataView(piece.buffer, piece.byteOffset, piece.length);
    for (let at = 0; at < piece.length;) {
      const bytes = view.getUint32(at + 16, true);
      this.#ledger.record(
        open.number,
        view.getUint32(at, true),
        view.getUint32(at + 4, true),
        view.getUint32(at + 8, true),
        view.getUint32(at + 12, true),
        bytes,
      );
      at += CHUNK_HEADER + bytes;
    }
    open.end += piece.length;
  }

  /**
   * Moves live blocks out of mostly dead segments, syncs the new file and returns the list for the manifest, with what to delete once
   * that is durable. `dropped` stores no longer exist.
   */
  async finish(dropped: readonly number[]): Promise<{readonly segments: readonly SegmentEntry[]; readonly obsolete: readonly number[]}> {
    for (const store of dropped) this.#ledger.drop(store);
    this.#rewrite();
    const {file, number, end} = this.#open!;
    await file.syncSoon();
    file.close();
    this.#files.syncDirectory(this.#directory);
    this.#open = undefined;
    const all = [...this.#segments, {number, bytes: end}];
    const segments = all.filter(s => s.number === number || this.#ledger.liveBytes(s.number) > 0);
    return {segments, obsolete: all.filter(s => !segments.includes(s)).map(s => s.number)};
  }

  /** The manifest with these segments is durable. */
  committed(segments: readonly SegmentEntry[], obsolete: readonly number[]): void {
    this.#segments = [...segments];
    for (const number of obsolete) this.#files.remove(this.#path(number));
  }

  /** Gives up an unfinished checkpoint. Its blocks are lost: the next checkpoint must be a full one. */
  abandon(): void {
    if (this.#open === undefined) return;
    this.#open.file.close();
    this.#files.remove(this.#path(this.#open.number));
    this.#open = undefined;
  }

  totalBytes(): number {
    return this.#segments.reduce((sum, s) => sum + s.bytes, 0);
  }

  #path(number: number): string {
    return numberedFile(this.#directory, number, EXTENSION);
  }

  #rewrite(): void {
    let budget = REWRITE_BYTES;
    for (const {number, bytes} of this.#segments) {
      const live = this.#ledger.liveBytes(number);
      if (live === 0 || live > bytes * REWRITE_BELOW || live > budget) continue;
      budget -= live;
      const file = this.#path(number);
      for (const chunk of readSegment(file, this.#files.read(file), bytes)) this.#moveLive(number, chunk);
    }
  }

  /** Copies the runs of blocks of a chunk that no later segment holds. */
  #moveLive(segment: number, {store, section, first, blockBytes, payload}: Chunk): void {
    const count = Math.ceil(payload.length / blockBytes);
    for (let from = 0; from < count; from++) {
      if (!this.#ledger.isNewest(segment, store, section, first + from)) continue;
      let to = from + 1;
      while (to < count && this.#ledger.isNewest(segment, store, section, first + to)) to++;
      const run = payload.subarray(from * blockBytes, Math.min(to * blockBytes, payload.length));
      const piece = new Uint8Array(CHUNK_HEADER + run.length);
      piece.set(run, CHUNK_HEADER);
      writeChunkHeader(piece, 0, {store, section, first: first + from, blockBytes}, run.length);
      this.append(piece);
      from = to;
    }
  }
}
