import fs from 'node:fs';
import path from 'node:path';
import {promisify} from 'node:util';
import {sqlError} from '../../common/sql-error.ts';

/** An open file. All calls are synchronous and complete (no short writes). */
export interface OpenFile {
  readonly path: string;
  /** The descriptor, for asynchronous `fdatasync` elsewhere in the process; −1 where there is none. */
  readonly descriptor: number;
  write(bytes: Uint8Array, position: number): void;
  sync(): void;
  /** The same without blocking the thread. */
  syncSoon(): Promise<void>;
  size(): number;
  truncate(length: number): void;
  close(): void;
}

/** The few file operations that durability rests on. A second implementation forgets what was not synced, for crash tests. */
export interface FileLayer {
  open(file: string, mode: 'create' | 'append'): OpenFile;
  read(file: string): Uint8Array;
  list(directory: string): string[];
  exists(file: string): boolean;
  /** With the directories above it; `mode` absent = for the server's own user. */
  makeDirectory(directory: string, mode?: number): void;
  /** Throws when files could not be made in this directory, which may not exist yet, as far as that can be told without trying. */
  assertWritable(directory: string): void;
  syncDirectory(directory: string): void;
  /** Takes the place of `to` at once; durable with the directory. */
  rename(from: string, to: string): void;
  remove(file: string): void;
}

/** Names what the operating system refused: disk full is 53100, the rest 58030. */
export function fileError(error: unknown, action: string, file: string): Error {
  const {code, message} = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return sqlError('disk_full', `could not ${action} file "${file}": no space left on device`, {
      hint: 'Free some space; reads go on meanwhile.',
    });
  return sqlError('io_error', `could not ${action} ${action.endsWith('directory') ? '' : 'file '}"${file}": ${message}`);
}

const fdatasync = promisify(fs.fdatasync);

class NodeFile implements OpenFile {
  readonly path: string;
  readonly descriptor: number;

  constructor(file: string, descriptor: number) {
    this.path = file;
    this.descriptor = descriptor;
  }

  write(bytes: Uint8Array, position: number): void {
    try {
      for (let done = 0; done < bytes.length;) done += fs.writeSync(this.descriptor, bytes, done, bytes.length - done, position + done);
    } catch (error) {
      throw fileError(error, 'write to', this.path);
    }
  }

  sync(): void {
    try {
      fs.fdatasyncSync(this.descriptor);
    } catch (error) {
      throw fileError(error, 'sync', this.path);
    }
  }

  async syncSoon(): Promise<void> {
    try {
      await fdatasync(this.descriptor);
    } catch (error) {
      throw fileError(error, 'sync', this.path);
    }
  }

  size(): number {
    return fs.fstatSync(this.descriptor).size;
  }

  truncate(length: number): void {
    fs.ftruncateSync(this.descriptor, length);
  }

  close(): void {
    fs.closeSync(this.descriptor);
  }
}

export const nodeFiles: FileLayer = {
  open(file, mode) {
    try {
      return new NodeFile(file, fs.openSync(file, mode === 'create' ? 'w+' : 'r+'));
    } catch (error) {
      throw fileError(error, 'open', file);
    }
  },
  read(file) {
    try {
      return fs.readFileSync(file);
    } catch (error) {
      throw fileError(error, 'read', file);
    }
  },
  list: directory => (fs.existsSync(directory) ? fs.readdirSync(directory).sort() : []),
  exists: file => fs.existsSync(file),
  makeDirectory(directory, mode = 0o700) {
    try {
      fs.mkdirSync(directory, {recursive: true, mode});
    } catch (error) {
      throw fileError(error, 'create directory', directory);
    }
  },
  assertWritable(directory) {
    let existing = directory;
    while (!fs.existsSync(existing) && existing !== path.dirname(existing)) existing = path.dirname(existing);
    try {
      if (!fs.statSync(existing).isDirectory()) throw new Error('not a directory');
      fs.accessSync(existing, fs.constants.W_OK | fs.constants.X_OK);
    } catch (error) {
      throw fileError(error, 'write to directory', existing);
    }
  },
  syncDirectory(directory) {
    try {
      const descriptor = fs.openSync(directory, 'r');
      try {
        fs.fsyncSync(descriptor);
      } finally {
        fs.closeSync(descriptor);
      }
    } catch (error) {
      throw fileError(error, 'sync directory', directory);
    }
  },
  rename(from, to) {
    try {
      fs.renameSync(from, to);
    } catch (error) {
      throw fileError(error, 'rename', from);
    }
  },
  remove: file => fs.rmSync(file, {force: true}),
};

/** `<directory>/<number>.<extension>` with a number that sorts as text. */
export const numberedFile = (directory: string, number: number, extension: string): string =>
  path.join(directory, `${String(number).padStart(10, '0')}.${extension}`);

/** The numbers of the files that `numberedFile` named, ascending. */
export function fileNumbers(files: FileLayer, directory: string, extension: string): number[] {
  const suffix = `.${extension}`;
  return files
    .list(directory)
    .filter(name => name.endsWith(suffix))
    .map(name => Number(name.slice(0, -suffix.length)))
    .filter(Number.isInteger)
    .sort((a, b) => a - b);
}
