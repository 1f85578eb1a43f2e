import type {FileOutput} from '../../connectors/files/file-output.ts';
import type {OutputFile} from '../../connectors/files/output-file.ts';
import type {Batch} from '../../runtime/batch/batch.ts';
import {NO_SLICES} from '../../runtime/graph/no-slices.ts';
import type {Operator, Slices, StateStore} from '../../runtime/graph/operator.ts';
import {KnownPaths} from '../../serving/rows/known-paths.ts';
import type {LineEncoder} from '../../serving/rows/line-encoder.ts';
import type {PartitionPaths} from '../../serving/rows/partition-paths.ts';

/** Rows that are encoded in one go. */
const MOST_ROWS = 1024;

/**
 * What: writes the rows of an input that never retracts to the files of a sink, each row to the file of its partition.
 * Law: lines written = Σ deltas; no output.
 * State: the files in progress (`FileOutput`).
 * Invariants: weights are positive; a row of weight k is written k times.
 * Cost: O(bytes); a partition is looked up once for rows in a row that are in it.
 */
export class FileSink implements Operator {
  readonly label: string;
  readonly schema = [];
  readonly stores: readonly StateStore[];
  readonly terminal = true;
  readonly output: FileOutput;
  readonly #encoder: LineEncoder;
  readonly #paths: PartitionPaths | undefined;
  readonly #known = new KnownPaths();
  /** By the number of the path. */
  #files: OutputFile[] = [];
  /** Time of the step, µs since 1970. */
  readonly #now: () => number;

  /** `paths`: absent = all rows go to the directory itself. */
  constructor({name, output, encoder, paths, now}: FileSinkArgs) {
    this.label = `sink(${name})`;
    this.output = output;
    this.stores = [output];
    this.#encoder = encoder;
    this.#paths = paths;
    this.#now = now;
  }

  *push(_input: number, batch: Batch): Slices {
    if (this.output.isStopped) return;
    this.#encoder.use(batch);
    this.#paths?.use(batch);
    for (let from = 0; from < batch.length;) {
      const most = Math.min(batch.length, from + MOST_ROWS);
      const to = this.#paths === undefined ? most : this.#paths.runEnd(from, most);
      const rows = rowsOf(batch, from, to, this.label);
      this.output.append(this.#fileOf(from), this.#encoder.range(batch, from, to), rows);
      from = to;
    }
  }

  #fileOf(row: number): OutputFile {
    if (this.#paths === undefined) return this.output.fileFor('', this.#now());
    const before = this.#known.size;
    const number = this.#known.numberOf(this.#paths.pathOf(row));
    if (this.#known.size < before) this.#files = [];
    const file = this.#files[number];
    if (file !== undefined && !file.closed) return file;
    return (this.#files[number] = this.output.fileFor(this.#known.textOf(number), this.#now()));
  }

  flush(): Slices {
    return NO_SLICES;
  }

  /** The files that rows go to may be others again. */
  rollback(): void {
    this.#files = [];
  }
}

export type FileSinkArgs = {
  readonly name: string;
  readonly output: FileOutput;
  readonly encoder: LineEncoder;
  readonly paths: PartitionPaths | undefined;
  readonly now: () => number;
};

function rowsOf(batch: Batch, from: number, to: number, label: string): number {
  if (batch.weights === null) return to - from;
  let rows = 0;
  for (let row = from; row < to; row++) {
    const weight = batch.weights[row]!;
    if (weight < 0) throw new Error(`internal error: ${label} got a retraction but its input is append-only`);
    rows += weight;
  }
  return rows;
}
