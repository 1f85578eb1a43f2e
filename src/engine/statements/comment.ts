import {objectKindName, type CatalogObject} from '../../catalog/catalog-object.ts';
import {findType, requireRelation} from '../../catalog/resolve-name.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {Comment} from '../../parser/ast/ddl.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {commandStatement} from './datum-rows.ts';
import {nameScope, partsOf} from './name-scope.ts';
import type {StatementContext} from './statement-context.ts';

/** COMMENT ON an object or column IS text. */
export function analyzeComment(statement: Comment, context: StatementContext): AnalyzedStatement {
  const {session} = context;
  return commandStatement(() => {
    const transaction = session.begun();
    transaction.assertWritable('COMMENT');
    const object = commented(statement, context);
    if (object.id < 16384)
      throw sqlError('insufficient_privilege', 'system objects cannot be changed', {position: statement.name.span.start});
    transaction.change(session.catalog.withObject(object), [{kind: 'put', object}], []);
    return 'COMMENT';
  });
}

function commented({objectKind, name, comment}: Comment, context: StatementContext): CatalogObject {
  const scope = nameScope(context);
  const parts = partsOf(name);
  const position = name.span.start;
  const own = parts.at(-1)!;
  switch (objectKind) {
    case 'schema': {
      const schema = scope.catalog.schema(own);
      if (schema === undefined) throw sqlError('invalid_schema_name', `schema "${own}" does not exist`, {position});
      return {...schema, comment};
    }
    case 'type': {
      const type = findType(scope, parts);
      if (type === undefined) throw sqlError('undefined_object', `type "${own}" does not exist`, {position});
      return {...type, comment};
    }
    case 'column': {
      const relation = requireRelation(scope, parts.slice(0, -1), position);
      if (!relation.columns.some(column => column.name === own))
        throw sqlError('undefined_column', `column "${own}" of relation "${relation.name}" does not exist`, {position});
      return {...relation, columns: relation.columns.map(column => (column.name === own ? {...column, comment} : column))};
    }
    case 'table':
    case 'view':
    case 'materialized-view':
    case 'stream':
    case 'source':
    case 'sink': {
      const relation = requireRelation(scope, parts, position);
      const wanted = objectKind === 'source' ? 'stream' : objectKind;
      if (relation.kind !== wanted)
        throw sqlError('wrong_object_type', `"${relation.name}" is not a ${objectKindName({...relation, kind: wanted} as CatalogObject)}`, {
          position,
        });
      return {...relation, comment};
    }
    default:
      throw sqlError('feature_not_supported', `COMMENT ON ${objectKind.toUpperCase()} is not supported`, {position});
  }
}
