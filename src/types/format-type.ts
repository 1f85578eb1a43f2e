import {sqlError} from '../common/sql-error.ts';
import {pgTypeByOid} from './pg-types.ts';
import {T, arrayOf, type SqlType} from './sql-type.ts';

/** SQL spellings of PostgreSQL's internal names, where the two differ (format_type). */
const SQL_NAMES: Readonly<Record<string, string>> = {
  bool: 'boolean',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  varchar: 'character varying',
  bpchar: 'character',
  char: '"char"',
  time: 'time without time zone',
  timetz: 'time with time zone',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  varbit: 'bit varying',
};

/** The type as PostgreSQL's format_type prints it: `character varying(10)`, `numeric(10,2)`, `integer[]`. */
export function formatType(type: SqlType): string {
  switch (type.kind) {
    case 'numeric':
      return type.precision === undefined ? 'numeric' : `numeric(${type.precision},${type.scale ?? 0})`;
    case 'varchar':
      return type.length === undefined ? 'character varying' : `character varying(${type.length})`;
    case 'bpchar':
      // Without a length the SQL name would mean character(1).
      return type.length === undefined ? 'bpchar' : `character(${type.length})`;
    case 'array':
      return type.element.kind === 'array' ? formatType(type.element) : `${formatType(type.element)}[]`;
    case 'composite':
      return type.name ?? 'record';
    default:
      return SQL_NAMES[type.kind] ?? type.kind;
  }
}

/** The type without its modifiers, as PostgreSQL's errors name it: `numeric`, `character varying`. */
export function formatTypeName(type: SqlType): string {
  switch (type.kind) {
    case 'varchar':
      return 'character varying';
    case 'bpchar':
      return 'character';
    case 'numeric':
      return 'numeric';
    case 'array':
      return `${formatTypeName(type.element)}[]`;
    default:
      return formatType(type);
  }
}

/** format_type(oid, typmod) for any built-in OID, also of types that Millrace has no values of; undefined when the OID is unknown. */
export function formatTypeOid(oid: number): string | undefined {
  const row = pgTypeByOid(oid);
  if (row === undefined) return undefined;
  if (row.typinput === 'array_in') return `${formatTypeOid(row.typelem) ?? '???'}[]`;
  return SQL_NAMES[row.typname] ?? row.typname;
}

const NAMES: Readonly<Record<string, SqlType>> = {
  ...Object.fromEntries(Object.values(T).map(t => [t.kind, t])),
  boolean: T.bool,
  smallint: T.int2,
  int: T.int4,
  integer: T.int4,
  bigint: T.int8,
  real: T.float4,
  'double precision': T.float8,
  // ksqlDB and Spark spell these; PostgreSQL has no such types, so nothing is shadowed.
  double: T.float8,
  string: T.text,
  varbinary: T.bytea,
  bytes: T.bytea,
  decimal: T.numeric,
  dec: T.numeric,
  'character varying': T.varchar,
  'char varying': T.varchar,
  'national character varying': T.varchar,
  'time without time zone': T.time,
  'timestamp without time zone': T.timestamp,
  'timestamp with time zone': T.timestamptz,
  '"char"': T.char,
  trigger: {kind: 'trigger'},
  pg_lsn: {kind: 'pg_lsn'},
};

const CHARACTER_NAMES = new Set(['character', 'char', 'national character', 'national char', 'nchar']);
const MAX_CHARACTER_LENGTH = 10485760;

/**
 * Resolves a written type name to a built-in type.
 * `parts`: the name's identifiers as the parser folded them, a schema first (`['pg_catalog', 'int4']`); multi-word SQL names are one part
 * (`'double precision'`, `'timestamp with time zone'`). The quoted `"char"` is written with its quotes. An array suffix is the caller's (`arrayOf`),
 * but internal array names (`_int4`) are resolved. `modifiers`: the integers in parentheses.
 * Errors: 42704 for an unknown name, 22023 or 42601 for modifiers that the type does not take.
 */
export function typeFromName(parts: readonly string[], modifiers: readonly number[] = []): SqlType {
  const type = builtinType(parts, modifiers);
  if (type === undefined) throw sqlError('undefined_object', `type "${parts.join('.')}" does not exist`);
  return type;
}

/** As `typeFromName`, undefined when no built-in type has this name. */
export function builtinType(parts: readonly string[], modifiers: readonly number[] = []): SqlType | undefined {
  const qualified = parts.length > 1;
  if (parts.length > 2 || (qualified && parts[0] !== 'pg_catalog')) return undefined;
  const name = parts.at(-1) ?? '';
  if (qualified && name === 'char') return T.char;
  if (CHARACTER_NAMES.has(name)) return character('bpchar', modifiers, 1);
  if (name === 'float') return floatOf(modifiers);
  if (name.startsWith('_')) {
    const element = builtinType([name.slice(1)], modifiers);
    return element && arrayOf(element);
  }
  const type = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (type === undefined) return undefined;
  switch (type.kind) {
    case 'varchar':
    case 'bpchar':
      return character(type.kind, modifiers, undefined);
    case 'numeric':
      return numericOf(modifiers);
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'interval':
      // Fractional-second precision: accepted up to 6, kept nowhere (values always have microseconds).
      if (modifiers.length > 1) throw sqlError('invalid_parameter_value', 'invalid type modifier');
      return type;
    default:
      if (modifiers.length > 0) throw sqlError('syntax_error', `type modifier is not allowed for type "${name}"`);
      return type;
  }
}

function character(kind: 'varchar' | 'bpchar', modifiers: readonly number[], defaultLength: number | undefined): SqlType {
  const name = kind === 'varchar' ? 'varchar' : 'char';
  if (modifiers.length > 1) throw sqlError('invalid_parameter_value', 'invalid type modifier');
  const length = modifiers[0] ?? defaultLength;
  if (length === undefined) return kind === 'varchar' ? T.varchar : T.bpchar;
  if (length < 1) throw sqlError('invalid_parameter_value', `length for type ${name} must be at least 1`);
  if (length > MAX_CHARACTER_LENGTH)
    throw sqlError('invalid_parameter_value', `length for type ${name} cannot exceed ${MAX_CHARACTER_LENGTH}`);
  return {kind, length};
}

function numericOf(modifiers: readonly number[]): SqlType {
  const [precision, scale = 0] = modifiers;
  if (precision === undefined) return T.numeric;
  if (modifiers.length > 2) throw sqlError('invalid_parameter_value', 'invalid NUMERIC type modifier');
  if (precision < 1 || precision > 1000) {
    throw sqlError('invalid_parameter_value', `NUMERIC precision ${precision} must be between 1 and 1000`);
  }
  if (scale < -1000 || scale > 1000) {
    throw sqlError('invalid_parameter_value', `NUMERIC scale ${scale} must be between -1000 and 1000`);
  }
  return {kind: 'numeric', precision, scale};
}

function floatOf(modifiers: readonly number[]): SqlType {
  const [bits] = modifiers;
  if (bits === undefined) return T.float8;
  if (bits < 1) throw sqlError('invalid_parameter_value', 'precision for type float must be at least 1 bit');
  if (bits > 53) throw sqlError('invalid_parameter_value', 'precision for type float must be less than 54 bits');
  return bits <= 24 ? T.float4 : T.float8;
}
