import type {SqlError, SqlErrorFields} from '../common/sql-error.ts';

/** All that pgwire, http and cli may see of the engine. */
export interface Engine {
  openSession(options: SessionOptions): Session;
  /** CancelRequest: ends what that session is running with 57014; silently nothing when the pair is unknown. */
  cancel(processId: number, secretKey: number): void;
}

export type SessionOptions = {
  readonly user: string;
  readonly database: string;
  /** Start-up parameters other than user and database: client_encoding, application_name, options -c … */
  readonly settings: ReadonlyMap<string, string>;
};

export type TransactionStatus = 'idle' | 'in-transaction' | 'failed';

/** A column of a result. `typeSize` and `typeModifier` as in RowDescription (PostgreSQL 55.7). */
export type Field = {
  readonly name: string;
  readonly tableOid: number;
  readonly columnNumber: number;
  readonly typeOid: number;
  readonly typeSize: number;
  readonly typeModifier: number;
};

export type Notice = {
  readonly severity: 'WARNING' | 'NOTICE' | 'INFO';
  readonly code: string;
  readonly message: string;
  readonly fields: SqlErrorFields;
};

/**
 * Receives what a statement produces, in order. `rows` gets finished DataRow messages (type byte and length included), ready for the
 * socket, and resolves when the client has taken enough of them (backpressure).
 */
export interface ResultSink {
  describe(fields: readonly Field[], formats: readonly number[]): void;
  rows(messages: Uint8Array, count: number): void | Promise<void>;
  complete(tag: string): void;
  empty(): void;
  notice(notice: Notice): void;
  parameterStatus(name: string, value: string): void;
}

/** One client connection's state: settings, transaction, prepared statements, portals. Calls are made one at a time. Errors are thrown as SqlError. */
export interface Session {
  readonly processId: number;
  readonly secretKey: number;
  readonly status: TransactionStatus;
  /** ParameterStatus pairs to send after authentication. */
  readonly initialParameters: ReadonlyMap<string, string>;
  /** A simple Query message: every statement of the text; describes each result; text format. Stops at the first error (thrown). */
  simpleQuery(sql: string, out: ResultSink): Promise<void>;
  /** Parse. `parameterOids` 0 = infer. Name '' = unnamed. */
  prepare(name: string, sql: string, parameterOids: readonly number[]): Promise<void>;
  describeStatement(name: string): Promise<StatementDescription>;
  /** Bind. Formats as in the message: none = all text, one = for all. Values are raw bytes, null = NULL. */
  bind(portal: string, statement: string, parameters: Parameters): void | Promise<void>;
  describePortal(name: string): PortalDescription | Promise<PortalDescription>;
  /** Execute; `maxRows` 0 = all. 'suspended' = more rows to come; otherwise `out.complete` was called. Does not call `out.describe`. */
  execute(portal: string, maxRows: number, out: ResultSink): Promise<'complete' | 'suspended'>;
  closeStatement(name: string): Promise<void>;
  closePortal(name: string): Promise<void>;
  /** Sync: ends the implicit transaction (commit, or roll back after an error). */
  sync(): void | Promise<void>;
  /** The message in progress failed: an open transaction block becomes 'failed'. */
  fail(error: SqlError): void;
  close(): Promise<void>;
}

export type Parameters = {
  readonly values: readonly (Uint8Array | null)[];
  readonly formats: readonly number[];
  readonly resultFormats: readonly number[];
};
export type StatementDescription = {readonly parameterOids: readonly number[]; readonly fields: readonly Field[] | null};
export type PortalDescription = {readonly fields: readonly Field[] | null; readonly formats: readonly number[]};
