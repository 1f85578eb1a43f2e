import {sqlError} from '../../common/sql-error.ts';
import {SQLSTATE} from '../../common/sqlstate.ts';
import type {Begin, Commit, Rollback, SetTransaction, TransactionModes} from '../../parser/ast/transaction.ts';
import type {TransactionStatement} from '../../parser/ast/statement.ts';
import type {ResultSink} from '../api.ts';
import type {SessionState} from '../sessions/session-state.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {commandStatement} from './datum-rows.ts';
import type {StatementContext} from './statement-context.ts';

type Modes = TransactionModes;

function warn(out: ResultSink, condition: 'active_sql_transaction' | 'no_active_sql_transaction', message: string): void {
  out.notice({severity: 'WARNING', code: SQLSTATE[condition], message, fields: {}});
}

function applyModes(session: SessionState, {isolation}: Modes): void {
  if (isolation !== undefined) session.settings.set('transaction_isolation', isolation, 'local');
}

export function analyzeBegin({start, modes}: Begin, {session}: StatementContext): AnalyzedStatement {
  const tag = start ? 'START TRANSACTION' : 'BEGIN';
  return commandStatement(async out => {
    if (session.transaction?.explicit) {
      warn(out, 'active_sql_transaction', 'there is already a transaction in progress');
      return tag;
    }
    await session.finishImplicit(out);
    session.beginBlock(modes.readOnly ?? session.settings.isOn('default_transaction_read_only'));
    applyModes(session, modes);
    return tag;
  });
}

export function analyzeCommit({chain}: Commit, {session}: StatementContext): AnalyzedStatement {
  return commandStatement(async out => {
    const {transaction} = session;
    if (!transaction?.explicit) {
      warn(out, 'no_active_sql_transaction', 'there is no transaction in progress');
      await session.commit(out);
      return 'COMMIT';
    }
    if (transaction.failed) session.rollback(out);
    else await session.commit(out);
    if (chain) session.beginBlock(transaction.readOnly);
    return transaction.failed ? 'ROLLBACK' : 'COMMIT';
  });
}

export function analyzeRollback({chain}: Rollback, {session}: StatementContext): AnalyzedStatement {
  return commandStatement(async out => {
    const {transaction} = session;
    if (!transaction?.explicit) warn(out, 'no_active_sql_transaction', 'there is no transaction in progress');
    session.rollback(out);
    if (chain) session.beginBlock(transaction?.readOnly ?? false);
    return 'ROLLBACK';
  });
}

export function analyzeSetTransaction({scope, modes}: SetTransaction, {session}: StatementContext): AnalyzedStatement {
  return commandStatement(async () => {
    const {isolation, readOnly} = modes;
    if (scope === 'session') {
      if (isolation !== undefined) session.settings.set('default_transaction_isolation', isolation, 'session');
      if (readOnly !== undefined) session.settings.set('default_transaction_read_only', readOnly ? 'on' : 'off', 'session');
    } else applyModes(session, modes);
    return 'SET';
  });
}

/** Savepoints: the statements of a block either all hold or none; a savepoint inside one cannot be kept yet. */
export function refuseSavepoint(statement: TransactionStatement): AnalyzedStatement {
  throw sqlError('feature_not_supported', 'savepoints are not supported', {
    position: statement.span.start,
    hint: 'Use one transaction block for what must hold together.',
  });
}
