import {assert} from '../common/unreachable.ts';
import {pgTypeByName, pgTypeByOid} from './pg-types.ts';
import {T, arrayOf, type ScalarKind, type SqlType} from './sql-type.ts';

/** Composite types made by users have an oid of their own and `arrayOid = oid + 1`; anonymous ones are `record`. */
export const RECORD_OID = 2249;
const RECORD_ARRAY_OID = 2287;
/** First OID that user objects get in PostgreSQL; composites at or above it follow the `oid + 1` rule. */
export const FIRST_USER_OID = 16384;

const TYPMOD_HEADER = 4;

export function oidOf(type: SqlType): number {
  switch (type.kind) {
    case 'composite':
      return type.oid ?? RECORD_OID;
    case 'array':
      return arrayOidOf(type.element);
    default: {
      const row = pgTypeByName(type.kind);
      assert(row, `no pg_type row for ${type.kind}`);
      return row.oid;
    }
  }
}

/** The OID of the array type over `element`. Arrays of arrays do not exist in PostgreSQL: they have the inner array's OID. */
export function arrayOidOf(element: SqlType): number {
  if (element.kind === 'array') return oidOf(element);
  if (element.kind === 'composite') return element.oid === undefined ? RECORD_ARRAY_OID : element.oid + 1;
  const row = pgTypeByOid(oidOf(element));
  return row?.typarray ?? 0;
}

/** PostgreSQL's atttypmod: −1 without modifiers; for arrays that of the element. */
export function typmodOf(type: SqlType): number {
  switch (type.kind) {
    case 'numeric':
      if (type.precision === undefined) return -1;
      return ((type.precision << 16) | ((type.scale ?? 0) & 0x7ff)) + TYPMOD_HEADER;
    case 'varchar':
    case 'bpchar':
      return type.length === undefined ? -1 : type.length + TYPMOD_HEADER;
    case 'array':
      return typmodOf(type.element);
    default:
      return -1;
  }
}

/** pg_type.typlen: bytes, −1 for variable length, −2 for C strings. */
export function typlenOf(type: SqlType): number {
  return pgTypeByOid(oidOf(type))?.typlen ?? -1;
}

const SCALAR_KINDS: ReadonlySet<string> = new Set<ScalarKind>([
  ...(Object.values(T)
    .map(t => t.kind)
    .filter(k => k !== 'numeric' && k !== 'varchar' && k !== 'bpchar') as ScalarKind[]),
  'pg_lsn',
  'trigger',
]);

/** The type behind an OID of PostgreSQL; undefined for OIDs of types that Millrace does not have (and of user types: ask the catalog). */
export function typeFromOid(oid: number, typmod = -1): SqlType | undefined {
  const row = pgTypeByOid(oid);
  if (row === undefined) return undefined;
  if (row.typinput === 'array_in') {
    const element = typeFromOid(row.typelem, typmod);
    return element && arrayOf(element);
  }
  const mod = typmod - TYPMOD_HEADER;
  switch (row.typname) {
    case 'numeric':
      if (mod < 0) return T.numeric;
      return {kind: 'numeric', precision: (mod >> 16) & 0xffff, scale: ((mod & 0x7ff) ^ 1024) - 1024};
    case 'varchar':
      return mod < 0 ? T.varchar : {kind: 'varchar', length: mod};
    case 'bpchar':
      return mod < 0 ? T.bpchar : {kind: 'bpchar', length: mod};
    default:
      return SCALAR_KINDS.has(row.typname) ? scalarType(row.typname as ScalarKind) : undefined;
  }
}

function scalarType(kind: ScalarKind): SqlType {
  return (T as Partial<Record<ScalarKind, SqlType>>)[kind] ?? {kind};
}
