import type {ArrayDatum, Datum} from '../../types/datum.ts';

export function arrayDatum(items: readonly Datum[]): ArrayDatum {
  return {tag: 'array', items};
}

/** int2vector and oidvector count from 0. */
export function vectorDatum(items: readonly number[]): ArrayDatum {
  return {tag: 'array', items, lower: 0};
}
