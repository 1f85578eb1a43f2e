import {createHash} from 'node:crypto';
import type {Batch} from '../../runtime/batch/batch.ts';
import type {Column} from '../../runtime/batch/column.ts';
import type {TextSettings} from '../../types/text-settings.ts';
import type {NamedColumn} from './named-column.ts';
import {RowWriter} from './row-writer.ts';
import {valueWriter, type ValueWriter} from './value-writer.ts';

/** What NULL is called, as Hive has it. */
const NULL_PARTITION = Buffer.from('__HIVE_DEFAULT_PARTITION__');
const PERCENT = 37;
const SLASH = 47;
const HEX = Buffer.from('0123456789ABCDEF');
/** Longest name of a directory. */
const MOST_BYTES = 255;
const UNSAFE = new Uint8Array(256);
UNSAFE.fill(1, 0, 32);
for (const character of '\x7f"#%\'*/=?\\{[]^') UNSAFE[character.charCodeAt(0)] = 1;

/**
 * The directory of a row by its partition columns: `dt=2026-01-01/hm=10:00`. Values are PostgreSQL's texts; characters that are not safe in a
 * path are written as %XX; a name that is too long for a directory is cut, with a digest of all of it at its end.
 */
export class PartitionPaths {
  readonly #columns: readonly NamedColumn[];
  readonly #names: readonly Uint8Array[];
  readonly #settings: TextSettings;
  readonly #value = new RowWriter(1024);
  readonly #path = new RowWriter(1024);
  #values: readonly Column[] = [];
  #writers: readonly ValueWriter[] = [];

  constructor(columns: readonly NamedColumn[], settings: TextSettings) {
    this.#columns = columns;
    this.#settings = settings;
    this.#names = columns.map(({name}) => escaped(Buffer.from(name)));
  }

  use(batch: Batch): void {
    this.#values = this.#columns.map(({ordinal}) => batch.columns[ordinal]!);
    this.#writers = this.#columns.map(({type}, i) => valueWriter(type, 0, this.#values[i]!, this.#settings));
  }

  /** The first row of (`from`, `to`) that is in another directory than row `from`, for all that can be told at a glance; `to` = none. */
  runEnd(from: number, to: number): number {
    for (let row = from + 1; row < to; row++) for (const column of this.#values) if (!isSame(column, from, row)) return row;
    return to;
  }

  /** Bytes of a row's directory; valid until the next call. */
  pathOf(row: number): Uint8Array {
    const w = this.#path;
    w.position = 0;
    for (let c = 0; c < this.#values.length; c++) {
      if (c > 0) {
        w.ensure(1);
        w.byte(SLASH);
      }
      const start = w.position;
      const name = this.#names[c]!;
      w.copy(name, 0, name.length);
      w.ensure(1);
      w.byte(61);
      const {validity} = this.#values[c]!;
      if (validity !== null && validity[row] === 0) w.copy(NULL_PARTITION, 0, NULL_PARTITION.length);
      else {
        const value = this.#value;
        value.position = 0;
        value.ensure(64);
        this.#writers[c]!(value, row);
        escapeInto(w, value.bytes, value.position);
      }
      if (w.position - start > MOST_BYTES) shorten(w, start);
    }
    return w.bytes.subarray(0, w.position);
  }
}

function isSame(column: Column, a: number, b: number): boolean {
  const {validity} = column;
  if (validity !== null && (validity[a] === 0 || validity[b] === 0)) return validity[a] === validity[b];
  if (column.form !== 'bytes') return column.values[a] === column.values[b];
  const {starts, ends, data} = column;
  const length = ends[a]! - starts[a]!;
  if (ends[b]! - starts[b]! !== length) return false;
  for (let i = 0, x = starts[a]!, y = starts[b]!; i < length; i++) if (data[x + i] !== data[y + i]) return false;
  return true;
}

function escapeInto(w: RowWriter, bytes: Uint8Array, length: number): void {
  w.ensure(3 * length);
  for (let i = 0; i < length; i++) {
    const byte = bytes[i]!;
    if (UNSAFE[byte] === 0) {
      w.byte(byte);
      continue;
    }
    w.byte(PERCENT);
    w.byte(HEX[byte >> 4]!);
    w.byte(HEX[byte & 15]!);
  }
}

function escaped(bytes: Uint8Array): Uint8Array {
  const w = new RowWriter(64);
  escapeInto(w, bytes, bytes.length);
  return w.bytes.slice(0, w.position);
}

/** Cuts between characters. */
function shorten(w: RowWriter, start: number): void {
  const digest = Buffer.from(createHash('sha256').update(w.bytes.subarray(start, w.position)).digest('hex').slice(0, 32));
  let end = start + MOST_BYTES - digest.length - 1;
  while ((w.bytes[end]! & 0xc0) === 0x80 || w.bytes[end - 1] === PERCENT || w.bytes[end - 2] === PERCENT) end--;
  w.position = end;
  w.byte(45);
  w.copy(digest, 0, digest.length);
}
