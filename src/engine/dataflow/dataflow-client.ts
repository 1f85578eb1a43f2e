import {errorFromData, type SqlErrorData} from '../../common/sql-error.ts';
import type {Command, CommandBody, Reply, ReplyValue} from './commands.ts';
import type {LookupRequest} from './lookup-messages.ts';
import type {ViewWarning} from './view-warning.ts';
import type {Response, RowsEnd} from './response-messages.ts';

/** Carries messages to the dataflow side, on another thread or this one, and brings back what it says. */
export interface DataflowTransport {
  post(command: Command): void;
  lookup(request: LookupRequest): void | Promise<void>;
  /** Set once by the client. */
  onReply: (reply: Reply) => void;
  onResponse: (response: Response) => void;
  close(): Promise<void>;
}

/** Receives the rows of one query: finished DataRow messages. */
export interface RowsReceiver {
  rows(bytes: Uint8Array, count: number): void;
  end(end: RowsEnd, warning?: ViewWarning): void;
  failed(error: SqlErrorData): void;
}

/** Main's side of the conversation with the dataflow thread: numbers commands and queries, matches answers. */
export class DataflowClient {
  readonly #transport: DataflowTransport;
  readonly #pending = new Map<number, {resolve(value: ReplyValue): void; reject(error: Error): void}>();
  readonly #receivers = new Map<number, RowsReceiver>();
  #nextCommand = 1;
  #nextQuery = 1;

  constructor(transport: DataflowTransport) {
    this.#transport = transport;
    transport.onReply = reply => this.#onReply(reply);
    transport.onResponse = response => this.#onResponse(response);
  }

  /** Sends a command and resolves with its reply's value; rejects with the SqlError that the dataflow side raised. */
  send(body: CommandBody): Promise<ReplyValue> {
    const id = this.#nextCommand++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, {resolve, reject});
      this.#transport.post({id, ...body});
    });
  }

  /** Sends a command whose reply nobody waits for. */
  post(body: CommandBody): void {
    this.#transport.post({id: this.#nextCommand++, ...body});
  }

  /** A new query number whose rows go to `receiver` until `release`. */
  register(receiver: RowsReceiver): number {
    const query = this.#nextQuery;
    this.#nextQuery = (this.#nextQuery + 1) & 0x7fffffff || 1;
    this.#receivers.set(query, receiver);
    return query;
  }

  release(query: number): void {
    this.#receivers.delete(query);
  }

  lookup(request: LookupRequest): void | Promise<void> {
    return this.#transport.lookup(request);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  /** The dataflow side is gone: everything outstanding fails. */
  failAll(error: SqlErrorData): void {
    for (const pending of this.#pending.values()) pending.reject(errorFromData(error));
    this.#pending.clear();
    for (const receiver of this.#receivers.values()) receiver.failed(error);
    this.#receivers.clear();
  }

  #onReply(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (reply.ok) pending?.resolve(reply.value);
    else pending?.reject(errorFromData(reply.error));
  }

  #onResponse(response: Response): void {
    const receiver = this.#receivers.get(response.query);
    if (receiver === undefined) return;
    switch (response.kind) {
      case 'rows':
        return receiver.rows(response.bytes, response.count);
      case 'end':
        return receiver.end(response.end, response.warning);
      case 'error':
        return receiver.failed(response.error);
    }
  }
}
