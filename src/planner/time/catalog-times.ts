import type {Catalog} from '../../catalog/catalog.ts';
import type {TimeContext} from './bound-time.ts';

/** What the catalog's relations say of their columns: streams by their watermarks, views by what they were planned with. */
export function catalogTimes(catalog: Catalog): TimeContext {
  return {
    timeOf: (id, ordinal) => {
      const relation = catalog.relation(id);
      if (relation?.kind === 'materialized-view') return relation.times?.[ordinal] ?? null;
      if (relation?.kind !== 'stream' || relation.time?.column !== ordinal) return null;
      return {bound: {kind: 'watermark', stream: id, lateness: relation.time.allowedLateness}, role: 'event-time'};
    },
    originOf: id => {
      const relation = catalog.relation(id);
      if (relation?.kind !== 'stream') return null;
      const {columns, time} = relation;
      return {
        partition: columns.length,
        offset: columns.length + 1,
        time: time && {ordinal: time.column, type: columns[time.column]!.type},
      };
    },
  };
}
