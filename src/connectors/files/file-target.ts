/** Where a sink's rows go, and how; plain data. */
export type FileTarget = {
  readonly kind: 'filesystem';
  /** An absolute path of a directory. */
  readonly path: string;
  readonly format: 'csv' | 'json';
  /** What the names of this sink's files begin with, and no others. */
  readonly prefix: string;
  /** Ordinals of the columns that name the directory of a row; they are not in the file. */
  readonly partitionBy: readonly number[];
  readonly header: boolean;
  readonly delimiter: string;
  /** A file that has so many bytes is finished. */
  readonly rolloverBytes: number;
  /** A file is finished by the first checkpoint that finds it so old, in µs. */
  readonly rolloverMicros: number;
};
