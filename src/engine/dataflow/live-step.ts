import type {SqlError} from '../../common/sql-error.ts';
import {MAX_BATCH_ROWS} from '../../runtime/batch/batch.ts';
import type {StepContent} from '../../runtime/durability/step-record.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import type {StepInput} from './step-runner.ts';
import {takeIn, type StreamTarget} from './take-in.ts';

/** Rows that a live step takes at most (it may exceed this by one batch): about one slice of work. */
const STEP_ROWS = MAX_BATCH_ROWS;

/** A step of what the streams' readers have queued. */
export class LiveStep implements StepInput {
  readonly #targets: readonly StreamTarget[];
  readonly #outcome: {published(): void; failed(error: SqlError): void};

  constructor(targets: readonly StreamTarget[], outcome: {published(): void; failed(error: SqlError): void}) {
    this.#targets = targets;
    this.#outcome = outcome;
  }

  *push(time: number): Slices {
    let rows = 0;
    for (const target of this.#targets) {
      while (rows < STEP_ROWS) {
        const records = target.stream.queue?.take();
        if (records === undefined) break;
        rows += records.header.rows + records.header.badRecords;
        yield* takeIn(target, records, time);
      }
    }
  }

  record(): StepContent {
    return {streams: this.#targets.flatMap(({stream}) => stream.section() ?? []), deltas: [], ddl: null};
  }

  published(): void {
    for (const {stream} of this.#targets) {
      stream.settle();
      stream.queue?.release();
    }
    this.#outcome.published();
  }

  failed(error: SqlError): void {
    for (const {stream} of this.#targets) stream.undo();
    this.#outcome.failed(error);
  }
}
