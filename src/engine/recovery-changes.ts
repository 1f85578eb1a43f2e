import type {Catalog} from '../catalog/catalog.ts';
import {isRelation} from '../catalog/catalog-object.ts';
import {interpret} from '../codegen/interpret.ts';
import {detachedContext} from '../functions/evaluation-context.ts';
import {parseStatements} from '../parser/parse-statements.ts';
import type {Query} from '../parser/ast/query.ts';
import {planQuery, type PlannedQuery} from '../planner/plan-query.ts';
import type {RelationChange} from './dataflow/commands.ts';
import type {EngineServices} from './services.ts';
import {addSink} from './statements/create-sink.ts';
import {viewSpec} from './statements/create-materialized-view.ts';
import {streamSpec} from './statements/create-stream.ts';
import {tableSpec} from './statements/create-table.ts';
import {viewTtl} from './statements/view-ttl.ts';

/** Every stored relation, view and sink of the catalog as the dataflow side has to build it, inputs first. */
export function recoveryChanges(catalog: Catalog, {log}: EngineServices): RelationChange[] {
  const relations = [...catalog.objects()].filter(isRelation).sort((a, b) => a.id - b.id);
  const ownOf = (owner: number) => relations.flatMap(r => (r.kind === 'errors' && r.owner === owner ? [r] : []));
  const errorsOf = (owner: number): number => ownOf(owner).find(r => r.variety !== 'view-late')?.id ?? -1;
  return relations.flatMap((relation): RelationChange[] => {
    switch (relation.kind) {
      case 'stream':
        return [{kind: 'add-stream', relation: streamSpec(relation, errorsOf(relation.id), catalog)}];
      case 'table':
        return [{kind: 'add-table', relation: tableSpec(relation)}];
      case 'materialized-view':
        return [{kind: 'add-view', view: viewSpec(relation, ownOf(relation.id), planStored(relation, catalog, viewTtl(relation.options)))}];
      case 'sink': {
        if (relation.query === undefined) {
          log('error', 'a sink without a query was left out', {sink: relation.name});
          return [];
        }
        return [addSink(relation, ownOf(relation.id), planStored({...relation, query: relation.query}, catalog))];
      }
      default:
        return [];
    }
  });
}

/** Plans a stored query as it was planned when its object was created. */
function planStored(
  {query, searchPath}: {readonly query: string; readonly searchPath: readonly string[]},
  catalog: Catalog,
  ttl?: number,
): PlannedQuery {
  const [parsed] = parseStatements(query);
  return planQuery(parsed!.statement as Query, {
    catalog,
    searchPath,
    mode: 'maintained',
    ttl,
    parameterTypes: [],
    evaluateConstant: expression => interpret(expression, [], [], detachedContext()),
  });
}
