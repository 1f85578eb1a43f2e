import path from 'node:path';

/** A file of a sink that readers do not see yet. */
export type LedgerFile = {
  readonly number: number;
  /** Where it will lie, below the sink's path: `dt=2026-01-01/hm=10:00`; empty = right there. */
  readonly directory: string;
  /** Bytes that have been written to it. */
  readonly length: number;
  /** Of these so many were synced by an earlier checkpoint; −1 = it may have had more than `length`. */
  readonly synced: number;
  /** Bytes that wait to be written: a checkpoint keeps them. */
  readonly tail: number;
  readonly rows: number;
  /** µs since 1970. */
  readonly openedAt: number;
  /** All of its bytes are in it and no more rows come: it is finished once the checkpoint is committed. */
  readonly isComplete: boolean;
};

/** What a checkpoint says of a sink's files; plain data. What lies behind `length` in a file, and files that it does not name, count for nothing. */
export type FileLedger = {
  readonly kind: 'filesystem';
  readonly relation: number;
  /** The directory. */
  readonly path: string;
  /** What the names of this sink's files begin with, and no others. */
  readonly prefix: string;
  /** `csv`, `json`. */
  readonly extension: string;
  /** Number of the next file. */
  readonly next: number;
  readonly files: readonly LedgerFile[];
  /** Rows taken in. */
  readonly rows: number;
  readonly finishedFiles: number;
  readonly finishedRows: number;
  /** Why it does not go on; absent = it does. */
  readonly stopped?: string | undefined;
};

type Named = Pick<FileLedger, 'path' | 'prefix' | 'extension'>;

const IN_PROGRESS = '.in-progress';

const nameOf = ({prefix, extension}: Named, number: number): string => `${prefix}-${String(number).padStart(6, '0')}.${extension}`;

/** Hidden, and in the sink's own directory wherever it will lie in the end: a restart finds all of them there. */
export const inProgressFile = (sink: Named, number: number): string => path.join(sink.path, `.${nameOf(sink, number)}${IN_PROGRESS}`);

export const finishedFile = (sink: Named, {number, directory}: Pick<LedgerFile, 'number' | 'directory'>): string =>
  path.join(sink.path, directory, nameOf(sink, number));

/** The number of a file in progress by its name; undefined = it is none of this sink's. */
export function inProgressNumber({prefix, extension}: Named, name: string): number | undefined {
  const suffix = `.${extension}${IN_PROGRESS}`;
  if (!name.startsWith(`.${prefix}-`) || !name.endsWith(suffix)) return undefined;
  const digits = name.slice(prefix.length + 2, -suffix.length);
  return /^\d+$/.test(digits) ? Number(digits) : undefined;
}

/** The directories below the sink's own that the names of these files hang on: those further down first. */
export function namingDirectories({path: root}: Named, files: readonly Pick<LedgerFile, 'directory'>[]): string[] {
  const found = new Map<string, number>();
  for (const directory of new Set(files.map(file => file.directory))) {
    let name = root;
    for (const [depth, part] of directory.split('/').entries()) {
      name = path.join(name, part);
      if (name !== root) found.set(name, depth);
    }
  }
  return [...found].sort(([, a], [, b]) => b - a).map(([name]) => name);
}
