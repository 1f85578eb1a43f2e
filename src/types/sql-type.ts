/**
 * SQL types as plain data. A type is compared with `sameType`, printed with `formatType` (see format-type.ts) and mapped to its
 * PostgreSQL OID with `oidOf` (see oids.ts). `mod` fields are absent where the declaration gave none.
 */
export type SqlType =
  | {readonly kind: ScalarKind}
  | {readonly kind: 'numeric'; readonly precision?: number | undefined; readonly scale?: number | undefined}
  | {readonly kind: 'varchar' | 'bpchar'; readonly length?: number | undefined}
  | {readonly kind: 'array'; readonly element: SqlType}
  | CompositeType;

/** A row type; `name`/`oid` are set for `CREATE TYPE`, absent for anonymous `ROW(…)`/`STRUCT<…>`. */
export type CompositeType = {
  readonly kind: 'composite';
  readonly name?: string | undefined;
  readonly oid?: number | undefined;
  readonly fields: readonly CompositeField[];
};
export type CompositeField = {readonly name: string; readonly type: SqlType};

/** Kinds without modifiers. The last two lines exist for the system catalogs and for typing. */
export type ScalarKind =
  | 'bool'
  | 'int2'
  | 'int4'
  | 'int8'
  | 'float4'
  | 'float8'
  | 'text'
  | 'bytea'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'interval'
  | 'uuid'
  | 'json'
  | 'jsonb'
  | 'oid'
  | 'name'
  | 'char'
  | 'regclass'
  | 'regtype'
  | 'regproc'
  | 'regnamespace'
  | 'regrole'
  | 'xid'
  | 'int2vector'
  | 'oidvector'
  | 'aclitem'
  | 'pg_node_tree'
  | 'pg_lsn'
  | 'unknown'
  | 'void'
  | 'record'
  | 'trigger'
  | 'anyarray';

export type TypeKind = SqlType['kind'];

/**
 * The physical form of a column of this type in batches and state.
 *  u8       boolean, 0 or 1
 *  i32      int2, int4, date (days since 1970-01-01)
 *  i64      int8, oid family, time (µs), timestamp/timestamptz (µs since 1970-01-01 UTC): narrow (Float64) or wide (BigInt64) form
 *  f64      float4 (rounded with Math.fround), float8
 *  decimal  numeric: scaled safe integers with one scale per column, or the general form (canonical text bytes)
 *  bytes    everything else, see datum-bytes.ts for the encoding of each
 */
export type PhysicalKind = 'u8' | 'i32' | 'i64' | 'f64' | 'decimal' | 'bytes';

const PHYSICAL: Partial<Record<TypeKind, PhysicalKind>> = {
  bool: 'u8',
  int2: 'i32',
  int4: 'i32',
  date: 'i32',
  int8: 'i64',
  oid: 'i64',
  xid: 'i64',
  regclass: 'i64',
  regtype: 'i64',
  regproc: 'i64',
  regnamespace: 'i64',
  regrole: 'i64',
  time: 'i64',
  timestamp: 'i64',
  timestamptz: 'i64',
  pg_lsn: 'i64',
  float4: 'f64',
  float8: 'f64',
  numeric: 'decimal',
};

export function physicalOf(type: SqlType): PhysicalKind {
  return PHYSICAL[type.kind] ?? 'bytes';
}

/** Structural identity, modifiers included; composites compare by fields and name. */
export function sameType(a: SqlType, b: SqlType): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  if (a.kind === 'numeric' && b.kind === 'numeric') return a.precision === b.precision && a.scale === b.scale;
  if ((a.kind === 'varchar' || a.kind === 'bpchar') && (b.kind === 'varchar' || b.kind === 'bpchar')) return a.length === b.length;
  if (a.kind === 'array' && b.kind === 'array') return sameType(a.element, b.element);
  if (a.kind === 'composite' && b.kind === 'composite') {
    if (a.name !== b.name || a.fields.length !== b.fields.length) return false;
    return a.fields.every((f, i) => f.name === b.fields[i]!.name && sameType(f.type, b.fields[i]!.type));
  }
  return true;
}

const scalar = (kind: ScalarKind): SqlType => Object.freeze({kind});

/** The types that code names directly. */
export const T = {
  bool: scalar('bool'),
  int2: scalar('int2'),
  int4: scalar('int4'),
  int8: scalar('int8'),
  float4: scalar('float4'),
  float8: scalar('float8'),
  numeric: Object.freeze({kind: 'numeric'}) as SqlType,
  text: scalar('text'),
  varchar: Object.freeze({kind: 'varchar'}) as SqlType,
  bpchar: Object.freeze({kind: 'bpchar'}) as SqlType,
  bytea: scalar('bytea'),
  date: scalar('date'),
  time: scalar('time'),
  timestamp: scalar('timestamp'),
  timestamptz: scalar('timestamptz'),
  interval: scalar('interval'),
  uuid: scalar('uuid'),
  json: scalar('json'),
  jsonb: scalar('jsonb'),
  oid: scalar('oid'),
  name: scalar('name'),
  char: scalar('char'),
  regclass: scalar('regclass'),
  regtype: scalar('regtype'),
  regproc: scalar('regproc'),
  regnamespace: scalar('regnamespace'),
  regrole: scalar('regrole'),
  xid: scalar('xid'),
  int2vector: scalar('int2vector'),
  oidvector: scalar('oidvector'),
  aclitem: scalar('aclitem'),
  pg_node_tree: scalar('pg_node_tree'),
  unknown: scalar('unknown'),
  void: scalar('void'),
  record: scalar('record'),
  anyarray: scalar('anyarray'),
} as const;

export const arrayOf = (element: SqlType): SqlType => ({kind: 'array', element});
