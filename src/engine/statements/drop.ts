import type {CatalogObject} from '../../catalog/catalog-object.ts';
import {isRelation} from '../../catalog/catalog-object.ts';
import {planDrop} from '../../catalog/plan-drop.ts';
import {findRelation, findType, splitName} from '../../catalog/resolve-name.ts';
import {sqlError} from '../../common/sql-error.ts';
import {SQLSTATE} from '../../common/sqlstate.ts';
import type {Drop, ObjectKind} from '../../parser/ast/ddl.ts';
import type {QualifiedName} from '../../parser/ast/names.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {commandStatement} from './datum-rows.ts';
import {nameScope} from './name-scope.ts';
import {deliverFirst, deliveringSinks} from './deliver-first.ts';
import type {StatementContext} from './statement-context.ts';

const KIND_NAMES: Partial<Record<ObjectKind, string>> = {'materialized-view': 'materialized view'};
const kindName = (kind: ObjectKind): string => KIND_NAMES[kind] ?? kind;

/** DROP …: the objects, and with CASCADE what depends on them. */
export function analyzeDrop(statement: Drop, context: StatementContext): AnalyzedStatement {
  const {session} = context;
  const tag = `DROP ${kindName(statement.objectKind).toUpperCase()}`;
  return commandStatement(async out => {
    const transaction = session.begun();
    transaction.assertWritable(tag);
    const scope = nameScope(context);
    const targets = statement.names.flatMap(name => {
      const found = findTarget(statement.objectKind, name, scope);
      if (found !== undefined) return [found];
      const missing = missingText(statement.objectKind, name);
      if (!statement.ifExists)
        throw sqlError(
          statement.objectKind === 'schema'
            ? 'invalid_schema_name'
            : statement.objectKind === 'type'
              ? 'undefined_object'
              : 'undefined_table',
          missing,
          {position: name.span.start},
        );
      out.notice({severity: 'NOTICE', code: SQLSTATE.warning, message: `${missing}, skipping`, fields: {}});
      return [];
    });
    if (targets.length === 0) return tag;
    const plan = planDrop(scope, targets, statement.behavior ?? 'restrict');
    if (plan.notice !== undefined)
      out.notice({severity: 'NOTICE', code: SQLSTATE.warning, message: plan.notice.message, fields: {detail: plan.notice.detail}});
    const sinks = deliveringSinks(plan.ids, context);
    if (sinks.length > 0) await deliverFirst(sinks, context, out);
    let {catalog} = session;
    const relations = plan.ids.filter(id => isRelation(catalog.object(id)));
    for (const id of plan.ids) catalog = catalog.without(id);
    transaction.change(
      catalog,
      plan.ids.map(id => ({kind: 'remove', id})),
      relations.map(relation => ({kind: 'drop', relation})),
    );
    return tag;
  });
}

type Scope = Parameters<typeof findRelation>[0];

function findTarget(kind: ObjectKind, name: QualifiedName, scope: Scope): CatalogObject | undefined {
  const parts = name.parts.map(p => p.name);
  const position = name.span.start;
  if (kind === 'schema') return scope.catalog.schema(parts.at(-1)!);
  if (kind === 'type') return findType(scope, parts);
  const relation = findRelation(scope, parts, position);
  if (relation === undefined) return undefined;
  const wanted = kind === 'source' ? 'stream' : kind;
  if (relation.kind !== wanted) {
    throw sqlError('wrong_object_type', `"${relation.name}" is not a ${kindName(kind)}`, {
      position,
      hint: `Use DROP ${kindName(relation.kind as ObjectKind).toUpperCase()} to remove it.`,
    });
  }
  return relation;
}

function missingText(kind: ObjectKind, name: QualifiedName): string {
  const {name: own} = splitName(
    name.parts.map(p => p.name),
    undefined,
    name.span.start,
  );
  return `${kindName(kind)} "${own}" does not exist`;
}
