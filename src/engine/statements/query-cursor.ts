import {errorFromData, type SqlErrorData} from '../../common/sql-error.ts';
import type {ResultSink} from '../api.ts';
import type {QuerySpec} from '../dataflow/commands.ts';
import type {DataflowClient, RowsReceiver} from '../dataflow/dataflow-client.ts';
import type {RowsEnd} from '../dataflow/response-messages.ts';
import type {ViewWarning} from '../dataflow/view-warning.ts';
import {incompleteView} from './incomplete-view.ts';
import {WINDOW_BYTES} from '../../serving/query-run.ts';
import type {RowCursor} from './analyzed-statement.ts';

type Event = {readonly bytes: Uint8Array; readonly count: number} | {readonly end: RowsEnd} | {readonly error: SqlErrorData};

const NONE: Promise<readonly ViewWarning[]> = Promise.resolve([]);
const TELL_BYTES = WINDOW_BYTES / 4;

/** Rows of a query that runs on the dataflow side, taken in portions by credit. */
export class QueryCursor implements RowCursor, RowsReceiver {
  readonly #client: DataflowClient;
  readonly #spec: Omit<QuerySpec, 'query' | 'credit'>;
  #query = 0;
  #events: Event[] = [];
  #wake: (() => void) | undefined;
  #done = false;
  #warnings: Promise<readonly ViewWarning[]> = NONE;
  /** Bytes taken that the dataflow side has not been told of. */
  #untold = 0;

  constructor(client: DataflowClient, spec: Omit<QuerySpec, 'query' | 'credit'>) {
    this.#client = client;
    this.#spec = spec;
  }

  async fetch(maxRows: number, out: ResultSink): Promise<{count: number; done: boolean}> {
    if (this.#done) return {count: 0, done: true};
    this.#request(maxRows);
    let count = 0;
    for (;;) {
      for (const event of await this.#next()) {
        if ('bytes' in event) {
          count += event.count;
          await out.rows(event.bytes, event.count);
          this.#taken(event.bytes.length);
          continue;
        }
        if ('error' in event) {
          this.#finish();
          throw errorFromData(event.error);
        }
        for (const warning of await this.#takeWarnings()) out.notice(incompleteView(warning));
        if (event.end === 'suspended') return {count, done: false};
        this.#finish();
        return {count, done: true};
      }
    }
  }

  /** Tells the dataflow side now and then, so that it sends more. */
  #taken(bytes: number): void {
    this.#untold += bytes;
    if (this.#untold < TELL_BYTES || this.#done) return;
    this.#client.post({kind: 'taken', query: this.#query, bytes: this.#untold});
    this.#untold = 0;
  }

  #request(rows: number): void {
    if (this.#query !== 0) return this.#client.post({kind: 'credit', query: this.#query, rows});
    this.#query = this.#client.register(this);
    const started = this.#client.send({kind: 'query', query: {...this.#spec, query: this.#query, credit: rows}});
    this.#warnings = started.then(
      ({warnings = []}) => warnings,
      (error: unknown) => {
        const {condition, message, fields} = error as SqlErrorData;
        this.failed({condition, message, fields});
        return [];
      },
    );
  }

  /** What the reply to the query's start says; it may come later than the first rows. */
  #takeWarnings(): Promise<readonly ViewWarning[]> {
    const warnings = this.#warnings;
    this.#warnings = NONE;
    return warnings;
  }

  async #next(): Promise<Event[]> {
    if (this.#events.length === 0) await new Promise<void>(resolve => (this.#wake = resolve));
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #push(event: Event): void {
    this.#events.push(event);
    this.#wake?.();
    this.#wake = undefined;
  }

  #finish(): void {
    this.#done = true;
    this.#client.release(this.#query);
  }

  rows(bytes: Uint8Array, count: number): void {
    this.#push({bytes, count});
  }

  end(end: RowsEnd): void {
    this.#push({end});
  }

  failed(error: SqlErrorData): void {
    this.#push({error});
  }

  close(): void {
    if (this.#done || this.#query === 0) return;
    this.#finish();
    this.#client.post({kind: 'close-query', query: this.#query});
  }
}
