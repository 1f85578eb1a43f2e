import type {Catalog} from '../../catalog/catalog.ts';
import type {MaterializedView} from '../../catalog/relation.ts';
import type {DataflowPlan} from '../dataflow/dataflow-plan.ts';
import type {TimeContext} from './bound-time.ts';
import {tracedView, type Origin, type OriginOf} from './late-gate.ts';
import {streamTimes} from './stream-times.ts';

/** What the catalog's relations say of their columns: streams by their watermarks, views by what they were planned with. */
export function catalogTimes(catalog: Catalog, planOf: (view: MaterializedView) => DataflowPlan): TimeContext {
  const originOf: OriginOf = id => {
    const relation = catalog.relation(id);
    if (relation?.kind === 'materialized-view') return relation.appendOnly ? viewOrigin(relation, planOf, originOf) : null;
    if (relation?.kind !== 'stream') return null;
    const {columns, time} = relation;
    return {
      kind: 'stream',
      partition: columns.length,
      offset: columns.length + 1,
      time: time && {ordinal: time.column, type: columns[time.column]!.type},
    };
  };
  return {
    originOf,
    timeOf: (id, ordinal) => {
      const relation = catalog.relation(id);
      if (relation?.kind === 'materialized-view') return relation.times?.[ordinal] ?? null;
      return relation?.kind === 'stream' ? (streamTimes(relation, catalog)?.columns[ordinal] ?? null) : null;
    },
    streamOf: id => {
      const relation = catalog.relation(id);
      return relation?.kind === 'stream' ? streamTimes(relation, catalog) : undefined;
    },
  };
}

const origins = new WeakMap<MaterializedView, Origin | null>();

/** Worked out once for a view: what it reads does not change while it is there. */
function viewOrigin(view: MaterializedView, planOf: (view: MaterializedView) => DataflowPlan, originOf: OriginOf): Origin | null {
  const known = origins.get(view);
  if (known !== undefined) return known;
  const traced = tracedView(planOf(view), originOf);
  const ordinal = view.times?.findIndex(time => time?.role === 'event-time') ?? -1;
  const time = ordinal < 0 ? undefined : {ordinal, type: view.columns[ordinal]!.type};
  const origin = traced === undefined ? null : ({kind: 'view', traced, time} as const);
  origins.set(view, origin);
  return origin;
}
