import type {ArrayDatum, Datum, JsonbDatum} from '../types/datum.ts';
import {jsonPath} from '../types/json-access.ts';
import type {SqlType} from '../types/sql-type.ts';

/**
 * `a[i]`, `a[l:u]` and `jsonb[key]`. `upper` undefined = no slice. Subscripts start at the array's lower bound (1 unless it says
 * otherwise; 0 for int2vector and oidvector); outside of the array an element is NULL and a slice is cut.
 */
export function interpretSubscript(type: SqlType, container: Datum, index: Datum, upper: Datum | undefined): Datum {
  if (container === null || index === null || upper === null) return null;
  if (type.kind === 'jsonb') {
    const found = jsonPath((container as JsonbDatum).text, [typeof index === 'string' ? index : Number(index).toString()]);
    return found === undefined ? null : {tag: 'jsonb', text: found};
  }
  const array = container as ArrayDatum;
  const lower = array.lower ?? (type.kind === 'int2vector' || type.kind === 'oidvector' ? 0 : 1);
  const from = Number(index) - lower;
  if (upper === undefined) return array.items[from] ?? null;
  return {tag: 'array', items: array.items.slice(Math.max(from, 0), Math.max(Number(upper) - lower + 1, 0))};
}
