import {catalogFunctions} from '../../catalog/system/catalog-functions.ts';
import {objectNames} from '../../catalog/system/object-names.ts';
import {rebase} from '../../catalog/rebase.ts';
import {NO_FACTS} from '../../catalog/system/runtime-facts.ts';
import type {Catalog} from '../../catalog/catalog.ts';
import {expandSearchPath, type SearchPath} from '../../catalog/search-path.ts';
import {sqlError, SqlError} from '../../common/sql-error.ts';
import type {EvaluationContext} from '../../functions/evaluation-context.ts';
import type {ObjectNames, TextSettings} from '../../types/text-settings.ts';
import type {ResultSink} from '../api.ts';
import {encodeDdl} from '../catalog-store.ts';
import type {EngineServices} from '../services.ts';
import type {ResultColumn, RowCursor} from '../statements/analyzed-statement.ts';
import type {StatementContext} from '../statements/statement-context.ts';
import type {PreparedStatement} from './prepared-statement.ts';
import {parseSearchPath} from './parse-search-path.ts';
import {Settings} from './settings.ts';
import {Transaction} from './transaction.ts';

/** A cursor of DECLARE. */
export type NamedCursor = {
  readonly cursor: RowCursor;
  readonly columns: readonly ResultColumn[];
  readonly hold: boolean;
  /** All rows have been taken. */
  done: boolean;
};

let nextSession = 1;

/** What statements of one session share: settings, the transaction in progress, prepared statements, cursors. */
export class SessionState {
  readonly id = nextSession++;
  readonly user: string;
  readonly database: string;
  readonly services: EngineServices;
  readonly settings: Settings;
  readonly prepared = new Map<string, PreparedStatement>();
  readonly cursors = new Map<string, NamedCursor>();
  readonly backendPid: number;
  /** Streams whose missing columns the client has been told of. */
  readonly toldMissing = new Set<number>();
  transaction: Transaction | undefined;
  #out: ResultSink | undefined;
  #cancel: ((error: SqlError) => void) | undefined;
  /** Asks what the statement waits for to stop; see `cancellable`. */
  #stop: ((error: SqlError) => void) | undefined;
  #statementTime = 0n;
  /** Derived from one version of the settings. */
  #timeout = {version: -1, ms: 0};
  #analysisKey = {version: -1, catalog: -1, key: ''};

  /** Names of objects in the text of regclass and the like, by the snapshot and search path of the moment. */
  readonly #names: ObjectNames = {
    nameOf: (kind, oid) => this.#objectNames().nameOf(kind, oid),
    oidOf: (kind, name) => this.#objectNames().oidOf(kind, name),
  };

  constructor(options: {user: string; database: string; services: EngineServices; backendPid: number}) {
    this.user = options.user;
    this.database = options.database;
    this.services = options.services;
    this.backendPid = options.backendPid;
    this.settings = new Settings(change => this.#out?.parameterStatus(change.name, change.value));
  }

  get catalog(): Catalog {
    return this.transaction?.catalog ?? this.services.catalogs.current;
  }

  /** The first of `count` ids in a row for new objects. */
  newIds(count: number): number {
    return this.services.catalogs.takeIds(count);
  }

  get searchPath(): SearchPath {
    return expandSearchPath(parseSearchPath(this.settings.get('search_path')), this.user);
  }

  /** Analyses made under the same key hold: everything that names, types and folded constants may depend on. */
  analysisKey(): string {
    const {version} = this.settings;
    const catalog = this.catalog.version;
    const last = this.#analysisKey;
    if (last.version === version && last.catalog === catalog) return last.key;
    const key = `${catalog}/${this.settings.get('search_path')}/${this.settings.get('TimeZone')}`;
    this.#analysisKey = {version, catalog, key};
    return key;
  }

  textSettings(): TextSettings {
    return {timeZone: this.settings.get('TimeZone'), now: this.services.now(), names: this.#names};
  }

  #objectNames(): ObjectNames {
    const {catalog, user, database} = this;
    return objectNames(catalog, catalogFunctions({catalog, facts: NO_FACTS, session: {user, database}}, this.searchPath));
  }

  /** What functions may ask: the transaction's time, settings, who is asking. */
  evaluationContext(): EvaluationContext {
    const {settings, services} = this;
    return {
      now: this.transaction?.startedAt ?? services.now(),
      statementTime: this.#statementTime,
      clock: services.now,
      timeZone: settings.get('TimeZone'),
      names: this.#names,
      setting: name => settings.find(name),
      changeSetting: (name, value, local) => {
        settings.set(name, value, local ? 'local' : 'session');
        return settings.get(name);
      },
      session: {
        user: this.user,
        sessionUser: this.user,
        database: this.database,
        searchPath: this.searchPath.filter(schema => this.catalog.schema(schema) !== undefined),
        backendPid: this.backendPid,
      },
    };
  }

  statementContext({text, start, declaredTypes}: PreparedStatement, out: ResultSink | undefined): StatementContext {
    return {session: this, services: this.services, text, start, declaredTypes, out};
  }

  requirePrepared(name: string): PreparedStatement {
    const prepared = this.prepared.get(name);
    if (prepared === undefined)
      throw sqlError(
        'invalid_sql_statement_name',
        name === '' ? 'unnamed prepared statement does not exist' : `prepared statement "${name}" does not exist`,
      );
    return prepared;
  }

  /** The transaction in progress, or a new implicit one. */
  begun(): Transaction {
    this.transaction ??= this.#begin(false, this.settings.isOn('default_transaction_read_only'));
    return this.transaction;
  }

  /** BEGIN: makes the transaction an explicit block. */
  beginBlock(readOnly: boolean): void {
    this.settings.begin();
    this.transaction = this.#begin(true, readOnly);
  }

  #begin(explicit: boolean, readOnly: boolean): Transaction {
    return new Transaction({explicit, catalog: this.services.catalogs.current, startedAt: this.services.now(), readOnly});
  }

  /**
   * The number under which the dataflow side knows the transaction, opened there with the first statement that reads or writes data;
   * 0 = the statement stands by itself.
   */
  async onDataflow(): Promise<number> {
    const transaction = this.begun();
    if (!transaction.isBlock) return 0;
    const {dataflow} = this.services;
    if (!transaction.openOnDataflow) {
      transaction.openOnDataflow = true;
      await dataflow.send({kind: 'begin', session: this.id});
    }
    const changes = transaction.relationChanges.slice(transaction.staged);
    transaction.staged += changes.length;
    if (changes.length > 0) await dataflow.send({kind: 'stage', session: this.id, changes});
    return this.id;
  }

  /** Waits for work that decides itself how it ends: cancelling the statement only asks it to stop. */
  async cancellable<R>(work: Promise<R>, stop: () => void): Promise<R> {
    let reason: SqlError | undefined;
    this.#stop = error => {
      reason = error;
      stop();
    };
    try {
      return await work;
    } catch (error) {
      throw reason ?? error;
    } finally {
      this.#stop = undefined;
    }
  }

  /** Waits for work that goes on elsewhere; a cancelled statement turns its back on it. */
  async orCancelled<R>(work: Promise<R>): Promise<R> {
    work.catch(() => {});
    let leave = (): void => {};
    const left = new Promise<never>((_, reject) => (leave = () => reject(new Error('cancelled'))));
    return this.cancellable(Promise.race([work, left]), leave);
  }

  /** Runs one statement: under the statement timeout, cancellable, with its time fixed. */
  guarded<R>(run: () => Promise<R>): Promise<R> {
    this.#statementTime = this.services.now();
    const timeout = this.#statementTimeout();
    return new Promise<R>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const ended = (): void => {
        if (this.#cancel === cancel) this.#cancel = undefined;
        clearTimeout(timer);
      };
      const failed = (error: Error): void => {
        ended();
        reject(error);
      };
      const cancel = (error: SqlError): void => (this.#stop ?? failed)(error);
      this.#cancel = cancel;
      if (timeout > 0)
        timer = setTimeout(() => cancel(sqlError('query_canceled', 'canceling statement due to statement timeout')), timeout);
      run().then(result => {
        ended();
        resolve(result);
      }, failed);
    });
  }

  /** As `guarded`, for a command by itself: when what it reads was dropped under it, it runs again, against what is there then. */
  async guardedCommand<R>(run: () => Promise<R>): Promise<R> {
    for (;;) {
      try {
        return await this.guarded(run);
      } catch (error) {
        const isRaced = error instanceof SqlError && error.condition === 'serialization_failure';
        if (!isRaced || this.transaction === undefined || this.transaction.explicit) throw error;
        this.#end(false);
      }
    }
  }

  #statementTimeout(): number {
    const {version} = this.settings;
    if (this.#timeout.version !== version) this.#timeout = {version, ms: this.settings.milliseconds('statement_timeout')};
    return this.#timeout.ms;
  }

  cancelRunning(error: SqlError): void {
    this.#cancel?.(error);
  }

  /**
   * Ends an implicit transaction by committing it; explicit blocks stay open. `again` runs its only statement once more, against what others
   * have published meanwhile: it never fails because they did, only because of what is there now.
   */
  finishImplicit(out: ResultSink | undefined, again?: () => Promise<void>): void | Promise<void> {
    if (this.transaction === undefined || this.transaction.explicit) return;
    if (this.transaction.wrote) return this.#commitImplicit(out, again);
    this.#end(true);
  }

  async #commitImplicit(out: ResultSink | undefined, again: (() => Promise<void>) | undefined): Promise<void> {
    for (;;) {
      const conflict = await this.tryCommit(out);
      if (conflict === undefined) return;
      if (again === undefined) throw conflict;
      await this.guarded(again);
    }
  }

  async commit(out: ResultSink | undefined): Promise<void> {
    const conflict = await this.tryCommit(out);
    if (conflict !== undefined) throw conflict;
  }

  /**
   * Publishes what the transaction did: writes and DDL in one step, durable before this resolves. If it does not go with the DDL of others
   * it is undone, and the error says why.
   */
  async tryCommit(out: ResultSink | undefined): Promise<SqlError | undefined> {
    const {transaction} = this;
    if (transaction === undefined) return undefined;
    this.#out = out;
    try {
      const conflict = transaction.wrote ? await this.#apply(transaction) : undefined;
      this.#end(conflict === undefined);
      return conflict;
    } catch (error) {
      this.#end(false);
      throw error;
    } finally {
      this.#out = undefined;
    }
  }

  #apply(transaction: Transaction): Promise<SqlError | undefined> {
    const apply = (): Promise<SqlError | undefined> => this.#applyNow(transaction);
    return transaction.relationChanges.length + transaction.catalogChanges.length === 0
      ? apply()
      : this.services.catalogs.exclusively(apply);
  }

  async #applyNow(transaction: Transaction): Promise<SqlError | undefined> {
    const {services} = this;
    const {catalogChanges, relationChanges, base} = transaction;
    const rebased = rebase(catalogChanges, base, services.catalogs.current);
    if (rebased.kind === 'conflict') return concurrentDdl(rebased.detail);
    const emptied = relationChanges.find(c => c.kind === 'truncate' && rebased.catalog.relation(c.relation) === undefined);
    if (emptied !== undefined) return concurrentDdl('A table was dropped meanwhile.');
    const ddl = catalogChanges.length === 0 ? null : encodeDdl(catalogChanges, services.catalogs.nextId);
    const {journalPosition} = await services.dataflow.send({
      kind: 'apply',
      session: transaction.openOnDataflow ? this.id : 0,
      changes: relationChanges,
      ddl,
    });
    transaction.openOnDataflow = false;
    if (journalPosition === undefined) return undefined;
    await services.durable(journalPosition);
    if (catalogChanges.length > 0) services.catalogs.publish(rebased.catalog, catalogChanges, journalPosition);
    return undefined;
  }

  rollback(out: ResultSink | undefined): void {
    this.#out = out;
    this.#end(false);
    this.#out = undefined;
  }

  #end(committed: boolean): void {
    const {transaction} = this;
    this.transaction = undefined;
    if (transaction?.openOnDataflow) this.services.dataflow.post({kind: 'rollback', session: this.id});
    if (transaction?.explicit) this.settings.end(committed);
    for (const [name, cursor] of this.cursors) {
      if (committed && cursor.hold) continue;
      cursor.cursor.close();
      this.cursors.delete(name);
    }
  }

  /** A statement failed: an explicit block waits for its end, an implicit transaction is undone. */
  failed(_error: SqlError): void {
    if (this.transaction === undefined) return;
    if (this.transaction.explicit) this.transaction.failed = true;
    else this.#end(false);
  }

  async abandon(): Promise<void> {
    if (this.transaction !== undefined) this.#end(false);
    for (const {cursor} of this.cursors.values()) cursor.close();
    this.cursors.clear();
  }
}

const concurrentDdl = (detail: string): SqlError =>
  sqlError('serialization_failure', 'could not serialize access due to concurrent DDL', {detail, hint: 'Retry the transaction.'});
