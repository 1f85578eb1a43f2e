import type {SqlError} from '../../common/sql-error.ts';
import type {ErrorSink} from '../../runtime/operators/map.ts';

/** Counts rows of a sink whose expressions failed: the sink goes on without them. */
export class FailureCount implements ErrorSink {
  count = 0;
  last: string | undefined;

  add(error: SqlError, weight: number): void {
    this.count += Math.abs(weight);
    this.last = error.message;
  }
}
