import {connect, type Socket} from 'node:net';
import {parse, serialize} from 'pg-protocol';
import type {
  BackendKeyDataMessage,
  BackendMessage,
  CommandCompleteMessage,
  CopyDataMessage,
  DatabaseError,
  DataRowMessage,
  NoticeMessage,
  RowDescriptionMessage,
} from 'pg-protocol/dist/messages';
import {ConnectionFailure} from './connection-failure.ts';

export type SqlClientOptions = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly applicationName?: string | undefined;
};

/** An error or notice as the server sent it; `position` counts characters from 1. */
export type ServerReport = {
  readonly severity: string;
  readonly code: string;
  readonly message: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly position: number | undefined;
};

export type ResultField = {readonly name: string; readonly typeOid: number};

/** Receives what a query yields, in order. */
export type QueryListener = {
  fields(fields: readonly ResultField[]): void;
  /** Values in text format; null = NULL. */
  row(values: readonly (string | null)[]): void;
  complete(tag: string): void;
  notice(report: ServerReport): void;
  error(report: ServerReport): void;
  copyData(bytes: Uint8Array): void;
};

/** A small client for scripts: simple queries, one at a time. */
export class SqlClient {
  readonly #socket: Socket;
  readonly #options: SqlClientOptions;
  #key: BackendKeyDataMessage | undefined;
  #listener: Partial<QueryListener> = {};
  #settle: {readonly resolve: () => void; readonly reject: (error: ConnectionFailure) => void} | undefined;
  #failure: ConnectionFailure | undefined;

  private constructor(socket: Socket, options: SqlClientOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('error', error => this.#fail(new ConnectionFailure(error.message)));
    socket.on('close', () => this.#fail(new ConnectionFailure('server closed the connection unexpectedly')));
    void parse(socket, message => this.#received(message));
  }

  /** @throws ConnectionFailure with a text for the user. */
  static async connect(options: SqlClientOptions, listener: Partial<QueryListener> = {}): Promise<SqlClient> {
    const socket = await openSocket(options);
    const client = new SqlClient(socket, options);
    const {user, database, applicationName = 'millrace sql'} = options;
    client.#listener = {...listener, error: report => client.#fail(new ConnectionFailure(`${report.severity}:  ${report.message}`))};
    await client.#exchange(serialize.startup({user, database, application_name: applicationName}));
    return client;
  }

  /** Sends one Query message and resolves at its end, errors of SQL included. @throws ConnectionFailure when the connection ends first. */
  async query(sql: string, listener: Partial<QueryListener>): Promise<void> {
    this.#listener = listener;
    await this.#exchange(serialize.query(sql));
  }

  /** Asks the server to end what is running. */
  async cancel(): Promise<void> {
    if (this.#key === undefined) return;
    const socket = await openSocket(this.#options);
    socket.end(serialize.cancel(this.#key.processID, this.#key.secretKey));
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.end(serialize.end());
  }

  #exchange(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#settle = {resolve, reject};
      this.#socket.write(bytes);
    });
  }

  #fail(failure: ConnectionFailure): void {
    this.#failure ??= failure;
    this.#settle?.reject(this.#failure);
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #received(message: BackendMessage): void {
    const listener = this.#listener;
    switch (message.name) {
      case 'authenticationCleartextPassword':
      case 'authenticationMD5Password':
      case 'authenticationSASL':
        this.#fail(new ConnectionFailure('the server asks for a password, which this client cannot send'));
        return;
      case 'backendKeyData':
        this.#key = message as BackendKeyDataMessage;
        return;
      case 'rowDescription': {
        const {fields} = message as RowDescriptionMessage;
        listener.fields?.(fields.map(field => ({name: field.name, typeOid: field.dataTypeID})));
        return;
      }
      case 'dataRow':
        listener.row?.((message as DataRowMessage).fields as (string | null)[]);
        return;
      case 'commandComplete':
        listener.complete?.((message as CommandCompleteMessage).text);
        return;
      case 'notice':
        listener.notice?.(reportOf(message as NoticeMessage));
        return;
      case 'error':
        listener.error?.(reportOf(message as unknown as DatabaseError));
        return;
      case 'copyInResponse':
        this.#socket.write(serialize.copyFail('COPY FROM STDIN is not supported by this client'));
        return;
      case 'copyData':
        listener.copyData?.((message as unknown as CopyDataMessage).chunk);
        return;
      case 'readyForQuery':
        this.#settle?.resolve();
        this.#settle = undefined;
        return;
      default: // start-up details and the messages of the extended protocol
    }
  }
}

function reportOf(message: NoticeMessage | DatabaseError): ServerReport {
  return {
    severity: message.severity ?? '',
    code: message.code ?? '',
    message: message.message ?? '',
    detail: message.detail,
    hint: message.hint,
    position: message.position === undefined ? undefined : Number(message.position),
  };
}

function openSocket({host, port}: SqlClientOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({host, port, noDelay: true, keepAlive: true});
    const failed = (error: NodeJS.ErrnoException): void => {
      const reason = error.code === 'ECONNREFUSED' ? 'Connection refused\n\tIs the server running on that host and port?' : error.message;
      reject(new ConnectionFailure(`connection to server at "${host}", port ${port} failed: ${reason}`));
    };
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      resolve(socket);
    });
  });
}
