import {sqlError, type SqlError, type SqlErrorFields} from '../../common/sql-error.ts';
import type {Condition} from '../../common/sqlstate.ts';

/** An error after which the connection cannot go on: it is sent with severity FATAL and the socket is closed. */
export class FatalError extends Error {
  readonly error: SqlError;

  constructor(condition: Condition, message: string, fields?: SqlErrorFields) {
    super(message);
    this.name = 'FatalError';
    this.error = sqlError(condition, message, fields);
  }
}
