import {unreachable} from '../../../common/unreachable.ts';
import type {ColumnForm} from '../../../runtime/batch/column.ts';
import type {ColumnLocation} from '../../../runtime/ring/batch-message.ts';
import {FIELD_STATE} from '../../../runtime/kernels/json-layout.ts';
import {datumToBytes} from '../../../types/datum-bytes.ts';
import type {Datum, Decimal} from '../../../types/datum.ts';
import {decimalToText} from '../../../types/decimal.ts';
import type {Arena} from './arena.ts';
import {fieldOffset} from './descriptor-block.ts';
import type {FieldNode} from './field-tree.ts';
import type {MemoryViews} from './memory-views.ts';
import {DECIMAL_TEXT, type FieldArrays} from './region-layout.ts';

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Writes single values into a field's arrays, in the same forms as the kernel does beside it: int8 narrow until a value is not safe,
 * numeric as scaled integers with a scale per row, and the rows that do not fit kept aside until the slab is finished.
 */
export class ColumnWriter {
  readonly field: FieldNode;
  readonly #arrays: FieldArrays;
  readonly #views: MemoryViews;
  readonly #arena: Arena;
  /** Word index of the field's state in the descriptor block. */
  readonly #state: number;
  #general: Map<number, string> | undefined;

  constructor(field: FieldNode, arrays: FieldArrays, rows: number, views: MemoryViews, arena: Arena, block: number) {
    this.field = field;
    this.#arrays = arrays;
    this.#views = views;
    this.#arena = arena;
    this.#state = (block + fieldOffset(field.id) + FIELD_STATE) >> 2;
    if (field.physical === 'decimal') arena.reserve(rows * DECIMAL_TEXT, field.path);
  }

  /** Makes a row NULL again. */
  clear(row: number): void {
    if (this.#arrays.validity !== 0) this.#views.u8[this.#arrays.validity + row] = 0;
    this.#general?.delete(row);
  }

  write(row: number, datum: Datum): void {
    if (datum === null) return;
    const {values, validity, aux} = this.#arrays;
    const {u8, words, f64} = this.#views;
    const {physical, type, path} = this.field;
    switch (physical) {
      case 'u8':
        u8[values + row] = datum === true ? 1 : 0;
        break;
      case 'i32':
        words[(values >> 2) + row] = datum as number;
        break;
      case 'f64':
        f64[(values >> 3) + row] = datum as number;
        break;
      case 'i64':
        this.#writeInt64(row, datum as bigint);
        break;
      case 'decimal':
        this.#writeDecimal(row, datum as Decimal);
        break;
      case 'bytes': {
        const bytes = datumToBytes(type, datum);
        this.#arena.reserve(bytes.length, path);
        const start = this.#arena.append(bytes);
        words[(values >> 2) + row] = start;
        words[(aux >> 2) + row] = start + bytes.length;
        break;
      }
      default:
        unreachable(physical);
    }
    if (validity !== 0) u8[validity + row] = 1;
  }

  #writeInt64(row: number, value: bigint): void {
    const {words, f64, i64} = this.#views;
    const at = this.#arrays.values >> 3;
    if (words[this.#state] === 0) {
      if (value <= MAX_SAFE && value >= -MAX_SAFE) {
        f64[at + row] = Number(value);
        return;
      }
      words[this.#state] = 1;
      for (let r = at; r < at + row; r++) {
        const narrow = f64[r]!;
        i64[r] = Number.isSafeInteger(narrow) ? BigInt(narrow) : 0n;
      }
    }
    i64[at + row] = value;
  }

  #writeDecimal(row: number, value: Decimal): void {
    const {unscaled, scale, special} = value;
    if (special === undefined && unscaled <= MAX_SAFE && unscaled >= -MAX_SAFE && scale < 256) {
      this.#views.f64[(this.#arrays.values >> 3) + row] = Number(unscaled);
      this.#views.u8[this.#arrays.aux + row] = scale;
    } else {
      const text = decimalToText(value);
      this.#arena.reserve(text.length, this.field.path);
      this.#general ??= new Map();
      this.#general.set(row, text);
    }
  }

  /** Where the finished column of `rows` rows is; `present` of them are not NULL. */
  finish(rows: number, present: number): ColumnLocation {
    const {values, aux} = this.#arrays;
    const validity = present === rows ? 0 : this.#arrays.validity;
    switch (this.field.physical) {
      case 'u8':
      case 'i32':
      case 'f64':
        return inPlace(this.field.physical, values, validity);
      case 'i64':
        return inPlace(this.#views.words[this.#state] === 0 ? 'i64n' : 'i64w', values, validity);
      case 'decimal': {
        const scale = this.#general === undefined ? this.#commonScale(rows, validity) : undefined;
        if (scale !== undefined) return inPlace('dec', values, validity, scale);
        this.#writeTexts(rows, validity);
        return inRanges(this.#arrays.starts, this.#arrays.ends, validity);
      }
      case 'bytes':
        return inRanges(values, aux, validity);
      default:
        return unreachable(this.field.physical);
    }
  }

  /** The one scale that all rows have; undefined if they differ. */
  #commonScale(rows: number, validity: number): number | undefined {
    const {u8} = this.#views;
    const {aux} = this.#arrays;
    let common = -1;
    for (let r = 0; r < rows; r++) {
      if (validity !== 0 && u8[validity + r] === 0) continue;
      const scale = u8[aux + r]!;
      if (common === -1) common = scale;
      else if (scale !== common) return undefined;
    }
    return Math.max(common, 0);
  }

  /** Turns every row into text: PostgreSQL shows each value of an unconstrained numeric with the scale that it came with. */
  #writeTexts(rows: number, validity: number): void {
    const {u8, words, f64} = this.#views;
    const {values, aux, starts, ends} = this.#arrays;
    for (let r = 0; r < rows; r++) {
      if (validity !== 0 && u8[validity + r] === 0) continue;
      const text = this.#general?.get(r) ?? scaledText(f64[(values >> 3) + r]!, u8[aux + r]!);
      const start = this.#arena.append(Buffer.from(text, 'latin1'));
      words[(starts >> 2) + r] = start;
      words[(ends >> 2) + r] = start + text.length;
    }
  }
}

// Literals of one shape, since every slab needs some: spreading a common part took longer than decoding a small slab.

function inPlace(form: ColumnForm, values: number, validity: number, scale = 0): ColumnLocation {
  return {form, scale, values, validity, starts: 0, ends: 0, dataStart: 0, dataEnd: 0};
}

function inRanges(starts: number, ends: number, validity: number): ColumnLocation {
  return {form: 'bytes', scale: 0, values: 0, validity, starts, ends, dataStart: 0, dataEnd: 0};
}

/** `unscaled · 10^-scale` in plain notation. */
function scaledText(unscaled: number, scale: number): string {
  if (scale === 0) return String(unscaled);
  const digits = String(Math.abs(unscaled)).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${unscaled < 0 ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}
