import type {Datum} from '../../types/datum.ts';
import {formatTypeOid} from '../../types/format-type.ts';
import type {ColumnValues} from './row-provider.ts';
import {typeEntry} from './type-entries.ts';
import type {SystemContext} from './system-context.ts';

/** A type as catalogs have it: its OID and modifier (−1 for none). */
export type TypeUse = {readonly oid: number; readonly typmod: number};

const HEADER = 4;
const MAX_OCTETS = 1073741824;
const BYTES_PER_CHARACTER = 4;
const TEXT = 25;
const BPCHAR = 1042;
const VARCHAR = 1043;
const NUMERIC = 1700;
const DATE = 1082;
const INTERVAL = 1186;
const WITH_MICROSECONDS: ReadonlySet<number> = new Set([1083, 1114, 1184, 1266, INTERVAL]);
/** Binary digits of the integer and float types. */
const BITS: ReadonlyMap<number, number> = new Map([
  [21, 16],
  [23, 32],
  [20, 64],
  [700, 24],
  [701, 53],
]);
const FLOATS: ReadonlySet<number> = new Set([700, 701]);

/** information_schema's columns about a type, as PostgreSQL derives them; `use` says whose type, `prefix` begins the udt columns. */
export function typeColumns<Item>(use: (item: Item) => TypeUse, prefix = ''): ColumnValues<Item> {
  const about = (f: (use: TypeUse) => Datum) => (item: Item) => f(use(item));
  const entryOf = (item: Item, context: SystemContext) => typeEntry(context.catalog, use(item).oid);
  return {
    data_type: (item, context) => dataType(use(item).oid, context),
    character_maximum_length: about(maximumLength),
    character_octet_length: about(octetLength),
    numeric_precision: about(numericPrecision),
    numeric_precision_radix: about(({oid}) => (oid === NUMERIC ? 10 : BITS.has(oid) ? 2 : null)),
    numeric_scale: about(numericScale),
    datetime_precision: about(({oid}) => (oid === DATE ? 0 : WITH_MICROSECONDS.has(oid) ? 6 : null)),
    [`${prefix}udt_catalog`]: (_, {session}) => session.database,
    [`${prefix}udt_schema`]: (item, context) => entryOf(item, context)?.schema ?? null,
    [`${prefix}udt_name`]: (item, context) => entryOf(item, context)?.typname ?? null,
  };
}

function dataType(oid: number, {catalog}: SystemContext): string {
  const entry = typeEntry(catalog, oid);
  if (entry?.typinput === 'array_in') return 'ARRAY';
  return entry?.schema === 'pg_catalog' ? (formatTypeOid(oid) ?? 'USER-DEFINED') : 'USER-DEFINED';
}

function maximumLength({oid, typmod}: TypeUse): number | null {
  return (oid === BPCHAR || oid === VARCHAR) && typmod !== -1 ? typmod - HEADER : null;
}

function octetLength(use: TypeUse): number | null {
  if (use.oid !== TEXT && use.oid !== BPCHAR && use.oid !== VARCHAR) return null;
  const length = maximumLength(use);
  return length === null ? MAX_OCTETS : length * BYTES_PER_CHARACTER;
}

function numericPrecision({oid, typmod}: TypeUse): number | null {
  if (oid !== NUMERIC) return BITS.get(oid) ?? null;
  return typmod === -1 ? null : ((typmod - HEADER) >> 16) & 0xffff;
}

function numericScale({oid, typmod}: TypeUse): number | null {
  if (oid === NUMERIC) return typmod === -1 ? null : (typmod - HEADER) & 0x7ff;
  return BITS.has(oid) && !FLOATS.has(oid) ? 0 : null;
}
