import {SQLSTATE, type Condition} from './sqlstate.ts';

/** Optional parts of an error or notice. `position` is a 0-based offset (UTF-16 code units) into the statement's text. */
export type SqlErrorFields = {
  readonly position?: number | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly constraint?: string | undefined;
};

/** The one error class that reaches a user. Anything else that is thrown becomes XX000 and is logged with its stack. */
export class SqlError extends Error {
  readonly condition: Condition;
  readonly code: string;
  readonly fields: SqlErrorFields;

  constructor(condition: Condition, message: string, fields: SqlErrorFields = {}) {
    super(message);
    this.name = 'SqlError';
    this.condition = condition;
    this.code = SQLSTATE[condition];
    this.fields = fields;
  }
}

/** `throw sqlError('undefined_column', 'column "x" does not exist', {position, hint})` */
export function sqlError(condition: Condition, message: string, fields?: SqlErrorFields): SqlError {
  return new SqlError(condition, message, fields);
}

/** Wraps anything thrown; what is no SqlError becomes internal_error with the original as `cause`. */
export function toSqlError(error: unknown): SqlError {
  if (error instanceof SqlError) return error;
  const wrapped = new SqlError('internal_error', error instanceof Error ? error.message : String(error));
  wrapped.cause = error;
  return wrapped;
}

/** The plain data of a SqlError, for crossing a thread boundary. */
export type SqlErrorData = {readonly condition: Condition; readonly message: string; readonly fields: SqlErrorFields};

export function errorToData(error: unknown): SqlErrorData {
  const e = toSqlError(error);
  return {condition: e.condition, message: e.message, fields: e.fields};
}

export function errorFromData(data: SqlErrorData): SqlError {
  return new SqlError(data.condition, data.message, data.fields);
}
