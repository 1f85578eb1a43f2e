import {oidOf, typlenOf, typmodOf} from '../../types/oids.ts';
import type {Field} from '../api.ts';
import type {ResultColumn} from './analyzed-statement.ts';

/** RowDescription's view of result columns. An undetermined type is sent as text, as PostgreSQL does. */
export function resultFields(columns: readonly ResultColumn[]): Field[] {
  return columns.map(({name, type, tableOid, columnNumber}) => {
    const shown = type.kind === 'unknown' ? ({kind: 'text'} as const) : type;
    return {
      name,
      tableOid: tableOid ?? 0,
      columnNumber: columnNumber ?? 0,
      typeOid: oidOf(shown),
      typeSize: typlenOf(shown),
      typeModifier: typmodOf(shown),
    };
  });
}

/** One format per column from the codes of a Bind message: none = text, one = for all (PostgreSQL 55.7). */
export function expandFormats(codes: readonly number[], count: number): number[] {
  return Array.from({length: count}, (_, i) => (codes.length === 0 ? 0 : codes.length === 1 ? codes[0]! : (codes[i] ?? 0)));
}
