import type {CompositeTypeObject} from '../../catalog/catalog-object.ts';
import type {CreateCompositeType} from '../../parser/ast/ddl.ts';
import {bindCompositeFields} from '../../planner/binder/bind-columns.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {commandStatement} from './datum-rows.ts';
import {binderContext, targetOf} from './name-scope.ts';
import type {StatementContext} from './statement-context.ts';

/** CREATE TYPE name AS (…). */
export function analyzeCreateType(statement: CreateCompositeType, context: StatementContext): AnalyzedStatement {
  const {session} = context;
  return commandStatement(() => {
    const transaction = session.begun();
    transaction.assertWritable('CREATE TYPE');
    const target = targetOf(statement.name, context);
    const binder = binderContext(context);
    const fields = bindCompositeFields(binder, statement.fields);
    const type: CompositeTypeObject = {kind: 'type', id: session.newIds(2), ...target, fields, dependsOn: [...binder.typesNamed]};
    transaction.change(session.catalog.withObject(type), [{kind: 'put', object: type}], []);
    return 'CREATE TYPE';
  });
}
