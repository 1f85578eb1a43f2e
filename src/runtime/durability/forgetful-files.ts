import path from 'node:path';
import {fileError, type FileLayer, type OpenFile} from './file-layer.ts';

/** `synced`: number of the sync that `durable` is of. */
type Content = {bytes: Uint8Array; length: number; durable: Uint8Array; synced: number};

/**
 * Files in memory that behave as a disk whose machine loses power: `crash()` leaves of each file only what was synced last, and of each
 * directory only the entries present at its last sync. Removed files stay removed (the worst case for a premature deletion).
 */
export class ForgetfulFiles implements FileLayer {
  readonly #files = new Map<string, Content>();
  /** The entries as of the last sync of their directory. */
  readonly #durableNames = new Map<string, Content>();
  /** Writes beyond this many bytes in all fail with ENOSPC. */
  capacity = Infinity;
  /** What a sync in the background waits for; what is written meanwhile it does not cover. */
  syncDelay: (() => Promise<void>) | undefined;
  /** Of `tail` bytes that were appended to a file after its last sync, so many survive a crash. */
  survivors: (tail: number) => number = () => 0;
  /** Why a file or directory cannot be opened, made or renamed; undefined = it can. */
  refuse: (file: string) => Error | undefined = () => undefined;
  readonly #directories = new Set<string>();
  #process = 0;
  #syncs = 0;

  /** The process that has files open dies: nothing that it still does reaches them. */
  kill(): void {
    this.#process++;
  }

  crash(): void {
    this.kill();
    for (const content of this.#files.values()) {
      const synced = content.durable.length;
      const tail = content.length - synced;
      if (tail <= 0) continue;
      const kept = content.bytes.slice(0, synced + this.survivors(tail));
      kept.set(content.durable);
      content.durable = kept;
    }
    this.#files.clear();
    for (const [file, content] of this.#durableNames) {
      content.bytes = content.durable.slice();
      content.length = content.durable.length;
      this.#files.set(file, content);
    }
  }

  /** Bytes of all files. */
  get used(): number {
    let total = 0;
    for (const content of this.#files.values()) total += content.length;
    return total;
  }

  #assertAllowed(action: string, file: string): void {
    const refusal = this.refuse(file);
    if (refusal !== undefined) throw fileError(refusal, action, file);
  }

  open(file: string, mode: 'create' | 'append'): OpenFile {
    this.#assertAllowed('open', file);
    const known = this.#files.get(file);
    if (mode === 'append') {
      if (known === undefined) throw notFound(file);
      return this.#handle(file, known);
    }
    if (this.used >= this.capacity) throw noSpace('open', file);
    const content = {bytes: new Uint8Array(1024), length: 0, durable: new Uint8Array(0), synced: 0};
    this.#files.set(file, content);
    return this.#handle(file, content);
  }

  #handle(file: string, content: Content): OpenFile {
    const process = this.#process;
    const isDead = (): boolean => process !== this.#process;
    const sync = (): void => {
      if (isDead()) return;
      content.durable = content.bytes.slice(0, content.length);
      content.synced = ++this.#syncs;
    };
    const syncSoon = async (): Promise<void> => {
      const {syncDelay} = this;
      if (syncDelay === undefined) return sync();
      const begun = content.bytes.slice(0, content.length);
      const number = ++this.#syncs;
      await syncDelay();
      // A dead process learns nothing any more.
      if (isDead()) return new Promise(() => {});
      if (number > content.synced) Object.assign(content, {durable: begun, synced: number});
    };
    return {
      path: file,
      descriptor: -1,
      write: (bytes, position) => {
        if (isDead()) return;
        const end = position + bytes.length;
        const room = this.capacity - (this.used - content.length);
        // A disk that fills up takes what fits.
        const fits = end <= room || end <= content.length ? bytes : bytes.subarray(0, Math.max(0, room - position));
        grow(content, position + fits.length);
        content.bytes.set(fits, position);
        content.length = Math.max(content.length, position + fits.length);
        if (fits.length < bytes.length) throw noSpace('write to', file);
      },
      sync,
      syncSoon,
      size: () => content.length,
      truncate: length => {
        if (isDead()) return;
        grow(content, length);
        content.bytes.fill(0, length);
        content.length = length;
      },
      close: () => {},
    };
  }

  read(file: string): Uint8Array {
    const content = this.#files.get(file);
    if (content === undefined) throw notFound(file);
    return content.bytes.slice(0, content.length);
  }

  list(directory: string): string[] {
    return [...this.#files.keys()]
      .filter(file => path.dirname(file) === directory)
      .map(file => path.basename(file))
      .sort();
  }

  exists(file: string): boolean {
    return this.#files.has(file) || this.#directories.has(file);
  }

  makeDirectory(directory: string): void {
    this.#assertAllowed('create directory', directory);
    for (let made = directory; made !== path.dirname(made); made = path.dirname(made)) this.#directories.add(made);
  }

  assertWritable(directory: string): void {
    this.#assertAllowed('write to directory', directory);
  }

  /** All files, for tests. */
  get all(): string[] {
    return [...this.#files.keys()].sort();
  }

  syncDirectory(directory: string): void {
    const inside = (file: string): boolean => path.dirname(file) === directory;
    for (const file of this.#durableNames.keys()) if (inside(file)) this.#durableNames.delete(file);
    for (const [file, content] of this.#files) if (inside(file)) this.#durableNames.set(file, content);
  }

  rename(from: string, to: string): void {
    this.#assertAllowed('rename', from);
    const content = this.#files.get(from);
    if (content === undefined) throw notFound(from);
    this.#files.delete(from);
    this.#files.set(to, content);
  }

  remove(file: string): void {
    this.#files.delete(file);
    this.#durableNames.delete(file);
  }
}

function grow(content: Content, length: number): void {
  if (length <= content.bytes.length) return;
  const grown = new Uint8Array(Math.max(length, content.bytes.length * 2));
  grown.set(content.bytes.subarray(0, content.length));
  content.bytes = grown;
}

const notFound = (file: string): Error => fileError(Object.assign(new Error('no such file'), {code: 'ENOENT'}), 'open', file);
const noSpace = (action: string, file: string): Error => fileError(Object.assign(new Error(), {code: 'ENOSPC'}), action, file);
