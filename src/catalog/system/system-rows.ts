import type {Datum} from '../../types/datum.ts';
import {columnAt, type SystemRelation} from '../relation.ts';
import {ROW_PROVIDERS} from './row-providers.ts';
import type {SystemContext} from './system-context.ts';

const PROVIDERS = new Map(ROW_PROVIDERS.map(provider => [provider.relation, provider]));

/** xmin of every row: pg_catalog's rows are not versioned here. */
const FROZEN_XID = 2;

/**
 * The rows of a system relation as they are now, each with the values of `ordinals` in that order (all declared columns when absent;
 * ordinals beyond them are system columns). Computed from the catalog's lists, which are made once for each snapshot.
 */
export function systemRows(
  relation: SystemRelation,
  context: SystemContext,
  ordinals: readonly number[] = relation.columns.map((_, i) => i),
): readonly (readonly Datum[])[] {
  const provider = PROVIDERS.get(relation.rows);
  if (provider === undefined) return [];
  const names = ordinals.map(ordinal => columnAt(relation, ordinal)?.name ?? '');
  const rows = provider.read(context, names);
  const system = ordinals.flatMap((ordinal, place) => (ordinal < relation.columns.length ? [] : [place]));
  if (system.length === 0) return rows;
  return rows.map(row => row.map((value, place) => (system.includes(place) ? systemValue(names[place], relation) : value)));
}

function systemValue(column: string | undefined, relation: SystemRelation): Datum {
  return column === 'tableoid' ? relation.id : FROZEN_XID;
}
