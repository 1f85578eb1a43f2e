import type {EvaluationContext} from '../../../functions/evaluation-context.ts';
import type {Batch} from '../../../runtime/batch/batch.ts';
import {physicalOf} from '../../../types/sql-type.ts';
import type {ColumnSpec, StreamSpec} from '../commands.ts';
import {RecordEntry, type Entered} from './record-entry.ts';
import {StreamClock, type Backlog} from './stream-clock.ts';

/** An embedded stream has one partition, and nothing of it is ever unread. */
const NO_BACKLOG: Backlog = {partitions: () => [0], isReadToEnd: () => true};

/** The event time of an embedded stream: its rows are stored with their computed columns, so that only watermark and guard are left. */
export class EmbeddedTime {
  readonly clock: StreamClock;
  readonly #entry: RecordEntry;
  readonly #columns: readonly ColumnSpec[];

  constructor(spec: StreamSpec, columns: readonly ColumnSpec[], evaluation: EvaluationContext) {
    const {relation, time, entry} = spec;
    if (time === undefined || entry === undefined) throw new Error('internal error: a stream without a watermark');
    this.clock = new StreamClock(relation, time, NO_BACKLOG);
    this.#columns = columns;
    this.#entry = new RecordEntry({
      entry,
      inputs: entry.map.input.columns,
      computed: () => [],
      maxAhead: time.maxAhead,
      names: {computed: [], time: columns[time.column]!.name},
      evaluation,
    });
  }

  /** The rows of a step: moves the clock, and says which of them are ahead of time. */
  enter(batch: Batch, now: number): Entered {
    const entered = this.#entry.enter(batch, now, () => this.#columns.map(c => physicalOf(c.type)));
    this.clock.observe(0, entered.watermark, now);
    return entered;
  }
}
