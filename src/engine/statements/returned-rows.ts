import {errorFromData, type SqlErrorData} from '../../common/sql-error.ts';
import type {DataflowClient, RowsReceiver} from '../dataflow/dataflow-client.ts';
import type {RowCursor} from './analyzed-statement.ts';
import {BufferedCursor} from './buffered-cursor.ts';

/** The rows of RETURNING: all taken before the first is handed on, for the write is complete by then. */
export class ReturnedRows implements RowsReceiver {
  /** Their number in the response ring. */
  readonly query: number;
  readonly #client: DataflowClient;
  readonly #chunks: Uint8Array[] = [];
  readonly #ended: Promise<void>;
  #settle: (error?: SqlErrorData) => void = () => {};

  constructor(client: DataflowClient) {
    this.#client = client;
    this.#ended = new Promise((resolve, reject) => {
      this.#settle = error => (error === undefined ? resolve() : reject(errorFromData(error)));
    });
    this.#ended.catch(() => {});
    this.query = client.register(this);
  }

  /** Resolves when all rows are there. */
  async cursor(): Promise<RowCursor> {
    await this.#ended;
    const bytes = Buffer.concat(this.#chunks);
    const ends: number[] = [];
    // A DataRow message: type byte, then a length that counts itself.
    for (let at = 0; at < bytes.length; ends.push(at)) at += 1 + bytes.readInt32BE(at + 1);
    return new BufferedCursor({bytes, ends});
  }

  rows(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
  }

  end(): void {
    this.close();
    this.#settle();
  }

  failed(error: SqlErrorData): void {
    this.close();
    this.#settle(error);
  }

  close(): void {
    this.#client.release(this.query);
  }
}
