import type {SqlErrorData} from '../../common/sql-error.ts';
import type {Reply} from './commands.ts';
import type {IngestCommand} from '../ingest/reader-spec.ts';
import type {RowsEnd} from './response-messages.ts';
import type {ViewWarning} from './view-warning.ts';

/** What the dataflow side tells main without being asked. */
export type CoreEvent =
  | {readonly kind: 'ingest'; readonly command: IngestCommand}
  | {readonly kind: 'checkpoint-begin'}
  /** Whole chunks for the segment of the checkpoint in progress. */
  | {readonly kind: 'checkpoint-piece'; readonly bytes: Uint8Array}
  | {readonly kind: 'notice'; readonly message: string}
  | {readonly kind: 'failed'; readonly error: SqlErrorData};

/** Where the dataflow core sends what it produces. `rows`, `end` and `error` return false while the way is full: the core tries again later. */
export interface CoreOutput {
  reply(reply: Reply): void;
  event(event: CoreEvent): void;
  rows(query: number, count: number, bytes: Uint8Array): boolean;
  /** `warning`: that the view which a point lookup read leaves out rows. */
  end(query: number, end: RowsEnd, warning?: ViewWarning): boolean;
  error(query: number, error: SqlErrorData): boolean;
}
