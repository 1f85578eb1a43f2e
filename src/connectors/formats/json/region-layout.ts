import {DEFERRED_SIZE, MAX_DEFERRED} from '../../../runtime/kernels/json-layout.ts';
import type {SqlType} from '../../../types/sql-type.ts';
import type {LocatedRecords} from './decode-column.ts';
import type {FieldNode} from './field-tree.ts';
import type {Projection} from './projection.ts';

/** Bytes after an area that vector loads and stores may touch. */
const PADDING = 128;
const ALIGN = 16;
/** What values that grow when converted (arrays, composites, long numerics) get beyond the size of their JSON. */
const GROWTH_FACTOR = 8;
const MIN_GROWTH = 256 * 1024;
const MAX_GROWTH = 64 * 1024 * 1024;
/** A scaled safe integer as text: sign, 16 digits, point, leading zero. */
export const DECIMAL_TEXT = 24;

/** Addresses of one wanted field's arrays; 0 = it has none of these. */
export type FieldArrays = {
  readonly values: number;
  readonly validity: number;
  /** Bytes form: where the ranges end (`values` says where they start). Numeric: the scale of each row. */
  readonly aux: number;
  /** Numeric only: the ranges of its general form. */
  readonly starts: number;
  readonly ends: number;
};

/** An area outside of the region that the records are copied to when they fit: small enough to stay in the caches, used by every call. */
export type Staging = {readonly start: number; readonly bytes: number};

/** Addresses of everything that one call needs, from `columnsStart` to `end`. What follows the texts is of no use after the call. */
export type RegionLayout = {
  readonly columnsStart: number;
  readonly fields: readonly FieldArrays[];
  readonly sources: number;
  readonly columnsEnd: number;
  /** What ranges are relative to: texts and values of variable width follow each other from here on. */
  readonly dataStart: number;
  /** Bytes that values converted outside of the kernel may take in there; the kernel has as much room as the records have bytes. */
  readonly conversionBytes: number;
  readonly block: number;
  /** The copy of the records. */
  readonly records: number;
  readonly recordStarts: number;
  readonly recordEnds: number;
  readonly deferred: number;
  readonly end: number;
};

/** The bytes to copy in: everything between the first and the last value, or value by value when what lies between is large. */
export type RecordSpan = {
  readonly from: number;
  readonly to: number;
  readonly packed: boolean;
  readonly bytes: number;
  /** Of the values alone. */
  readonly valueBytes: number;
};

export function spanOf({valueStart, valueEnd, count}: LocatedRecords): RecordSpan {
  let from = -1;
  let to = 0;
  let total = 0;
  for (let i = 0; i < count; i++) {
    const start = valueStart[i]!;
    if (start < 0) continue;
    if (from < 0) from = start;
    to = valueEnd[i]!;
    total += to - start;
  }
  if (from < 0) return {from: 0, to: 0, packed: false, bytes: 0, valueBytes: 0};
  const packed = to - from > total + total / 4 + 4096;
  return {from, to, packed, bytes: packed ? total + count : to - from, valueBytes: total};
}

export type RegionParts = {
  readonly projection: Projection;
  readonly count: number;
  readonly span: RecordSpan;
  readonly blockBytes: number;
  readonly staging: Staging | undefined;
};

export function layoutRegion({projection, count, span, blockBytes, staging}: RegionParts, base: number): RegionLayout {
  let at = base;
  const take = (bytes: number): number => {
    const start = Math.ceil(at / ALIGN) * ALIGN;
    at = start + bytes;
    return start;
  };
  const columnsStart = take(0);
  const fields = projection.fields.map(f => fieldArrays(f, count, take));
  const sources = take(count * 4);
  const columnsEnd = at;
  const conversionBytes = span.bytes + growth(projection, count, span.bytes);
  const dataStart = take(span.bytes + conversionBytes + PADDING);
  const block = take(blockBytes);
  const recordStarts = take(count * 4);
  const recordEnds = take(count * 4);
  const deferred = take(MAX_DEFERRED * DEFERRED_SIZE);
  const recordBytes = span.bytes + PADDING;
  const records = staging !== undefined && recordBytes <= staging.bytes ? staging.start : take(recordBytes);
  return {
    columnsStart,
    fields,
    sources,
    columnsEnd,
    dataStart,
    conversionBytes,
    block,
    records,
    recordStarts,
    recordEnds,
    deferred,
    end: at,
  };
}

/** One literal, since this runs for every slab: spreading objects took more time than decoding a small one. */
function fieldArrays({notNull, physical}: FieldNode, count: number, take: (bytes: number) => number): FieldArrays {
  const isDecimal = physical === 'decimal';
  return {
    validity: notNull ? 0 : take(count),
    values: take(count * VALUE_BYTES[physical]),
    aux: isDecimal ? take(count) : physical === 'bytes' ? take(count * 4) : 0,
    starts: isDecimal ? take(count * 4) : 0,
    ends: isDecimal ? take(count * 4) : 0,
  };
}

const VALUE_BYTES = {u8: 1, i32: 4, bytes: 4, i64: 8, f64: 8, decimal: 8} as const;

/** How much more than the records' own bytes the converted values may take. A record beyond it is rejected. */
function growth(projection: Projection, count: number, recordBytes: number): number {
  if (!projection.fields.some(f => canGrow(f.type))) return 0;
  const padded = projection.fields.reduce((sum, f) => sum + count * paddedBytes(f.type), 0);
  return Math.min(Math.max(recordBytes * GROWTH_FACTOR, MIN_GROWTH), MAX_GROWTH) + padded;
}

function canGrow(type: SqlType): boolean {
  switch (type.kind) {
    case 'text':
    case 'varchar':
    case 'json':
      return false;
    case 'numeric':
      return true;
    case 'composite':
    case 'array':
    case 'bpchar':
    case 'jsonb':
    case 'interval':
    case 'uuid':
    case 'bytea':
      return true;
    default:
      return false;
  }
}

function paddedBytes(type: SqlType): number {
  if (type.kind === 'bpchar') return (type.length ?? 1) * 4;
  return type.kind === 'numeric' ? DECIMAL_TEXT : 0;
}
