import {toSqlError} from '../../common/sql-error.ts';
import type {Field, Notice, ResultSink, Session} from '../api.ts';

/** What one statement answered: rows as text. */
export type StatementResult = {
  readonly tag: string;
  readonly fields: readonly Field[];
  readonly rows: readonly (readonly (string | null)[])[];
};

/** A client of the inline engine. */
export class InlineSession {
  readonly session: Session;
  readonly notices: Notice[] = [];

  constructor(session: Session) {
    this.session = session;
  }

  /** A simple Query message: the result of every statement. Throws the first error. */
  async all(sql: string): Promise<StatementResult[]> {
    const results: StatementResult[] = [];
    try {
      await this.session.simpleQuery(sql, this.#sink(results));
    } catch (error) {
      this.session.fail(toSqlError(error));
      await this.session.sync();
      throw error;
    }
    return results;
  }

  /** The last statement's rows. */
  async rows(sql: string): Promise<StatementResult['rows']> {
    return (await this.all(sql)).at(-1)!.rows;
  }

  /** The last statement's command tag. */
  async tag(sql: string): Promise<string> {
    return (await this.all(sql)).at(-1)!.tag;
  }

  /** The SQLSTATE that the text fails with, or 'ok'. */
  async code(sql: string): Promise<string> {
    try {
      await this.all(sql);
      return 'ok';
    } catch (error) {
      return toSqlError(error).code;
    }
  }

  /** Parse, Bind, Execute and Sync; parameters as text. */
  async extended(sql: string, parameters: readonly (string | null)[] = [], maxRows = 0): Promise<StatementResult> {
    const {session} = this;
    const results: StatementResult[] = [];
    const sink = this.#sink(results);
    try {
      await session.prepare('', sql, []);
      await session.bind('', '', {values: parameters.map(p => (p === null ? null : Buffer.from(p))), formats: [], resultFormats: []});
      const {fields, formats} = await session.describePortal('');
      if (fields !== null) sink.describe(fields, formats);
      while ((await session.execute('', maxRows, sink)) === 'suspended');
    } catch (error) {
      session.fail(toSqlError(error));
      await session.sync();
      throw error;
    }
    await session.sync();
    return results[0]!;
  }

  #sink(results: StatementResult[]): ResultSink {
    let fields: readonly Field[] = [];
    let rows: (readonly (string | null)[])[] = [];
    return {
      describe: described => void (fields = described),
      rows: bytes => void rows.push(...decodeDataRows(bytes)),
      complete: tag => {
        results.push({tag, fields, rows});
        fields = [];
        rows = [];
      },
      empty: () => {},
      notice: notice => void this.notices.push(notice),
      parameterStatus: () => {},
    };
  }
}

/** The values of DataRow messages, taken as text. */
function decodeDataRows(bytes: Uint8Array): (string | null)[][] {
  const buffer = Buffer.from(bytes);
  const rows: (string | null)[][] = [];
  for (let at = 0; at < buffer.length;) {
    const end = at + 1 + buffer.readInt32BE(at + 1);
    const row: (string | null)[] = [];
    for (let p = at + 7; p < end;) {
      const length = buffer.readInt32BE(p);
      p += 4;
      row.push(length < 0 ? null : buffer.toString('utf8', p, p + length));
      p += Math.max(0, length);
    }
    rows.push(row);
    at = end;
  }
  return rows;
}
