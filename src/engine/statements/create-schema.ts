import type {Schema} from '../../catalog/catalog-object.ts';
import {sqlError} from '../../common/sql-error.ts';
import {SQLSTATE} from '../../common/sqlstate.ts';
import type {CreateSchema} from '../../parser/ast/ddl.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {commandStatement} from './datum-rows.ts';
import type {StatementContext} from './statement-context.ts';

/** CREATE SCHEMA; roles own nothing yet, so AUTHORIZATION only gives the name. */
export function analyzeCreateSchema(statement: CreateSchema, {session}: StatementContext): AnalyzedStatement {
  return commandStatement(out => {
    const transaction = session.begun();
    transaction.assertWritable('CREATE SCHEMA');
    const name = statement.name?.parts.at(-1)?.name ?? statement.authorization?.name ?? session.user;
    if (name.startsWith('pg_'))
      throw sqlError('reserved_name', `unacceptable schema name "${name}"`, {
        position: statement.span.start,
        detail: 'The prefix "pg_" is reserved for system schemas.',
      });
    if (statement.ifNotExists && session.catalog.schema(name) !== undefined) {
      out.notice({severity: 'NOTICE', code: SQLSTATE.duplicate_schema, message: `schema "${name}" already exists, skipping`, fields: {}});
      return 'CREATE SCHEMA';
    }
    const schema: Schema = {kind: 'schema', id: session.newIds(1), name};
    transaction.change(session.catalog.withObject(schema), [{kind: 'put', object: schema}], []);
    return 'CREATE SCHEMA';
  });
}
