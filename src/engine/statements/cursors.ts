import {sqlError} from '../../common/sql-error.ts';
import type {CloseCursor, DeclareCursor, FetchCursor} from '../../parser/ast/session.ts';
import type {ResultSink} from '../api.ts';
import {NO_PARAMETERS} from '../sessions/bound-parameters.ts';
import type {NamedCursor} from '../sessions/session-state.ts';
import type {AnalyzedStatement, RowCursor} from './analyzed-statement.ts';
import {commandStatement} from './datum-rows.ts';
import {expandFormats} from './result-fields.ts';
import {analyzeSelect} from './select.ts';
import type {StatementContext} from './statement-context.ts';

/** DECLARE name CURSOR FOR query: rows of the transaction's step, taken by FETCH. */
export function analyzeDeclareCursor(statement: DeclareCursor, context: StatementContext): AnalyzedStatement {
  const {session} = context;
  const {query, hold, span} = statement;
  const {name} = statement.name;
  if (query.kind === 'subscribe') throw sqlError('feature_not_supported', 'SUBSCRIBE is not supported yet', {position: query.span.start});
  if (statement.binary || statement.scroll === true)
    throw sqlError('feature_not_supported', `${statement.binary ? 'BINARY' : 'SCROLL'} cursors are not supported yet`, {
      position: span.start,
    });
  return commandStatement(async out => {
    const transaction = session.begun();
    if (!hold && !transaction.isBlock) throw sqlError('no_active_sql_transaction', 'DECLARE CURSOR can only be used in transaction blocks');
    if (session.cursors.has(name)) throw sqlError('duplicate_cursor', `cursor "${name}" already exists`);
    const select = analyzeSelect(query, {...context, out});
    const columns = select.columns ?? [];
    const outcome = await select.run(NO_PARAMETERS, expandFormats([], columns.length), out);
    if (outcome.kind !== 'rows') throw new Error('internal error: a query returns rows');
    session.cursors.set(name, {cursor: outcome.cursor, columns, hold, done: false});
    return 'DECLARE CURSOR';
  });
}

/** FETCH and MOVE: forward only. */
export function analyzeFetch(statement: FetchCursor, context: StatementContext): AnalyzedStatement {
  const {session} = context;
  const {
    kind,
    cursor: {name},
    span,
  } = statement;
  const find = (): NamedCursor => {
    const found = session.cursors.get(name);
    if (found === undefined) throw sqlError('invalid_cursor_name', `cursor "${name}" does not exist`);
    return found;
  };
  const {columns} = find();
  const wanted = forwardRows(statement);
  if (wanted === undefined)
    throw sqlError('object_not_in_prerequisite_state', 'cursor can only scan forward', {
      position: span.start,
      hint: 'Declare it with SCROLL option to enable backward scan.',
    });
  if (kind === 'move') return commandStatement(async out => `MOVE ${(await new Forward(find(), wanted).fetch(0, withoutRows(out))).count}`);
  return {
    parameterTypes: [],
    columns,
    run: async (_parameters, formats) => {
      if (formats.includes(1))
        throw sqlError('feature_not_supported', 'a cursor declared in text format cannot be fetched in binary format', {
          position: span.start,
        });
      return {kind: 'rows', cursor: new Forward(find(), wanted), tag: count => `FETCH ${count}`};
    },
  };
}

/** How many rows a direction means; undefined = it goes back. */
function forwardRows({direction, count}: FetchCursor): number | undefined {
  if (direction === 'forward') return count === 'all' ? Infinity : count >= 0 ? count : undefined;
  if (direction === 'relative' && typeof count === 'number') return count === 1 ? 1 : count === 0 ? 0 : undefined;
  return undefined;
}

const withoutRows = (out: ResultSink): ResultSink => ({...out, rows: () => {}});

/** The next rows of a cursor, a limited number of them. */
class Forward implements RowCursor {
  readonly #cursor: NamedCursor;
  #left: number;

  constructor(cursor: NamedCursor, rows: number) {
    this.#cursor = cursor;
    this.#left = rows;
  }

  async fetch(maxRows: number, out: ResultSink): Promise<{count: number; done: boolean}> {
    const wanted = maxRows === 0 ? this.#left : Math.min(maxRows, this.#left);
    if (wanted === 0 || this.#cursor.done) return {count: 0, done: true};
    const {count, done} = await this.#cursor.cursor.fetch(wanted === Infinity ? 0 : wanted, out);
    this.#cursor.done = done;
    this.#left -= count;
    return {count, done: done || this.#left <= 0};
  }

  /** The cursor itself stays open. */
  close(): void {}
}

export function analyzeCloseCursor({cursor}: CloseCursor, {session}: StatementContext): AnalyzedStatement {
  return commandStatement(() => {
    if (cursor !== undefined && !session.cursors.has(cursor.name))
      throw sqlError('invalid_cursor_name', `cursor "${cursor.name}" does not exist`);
    const names = cursor === undefined ? [...session.cursors.keys()] : [cursor.name];
    for (const name of names) {
      session.cursors.get(name)?.cursor.close();
      session.cursors.delete(name);
    }
    return cursor === undefined ? 'CLOSE CURSOR ALL' : 'CLOSE CURSOR';
  });
}
