import type {SqlErrorData} from '../../common/sql-error.ts';
import type {Reply} from './commands.ts';
import type {IngestCommand} from '../ingest/reader-spec.ts';
import type {RowsEnd} from './response-messages.ts';

/** What the dataflow side tells main without being asked. */
export type CoreEvent =
  | {readonly kind: 'ingest'; readonly command: IngestCommand}
  | {readonly kind: 'recovered'; readonly step: number}
  | {readonly kind: 'checkpoint-chunk'; readonly checkpoint: number; readonly bytes: Uint8Array}
  | {readonly kind: 'checkpoint-end'; readonly checkpoint: number; readonly manifest: unknown}
  | {readonly kind: 'notice'; readonly relation: number; readonly message: string}
  | {readonly kind: 'failed'; readonly error: SqlErrorData};

/** Where the dataflow core sends what it produces. `rows`, `end` and `error` return false while the way is full: the core tries again later. */
export interface CoreOutput {
  reply(reply: Reply): void;
  event(event: CoreEvent): void;
  rows(query: number, count: number, bytes: Uint8Array): boolean;
  end(query: number, end: RowsEnd): boolean;
  error(query: number, error: SqlErrorData): boolean;
}
