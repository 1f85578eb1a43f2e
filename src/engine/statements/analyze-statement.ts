import {sqlError} from '../../common/sql-error.ts';
import type {Statement} from '../../parser/ast/statement.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {analyzeCreateMaterializedView} from './create-materialized-view.ts';
import {analyzeCreateSink} from './create-sink.ts';
import {analyzeCreateStream} from './create-stream.ts';
import {analyzeAlter} from './alter-stream.ts';
import {analyzeComment} from './comment.ts';
import {analyzeCreateSchema} from './create-schema.ts';
import {analyzeCreateTable} from './create-table.ts';
import {analyzeCreateType} from './create-type.ts';
import {analyzeCreateView} from './create-view.ts';
import {analyzeCloseCursor, analyzeDeclareCursor, analyzeFetch} from './cursors.ts';
import {analyzeDml} from './dml.ts';
import {analyzeDrop} from './drop.ts';
import {analyzeExplain} from './explain.ts';
import {analyzeDeallocate, analyzeExecute, analyzePrepare} from './prepare.ts';
import {analyzeTruncate} from './truncate.ts';
import {commandStatement} from './datum-rows.ts';
import {analyzeSelect} from './select.ts';
import {isAppendOnlyTable} from './stream-shape.ts';
import {analyzeDiscard, analyzeReset, analyzeSet, analyzeShow} from './setting-statements.ts';
import {analyzeShowObjects} from './show-objects.ts';
import type {StatementContext} from './statement-context.ts';
import {analyzeBegin, analyzeCommit, analyzeRollback, analyzeSetTransaction, refuseSavepoint} from './transaction-statements.ts';

/** Resolves a statement: one handler for each kind. Errors carry positions. */
export function analyzeStatement(statement: Statement, context: StatementContext): AnalyzedStatement {
  switch (statement.kind) {
    case 'query':
      return analyzeSelect(statement, context);
    case 'create-stream':
    case 'create-source':
      return analyzeCreateStream(statement, context);
    case 'create-materialized-view':
      return analyzeCreateMaterializedView(statement, context);
    case 'create-sink':
      return analyzeCreateSink(statement, context);
    case 'create-view':
      return analyzeCreateView(statement, context);
    case 'create-schema':
      return analyzeCreateSchema(statement, context);
    case 'create-composite-type':
      return analyzeCreateType(statement, context);
    case 'truncate':
      return analyzeTruncate(statement, context);
    case 'alter':
      return analyzeAlter(statement, context);
    case 'comment':
      return analyzeComment(statement, context);
    case 'prepare':
      return analyzePrepare(statement, context, analyzeStatement);
    case 'execute':
      return analyzeExecute(statement, context, analyzeStatement);
    case 'deallocate':
      return analyzeDeallocate(statement, context);
    case 'declare-cursor':
      return analyzeDeclareCursor(statement, context);
    case 'fetch':
    case 'move':
      return analyzeFetch(statement, context);
    case 'close':
      return analyzeCloseCursor(statement, context);
    case 'explain':
      return analyzeExplain(statement, context);
    case 'create-table':
      return isAppendOnlyTable(statement) ? analyzeCreateStream(statement, context) : analyzeCreateTable(statement, context);
    case 'insert':
    case 'update':
    case 'delete':
      return analyzeDml(statement, context);
    case 'drop':
      return analyzeDrop(statement, context);
    case 'begin':
      return analyzeBegin(statement, context);
    case 'commit':
      return analyzeCommit(statement, context);
    case 'rollback':
      return analyzeRollback(statement, context);
    case 'set-transaction':
      return analyzeSetTransaction(statement, context);
    case 'savepoint':
    case 'release-savepoint':
    case 'rollback-to-savepoint':
      return refuseSavepoint(statement);
    case 'set':
      return analyzeSet(statement, context);
    case 'reset':
      return analyzeReset(statement, context);
    case 'show':
      return analyzeShow(statement, context);
    case 'show-objects':
      return analyzeShowObjects(statement, context);
    case 'discard':
      return analyzeDiscard(statement, context);
    case 'checkpoint':
      return commandStatement(async () => {
        await context.services.deliver();
        return 'CHECKPOINT';
      });
    case 'flush':
      return commandStatement(() => 'FLUSH');
    default:
      throw sqlError('feature_not_supported', `${statement.kind.replaceAll('-', ' ').toUpperCase()} is not supported yet`, {
        position: statement.span.start,
      });
  }
}
