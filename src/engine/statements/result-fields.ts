import {oidOf, typlenOf, typmodOf} from '../../types/oids.ts';
import type {Field} from '../api.ts';
import type {ResultColumn} from './analyzed-statement.ts';

/** Clients ask for the same statement's description each time that they run it. */
const described = new WeakMap<readonly ResultColumn[], readonly Field[]>();

/** RowDescription's view of result columns. An undetermined type is sent as text, as PostgreSQL does. */
export function resultFields(columns: readonly ResultColumn[]): readonly Field[] {
  let fields = described.get(columns);
  if (fields === undefined) described.set(columns, (fields = describe(columns)));
  return fields;
}

function describe(columns: readonly ResultColumn[]): Field[] {
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

const ALL_TEXT: readonly number[][] = Array.from({length: 64}, (_, count) => new Array<number>(count).fill(0));

/** One format per column from the codes of a Bind message: none = text, one = for all (PostgreSQL 55.7). */
export function expandFormats(codes: readonly number[], count: number): readonly number[] {
  if (codes.length === count) return codes;
  if (codes.length === 0 && count < ALL_TEXT.length) return ALL_TEXT[count]!;
  const formats = new Array<number>(count).fill(codes.length === 1 ? codes[0]! : 0);
  if (codes.length > 1) for (let i = 0; i < count; i++) formats[i] = codes[i] ?? 0;
  return formats;
}
