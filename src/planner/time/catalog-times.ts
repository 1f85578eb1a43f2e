import type {Catalog} from '../../catalog/catalog.ts';
import type {TimeContext} from './bound-time.ts';
import {streamTimes} from './stream-times.ts';

/** What the catalog's relations say of their columns: streams by their watermarks, views by what they were planned with. */
export function catalogTimes(catalog: Catalog): TimeContext {
  return {
    timeOf: (id, ordinal) => {
      const relation = catalog.relation(id);
      if (relation?.kind === 'materialized-view') return relation.times?.[ordinal] ?? null;
      return relation?.kind === 'stream' ? (streamTimes(relation, catalog)?.columns[ordinal] ?? null) : null;
    },
    streamOf: id => {
      const relation = catalog.relation(id);
      return relation?.kind === 'stream' ? streamTimes(relation, catalog) : undefined;
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
