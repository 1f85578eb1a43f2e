import type {SqlError} from '../../common/sql-error.ts';
import type {LateSink} from '../../runtime/operators/late-gate.ts';
import type {ErrorSink} from '../../runtime/operators/map.ts';

/** Counts rows of a sink whose expressions failed: the sink goes on without them. */
export class FailureCount implements ErrorSink {
  count = 0;
  last: string | undefined;
  late = 0;
  /** Rows that came too late for the sink. */
  readonly lateRows: LateSink = {add: () => void this.late++};

  add(error: SqlError, weight: number): void {
    this.count += Math.abs(weight);
    this.last = error.message;
  }
}
