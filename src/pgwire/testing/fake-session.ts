import {sqlError, type SqlError} from '../../common/sql-error.ts';
import type {
  Parameters,
  PortalDescription,
  ResultSink,
  Session,
  SessionOptions,
  StatementDescription,
  TransactionStatus,
} from '../../engine/api.ts';
import {divisionByZero, parseFake, type FakeRows, type FakeStatement} from './fake-statement.ts';

type Portal = {readonly statement: FakeStatement; readonly parameters: Parameters; rows?: Iterator<FakeRows>};

/** A session with PostgreSQL's rules for statements, portals and transaction status, and the statements of `parseFake`. */
export class FakeSession implements Session {
  status: TransactionStatus = 'idle';
  closed = false;
  readonly processId: number;
  readonly secretKey: number;
  readonly initialParameters: ReadonlyMap<string, string>;
  readonly #statements = new Map<string, FakeStatement>();
  readonly #portals = new Map<string, Portal>();
  #cancelled = false;
  #wake: (() => void) | undefined;

  constructor(processId: number, options: SessionOptions) {
    this.processId = processId;
    this.secretKey = processId * 7919;
    this.initialParameters = new Map([
      ['application_name', options.settings.get('application_name') ?? ''],
      ['client_encoding', 'UTF8'],
      ['DateStyle', 'ISO, MDY'],
      ['default_transaction_read_only', 'off'],
      ['in_hot_standby', 'off'],
      ['integer_datetimes', 'on'],
      ['IntervalStyle', 'postgres'],
      ['is_superuser', 'on'],
      ['server_encoding', 'UTF8'],
      ['server_version', '15.8'],
      ['session_authorization', options.user],
      ['standard_conforming_strings', 'on'],
      ['TimeZone', 'UTC'],
    ]);
  }

  cancel(): void {
    this.#cancelled = true;
    this.#wake?.();
  }

  async simpleQuery(sql: string, out: ResultSink): Promise<void> {
    this.#cancelled = false;
    this.#statements.delete(''); // as PostgreSQL does
    let offset = 0;
    const statements: FakeStatement[] = [];
    for (const piece of sql.split(';')) {
      if (piece.trim() !== '') statements.push(parseAt(piece, offset));
      offset += piece.length + 1;
    }
    if (statements.every(statement => statement.kind === 'other')) return out.empty();
    for (const statement of statements) {
      if (statement.kind === 'other') continue;
      this.#check(statement);
      checkPlan(statement);
      if (statement.fields !== null) out.describe(statement.fields, []);
      const portal: Portal = {statement, parameters: {values: [], formats: [], resultFormats: []}};
      await this.#run(portal, 0, out);
    }
  }

  async prepare(name: string, sql: string): Promise<void> {
    const statement = parseFake(sql);
    this.#check(statement);
    if (name !== '' && this.#statements.has(name)) {
      throw sqlError('duplicate_prepared_statement', `prepared statement "${name}" already exists`);
    }
    this.#statements.set(name, statement);
  }

  async describeStatement(name: string): Promise<StatementDescription> {
    return this.#statement(name);
  }

  async bind(portal: string, statement: string, parameters: Parameters): Promise<void> {
    const target = this.#statement(statement);
    this.#check(target);
    if (portal !== '' && this.#portals.has(portal)) throw sqlError('duplicate_cursor', `cursor "${portal}" already exists`);
    const {length} = parameters.values;
    if (length !== target.parameterOids.length) {
      const message = `bind message supplies ${length} parameters, but prepared statement "${statement}" requires ${target.parameterOids.length}`;
      throw sqlError('protocol_violation', message);
    }
    checkPlan(target);
    this.#portals.set(portal, {statement: target, parameters});
  }

  async describePortal(name: string): Promise<PortalDescription> {
    const portal = this.#portal(name);
    return {fields: portal.statement.fields, formats: portal.parameters.resultFormats};
  }

  async execute(portal: string, maxRows: number, out: ResultSink): Promise<'complete' | 'suspended'> {
    this.#cancelled = false;
    const target = this.#portal(portal);
    this.#check(target.statement);
    if (target.statement.kind === 'other') {
      out.empty();
      return 'complete';
    }
    return this.#run(target, maxRows, out);
  }

  async closeStatement(name: string): Promise<void> {
    this.#statements.delete(name);
  }

  async closePortal(name: string): Promise<void> {
    this.#portals.delete(name);
  }

  async sync(): Promise<void> {
    if (this.status === 'idle') this.#portals.clear();
  }

  fail(_error: SqlError): void {
    if (this.status === 'in-transaction') this.status = 'failed';
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  async #run(portal: Portal, maxRows: number, out: ResultSink): Promise<'complete' | 'suspended'> {
    const {statement} = portal;
    if (statement.kind === 'sleep') await this.#sleep(Number(/[\d.]+/.exec(statement.sql)?.[0]) * 1000);
    if (statement.kind === 'notice') {
      const notice = /notice\s+(.*)/.exec(statement.sql)?.[1] ?? '';
      out.notice({severity: 'NOTICE', code: '00000', message: notice, fields: {hint: 'none'}});
    }
    if (statement.setting !== undefined) out.parameterStatus(...statement.setting);
    let tag = this.#transact(statement);
    portal.rows ??= statement.rows(portal.parameters.values)[Symbol.iterator]();
    let count = 0;
    while (maxRows === 0 || count < maxRows) {
      const next = portal.rows.next();
      if (next.done === true) {
        if (statement.fields !== null) tag = `SELECT ${count}`;
        out.complete(tag);
        return 'complete';
      }
      count += next.value.count;
      const wait = out.rows(next.value.messages, next.value.count);
      if (wait !== undefined) await wait;
      if (this.#cancelled) throw cancelled();
    }
    return 'suspended';
  }

  #transact(statement: FakeStatement): string {
    if (statement.kind === 'begin') this.status = 'in-transaction';
    if (statement.kind !== 'commit' && statement.kind !== 'rollback') return statement.tag;
    const {tag} = this.status === 'failed' ? {tag: 'ROLLBACK'} : statement;
    this.status = 'idle';
    return tag;
  }

  async #sleep(milliseconds: number): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
    if (this.#cancelled) throw cancelled();
  }

  #check(statement: FakeStatement): void {
    if (this.status !== 'failed' || statement.kind === 'commit' || statement.kind === 'rollback') return;
    throw sqlError('in_failed_sql_transaction', 'current transaction is aborted, commands ignored until end of transaction block');
  }

  #statement(name: string): FakeStatement {
    const statement = this.#statements.get(name);
    if (statement !== undefined) return statement;
    if (name === '') throw sqlError('invalid_sql_statement_name', 'unnamed prepared statement does not exist');
    throw sqlError('invalid_sql_statement_name', `prepared statement "${name}" does not exist`);
  }

  #portal(name: string): Portal {
    const portal = this.#portals.get(name);
    if (portal === undefined) throw sqlError('invalid_cursor_name', `portal "${name}" does not exist`);
    return portal;
  }
}

const cancelled = (): SqlError => sqlError('query_canceled', 'canceling statement due to user request');

/** PostgreSQL computes constants when it plans: before the first row, but after Parse. */
function checkPlan(statement: FakeStatement): void {
  if (statement.kind === 'divide-by-zero') throw divisionByZero();
}

function parseAt(piece: string, offset: number): FakeStatement {
  return parseFake(' '.repeat(offset) + piece);
}
