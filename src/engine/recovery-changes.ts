import type {Catalog} from '../catalog/catalog.ts';
import {isRelation} from '../catalog/catalog-object.ts';
import type {ErrorRelation, MaterializedView, Relation, Sink} from '../catalog/relation.ts';
import {interpret} from '../codegen/interpret.ts';
import {toSqlError} from '../common/sql-error.ts';
import {detachedContext} from '../functions/evaluation-context.ts';
import {parseStatements} from '../parser/parse-statements.ts';
import type {Query} from '../parser/ast/query.ts';
import {planQuery, type PlannedQuery} from '../planner/plan-query.ts';
import type {RelationChange} from './dataflow/commands.ts';
import {unplannableError, type Unplannable} from '../planner/unplannable.ts';
import type {EngineServices} from './services.ts';
import {addSink} from './statements/create-sink.ts';
import {viewSpec} from './statements/create-materialized-view.ts';
import {streamSpec} from './statements/create-stream.ts';
import {tableSpec} from './statements/create-table.ts';
import {viewTtl} from './statements/view-ttl.ts';
import {unplannedSink, unplannedView} from './unplanned-objects.ts';

/**
 * Every stored relation, view and sink of the catalog as the dataflow side has to build it, inputs first. Views and sinks that this version
 * cannot plan, and those that read them, are there without rows and are not served.
 */
export function recoveryChanges(catalog: Catalog, {log}: Pick<EngineServices, 'log'>): RelationChange[] {
  const relations = [...catalog.objects()].filter(isRelation).sort((a, b) => a.id - b.id);
  const ownOf = (owner: number) => relations.flatMap(r => (r.kind === 'errors' && r.owner === owner ? [r] : []));
  const errorsOf = (owner: number): number => ownOf(owner).find(r => r.variety !== 'view-late')?.id ?? -1;
  /** Views without a plan, with their `$errors` and `$late`: what reads them. */
  const unplanned = new Map<number, {readonly reason: string; readonly through: string}>();
  const planned = (relation: MaterializedView | Sink, own: readonly ErrorRelation[], make: Makers): RelationChange => {
    const kind = relation.kind === 'sink' ? 'sink' : 'materialized view';
    const [below] = readBy(relation, catalog).flatMap(id => unplanned.get(id) ?? []);
    let unplannable: Unplannable | undefined = below && {kind, ...below};
    try {
      if (unplannable === undefined) return make.change(make.plan());
    } catch (error) {
      unplannable = {kind, reason: toSqlError(error).message};
    }
    const {message, fields} = unplannableError(relation.name, unplannable);
    log('error', `${message}. ${fields.hint ?? ''}`, {[relation.kind]: relation.name});
    const {reason, through = relation.name} = unplannable;
    for (const {id} of [relation, ...own]) unplanned.set(id, {reason, through});
    return make.without(unplannable);
  };
  return relations.flatMap((relation): RelationChange[] => {
    const own = ownOf(relation.id);
    switch (relation.kind) {
      case 'stream':
        return [{kind: 'add-stream', relation: streamSpec(relation, errorsOf(relation.id), catalog)}];
      case 'table':
        return [{kind: 'add-table', relation: tableSpec(relation)}];
      case 'materialized-view':
        return [
          planned(relation, own, {
            plan: () => planStored(relation, catalog, viewTtl(relation.options)),
            change: plan => ({kind: 'add-view', view: viewSpec(relation, own, plan)}),
            without: unplannable => unplannedView(relation, own, unplannable),
          }),
        ];
      case 'sink': {
        const {query} = relation;
        if (query === undefined) {
          log('error', 'a sink without a query was left out', {sink: relation.name});
          return [];
        }
        return [
          planned(relation, own, {
            plan: () => planStored({...relation, query}, catalog),
            change: plan => addSink(relation, own, plan),
            without: unplannable => unplannedSink(relation, own, unplannable),
          }),
        ];
      }
      default:
        return [];
    }
  });
}

/** What an object reads, itself or through plain views. */
const readBy = ({dependsOn}: Relation, catalog: Catalog): number[] =>
  dependsOn.flatMap(id => {
    const relation = catalog.relation(id);
    return relation?.kind === 'view' ? readBy(relation, catalog) : [id];
  });

type Makers = {
  readonly plan: () => PlannedQuery;
  readonly change: (plan: PlannedQuery) => RelationChange;
  readonly without: (unplannable: Unplannable) => RelationChange;
};

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
