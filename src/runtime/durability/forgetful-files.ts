import path from 'node:path';
import type {FileLayer, OpenFile} from './file-layer.ts';

type Content = {bytes: Uint8Array; length: number; durable: Uint8Array; inDirectory: boolean};

/**
 * Files in memory that behave as a disk whose machine loses power: `crash()` leaves of each file only what was synced last, and of each
 * directory only the entries present at its last sync. Removed files stay removed (the worst case for a premature deletion).
 */
export class ForgetfulFiles implements FileLayer {
  readonly #files = new Map<string, Content>();
  /** When set, writes beyond this many bytes in all fail with ENOSPC. */
  capacity = Infinity;

  crash(): void {
    for (const [file, content] of this.#files) {
      if (!content.inDirectory) this.#files.delete(file);
      else {
        content.bytes = content.durable.slice();
        content.length = content.durable.length;
      }
    }
  }

  open(file: string, mode: 'create' | 'append'): OpenFile {
    let content = this.#files.get(file);
    if (mode === 'create' || content === undefined) {
      if (mode === 'append') throw Object.assign(new Error(`no such file: ${file}`), {code: 'ENOENT'});
      content = {bytes: new Uint8Array(1024), length: 0, durable: new Uint8Array(0), inDirectory: content?.inDirectory ?? false};
      this.#files.set(file, content);
    }
    return this.#handle(file, content);
  }

  #handle(file: string, content: Content): OpenFile {
    const sync = (): void => {
      content.durable = content.bytes.slice(0, content.length);
    };
    return {
      path: file,
      descriptor: -1,
      write: (bytes, position) => {
        const end = position + bytes.length;
        if (this.#used() + Math.max(0, end - content.length) > this.capacity)
          throw Object.assign(new Error('no space left on device'), {code: 'ENOSPC'});
        if (end > content.bytes.length) {
          const grown = new Uint8Array(Math.max(end, content.bytes.length * 2));
          grown.set(content.bytes.subarray(0, content.length));
          content.bytes = grown;
        }
        content.bytes.set(bytes, position);
        content.length = Math.max(content.length, end);
      },
      sync,
      syncSoon: async () => sync(),
      size: () => content.length,
      truncate: length => {
        content.length = length;
      },
      close: () => {},
    };
  }

  #used(): number {
    let total = 0;
    for (const content of this.#files.values()) total += content.length;
    return total;
  }

  read(file: string): Uint8Array {
    const content = this.#files.get(file);
    if (content === undefined) throw Object.assign(new Error(`no such file: ${file}`), {code: 'ENOENT'});
    return content.bytes.slice(0, content.length);
  }

  list(directory: string): string[] {
    return [...this.#files.keys()]
      .filter(file => path.dirname(file) === directory)
      .map(file => path.basename(file))
      .sort();
  }

  exists(file: string): boolean {
    return this.#files.has(file);
  }

  makeDirectory(): void {}

  syncDirectory(directory: string): void {
    for (const [file, content] of this.#files) if (path.dirname(file) === directory) content.inDirectory = true;
  }

  remove(file: string): void {
    this.#files.delete(file);
  }
}
