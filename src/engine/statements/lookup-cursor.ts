import {errorFromData, type SqlErrorData} from '../../common/sql-error.ts';
import type {ResultSink} from '../api.ts';
import type {DataflowClient, RowsReceiver} from '../dataflow/dataflow-client.ts';
import type {RawParameter} from '../dataflow/lookup-messages.ts';
import type {RowsEnd} from '../dataflow/response-messages.ts';
import type {ViewWarning} from '../dataflow/view-warning.ts';
import {incompleteView} from './incomplete-view.ts';
import type {RowCursor} from './analyzed-statement.ts';

/** The row of a point lookup: asked for through the request ring, at most one row comes back. */
export class LookupCursor implements RowCursor, RowsReceiver {
  readonly #client: DataflowClient;
  readonly #lookup: number;
  readonly #parameters: readonly RawParameter[];
  #bytes: Uint8Array | undefined;
  #count = 0;
  #warning: ViewWarning | undefined;
  #settle: ((error?: SqlErrorData) => void) | undefined;
  #query = 0;

  constructor(client: DataflowClient, lookup: number, parameters: readonly RawParameter[]) {
    this.#client = client;
    this.#lookup = lookup;
    this.#parameters = parameters;
  }

  async fetch(_maxRows: number, out: ResultSink): Promise<{count: number; done: boolean}> {
    await new Promise<void>((resolve, reject) => {
      this.#settle = error => (error === undefined ? resolve() : reject(errorFromData(error)));
      this.#query = this.#client.register(this);
      void this.#client.lookup({query: this.#query, lookup: this.#lookup, parameters: this.#parameters});
    });
    if (this.#warning !== undefined) out.notice(incompleteView(this.#warning));
    if (this.#bytes !== undefined) await out.rows(this.#bytes, this.#count);
    return {count: this.#count, done: true};
  }

  rows(bytes: Uint8Array, count: number): void {
    this.#bytes = bytes;
    this.#count = count;
  }

  end(_end: RowsEnd, warning?: ViewWarning): void {
    this.#warning = warning;
    this.close();
    this.#settle?.();
  }

  failed(error: SqlErrorData): void {
    this.close();
    this.#settle?.(error);
  }

  close(): void {
    if (this.#query !== 0) this.#client.release(this.#query);
    this.#query = 0;
  }
}
