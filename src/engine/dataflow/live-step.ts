import type {SqlError} from '../../common/sql-error.ts';
import type {StepContent} from '../../runtime/durability/step-record.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import {RING_BYTES} from '../ingest/reader-spec.ts';
import type {StepInput} from './step-runner.ts';
import {takeIn, type StreamTarget} from './take-in.ts';

/**
 * What a live step takes at most (it may exceed this by one batch): much, because a group that changes often in a step is told of once;
 * readers come in between slices. Records stay in their ring until the step is over: more than half of it must stay free for what is read
 * meanwhile.
 */
const STEP_ROWS = 65_536;
const STEP_BYTES = (RING_BYTES * 3) / 8;

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
    let bytes = 0;
    for (const target of this.#targets) {
      while (rows < STEP_ROWS && bytes < STEP_BYTES) {
        const records = target.stream.queue?.take();
        if (records === undefined) break;
        rows += records.header.rows + records.header.badRecords;
        bytes += records.header.sourceBytes;
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
