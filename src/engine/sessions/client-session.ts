import {sqlError, toSqlError, type SqlError} from '../../common/sql-error.ts';
import {parseStatements} from '../../parser/parse-statements.ts';
import type {Statement} from '../../parser/ast/statement.ts';
import {typeFromOid} from '../../types/oids.ts';
import type {SqlType} from '../../types/sql-type.ts';
import type {Parameters, PortalDescription, ResultSink, Session, StatementDescription, TransactionStatus} from '../api.ts';
import type {AnalyzedStatement} from '../statements/analyzed-statement.ts';
import {analyzeStatement} from '../statements/analyze-statement.ts';
import {expandFormats, resultFields} from '../statements/result-fields.ts';
import type {StatementContext} from '../statements/statement-context.ts';
import {oidOf} from '../../types/oids.ts';
import {bindParameters, NO_PARAMETERS} from './bound-parameters.ts';
import {Portal} from './portal.ts';
import {PreparedStatement} from './prepared-statement.ts';
import type {SessionState} from './session-state.ts';

/** Statements that work in a failed transaction block: they end it. */
const ENDS_FAILED_BLOCK = new Set<Statement['kind']>(['commit', 'rollback', 'rollback-to-savepoint']);

/** A client's session: prepared statements and portals by name, one statement at a time, implicit transactions. */
export class ClientSession implements Session {
  readonly processId: number;
  readonly secretKey: number;
  readonly #state: SessionState;
  readonly #portals = new Map<string, Portal>();
  readonly #onClose: () => void;
  /** What Execute has run since the last Sync: the last portal, and how many. */
  #executed: {readonly portal: Portal; readonly out: ResultSink} | undefined;
  #executions = 0;

  constructor(state: SessionState, identity: {processId: number; secretKey: number}, onClose: () => void) {
    this.#state = state;
    this.processId = identity.processId;
    this.secretKey = identity.secretKey;
    this.#onClose = onClose;
  }

  get status(): TransactionStatus {
    const {transaction} = this.#state;
    return transaction === undefined || !transaction.explicit ? 'idle' : transaction.failed ? 'failed' : 'in-transaction';
  }

  get initialParameters(): ReadonlyMap<string, string> {
    return this.#state.settings.reported();
  }

  cancel(): void {
    this.#state.cancelRunning(sqlError('query_canceled', 'canceling statement due to user request'));
  }

  async simpleQuery(sql: string, out: ResultSink): Promise<void> {
    const statements = parseStatements(sql);
    if (statements.length === 0) return out.empty();
    this.#closePortal('');
    await this.closeStatement('');
    for (const [i, {statement, text, start}] of statements.entries()) {
      const prepared = new PreparedStatement(text, start, statement, []);
      try {
        await this.#runSimple(prepared, out, {several: statements.length > 1, isLast: i === statements.length - 1});
      } finally {
        prepared.release();
      }
    }
  }

  /** As in PostgreSQL the last statement is complete once everything is committed. */
  async #runSimple(prepared: PreparedStatement, out: ResultSink, {several, isLast}: {several: boolean; isLast: boolean}): Promise<void> {
    if (several) this.#state.begun().several = true;
    const analyzed = this.#analyze(prepared, out)!;
    const formats = expandFormats([], analyzed.columns?.length ?? 0);
    if (analyzed.columns !== null) out.describe(resultFields(analyzed.columns), formats);
    const portal = new Portal(analyzed, NO_PARAMETERS, formats);
    let tag = '';
    const run = async (): Promise<void> => void (tag = await portal.runToEnd(out));
    try {
      if (several || analyzed.columns !== null) await this.#state.guarded(run);
      else await this.#state.guardedCommand(run);
      if (isLast) await this.#state.finishImplicit(out, several ? undefined : run);
    } finally {
      portal.close();
    }
    out.complete(tag);
  }

  async prepare(name: string, sql: string, parameterOids: readonly number[]): Promise<void> {
    const statements = parseStatements(sql);
    if (statements.length > 1) throw sqlError('syntax_error', 'cannot insert multiple commands into a prepared statement');
    if (name !== '' && this.#state.prepared.has(name))
      throw sqlError('duplicate_prepared_statement', `prepared statement "${name}" already exists`);
    const [parsed] = statements;
    const prepared = new PreparedStatement(
      parsed?.text ?? '',
      parsed?.start ?? 0,
      parsed?.statement ?? null,
      parameterOids.map(declaredType),
    );
    this.#analyze(prepared, undefined);
    this.#state.prepared.get(name)?.release();
    this.#state.prepared.set(name, prepared);
  }

  async describeStatement(name: string): Promise<StatementDescription> {
    const analyzed = this.#analyze(this.#state.requirePrepared(name), undefined);
    if (analyzed === null) return {parameterOids: [], fields: null};
    return {parameterOids: analyzed.parameterTypes.map(oidOf), fields: analyzed.columns === null ? null : resultFields(analyzed.columns)};
  }

  bind(name: string, statement: string, parameters: Parameters): void {
    const prepared = this.#state.requirePrepared(statement);
    const analyzed = this.#analyze(prepared, undefined);
    if (name !== '' && this.#portals.has(name)) throw sqlError('duplicate_cursor', `cursor "${name}" already exists`);
    this.#closePortal(name);
    const width = analyzed?.columns?.length ?? 0;
    if (parameters.resultFormats.length > 1 && parameters.resultFormats.length !== width && analyzed?.columns !== null)
      throw sqlError(
        'protocol_violation',
        `bind message has ${parameters.resultFormats.length} result formats but query has ${width} columns`,
      );
    const bound = bindParameters(parameters, analyzed?.parameterTypes ?? [], () => this.#state.textSettings(), statement);
    this.#portals.set(name, new Portal(analyzed, bound, expandFormats(parameters.resultFormats, width)));
  }

  describePortal(name: string): PortalDescription {
    // A cursor of DECLARE is a portal too.
    const cursor = this.#portals.has(name) ? undefined : this.#state.cursors.get(name);
    if (cursor !== undefined) return {fields: resultFields(cursor.columns), formats: cursor.columns.map(() => 0)};
    const {statement, formats} = this.#requirePortal(name);
    return {fields: statement === null || statement.columns === null ? null : resultFields(statement.columns), formats};
  }

  execute(name: string, maxRows: number, out: ResultSink): Promise<'complete' | 'suspended'> {
    const portal = this.#requirePortal(name);
    this.#executions++;
    this.#executed = {portal, out};
    const run = (): Promise<'complete' | 'suspended'> => portal.execute(maxRows, out);
    const isAlone = this.#executions === 1 && portal.statement?.columns === null;
    return isAlone ? this.#state.guardedCommand(run) : this.#state.guarded(run);
  }

  async closeStatement(name: string): Promise<void> {
    this.#state.prepared.get(name)?.release();
    this.#state.prepared.delete(name);
  }

  async closePortal(name: string): Promise<void> {
    this.#closePortal(name);
  }

  sync(): void | Promise<void> {
    const executed = this.#executions === 1 ? this.#executed : undefined;
    this.#executions = 0;
    this.#executed = undefined;
    const again = executed === undefined ? undefined : async () => void (await executed.portal.runToEnd(executed.out));
    const finishing = this.#state.finishImplicit(executed?.out, again);
    const finished = (): void => {
      if (this.#state.transaction === undefined) this.#closeAllPortals();
    };
    return finishing === undefined ? finished() : finishing.then(finished);
  }

  fail(error: SqlError): void {
    this.#state.failed(error);
    if (this.#state.transaction === undefined) this.#closeAllPortals();
  }

  async close(): Promise<void> {
    this.#closeAllPortals();
    for (const prepared of this.#state.prepared.values()) prepared.release();
    await this.#state.abandon();
    this.#onClose();
  }

  /** Resolves names and types, or takes what was found before as long as it still holds. null = an empty query. */
  #analyze(prepared: PreparedStatement, out: ResultSink | undefined): AnalyzedStatement | null {
    const {statement} = prepared;
    if (statement === null) return null;
    const state = this.#state;
    if (state.transaction?.failed === true && !ENDS_FAILED_BLOCK.has(statement.kind))
      throw sqlError('in_failed_sql_transaction', 'current transaction is aborted, commands ignored until end of transaction block');
    const context: StatementContext = state.statementContext(prepared, out);
    try {
      return prepared.analyzed(state.analysisKey(), () => analyzeStatement(statement, context));
    } catch (error) {
      // The parser bounds nesting; long chains of operators can still be deeper than the stack.
      if (error instanceof RangeError)
        throw sqlError('statement_too_complex', 'stack depth limit exceeded', {hint: 'Split the statement, or nest fewer operators.'});
      throw toSqlError(error);
    }
  }

  #requirePortal(name: string): Portal {
    const portal = this.#portals.get(name);
    if (portal === undefined) throw sqlError('invalid_cursor_name', `portal "${name}" does not exist`);
    return portal;
  }

  #closePortal(name: string): void {
    this.#portals.get(name)?.close();
    this.#portals.delete(name);
  }

  #closeAllPortals(): void {
    for (const name of this.#portals.keys()) this.#closePortal(name);
  }
}

function declaredType(oid: number): SqlType | undefined {
  if (oid === 0) return undefined;
  const type = typeFromOid(oid);
  if (type === undefined) throw sqlError('undefined_object', `type with OID ${oid} does not exist`);
  return type.kind === 'unknown' ? undefined : type;
}
