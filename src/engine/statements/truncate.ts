import {requireRelation} from '../../catalog/resolve-name.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {Truncate} from '../../parser/ast/ddl.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {commandStatement} from './datum-rows.ts';
import {nameScope, partsOf} from './name-scope.ts';
import type {StatementContext} from './statement-context.ts';

/** TRUNCATE: empties tables when the transaction commits, whatever others have put in meanwhile. */
export function analyzeTruncate(statement: Truncate, context: StatementContext): AnalyzedStatement {
  const {session} = context;
  return commandStatement(() => {
    const transaction = session.begun();
    transaction.assertWritable('TRUNCATE TABLE');
    const tables = statement.tables.map(name => {
      const relation = requireRelation(nameScope(context), partsOf(name), name.span.start);
      if (relation.kind !== 'table') throw sqlError('wrong_object_type', `"${relation.name}" is not a table`, {position: name.span.start});
      return relation.id;
    });
    transaction.change(
      session.catalog,
      [],
      [...new Set(tables)].map(relation => ({kind: 'truncate', relation})),
    );
    return 'TRUNCATE TABLE';
  });
}
