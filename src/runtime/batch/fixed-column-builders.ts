import {ColumnBuilder} from './column-builder.ts';
import type {Column, F64Column, I32Column, U8Column} from './column.ts';
import {formMismatch} from './form-mismatch.ts';

// Three classes of the same shape on purpose: each loop then sees one kind of typed array only.

export class U8ColumnBuilder extends ColumnBuilder {
  values = new Uint8Array(0);

  append(value: number): void {
    this.reserve(1);
    this.values[this.length++] = value;
  }

  override gather(column: Column, rows: Int32Array, from: number, to: number): void {
    if (column.form !== 'u8') throw formMismatch('u8', column);
    this.reserve(to - from);
    const source = column.values;
    const at = this.length - from;
    for (let k = from; k < to; k++) this.values[at + k] = source[rows[k]!]!;
    this.gatherValidity(column.validity, rows, from, to);
    this.length += to - from;
  }

  override appendRange(column: Column, from: number, to: number): void {
    if (column.form !== 'u8') throw formMismatch('u8', column);
    this.reserve(to - from);
    this.values.set(column.values.subarray(from, to), this.length);
    this.rangeValidity(column.validity, from, to);
    this.length += to - from;
  }

  override build(): U8Column {
    return {form: 'u8', values: this.values, validity: this.validity};
  }

  protected override resize(capacity: number): void {
    const grown = new Uint8Array(capacity);
    grown.set(this.values);
    this.values = grown;
  }
}

export class I32ColumnBuilder extends ColumnBuilder {
  values = new Int32Array(0);

  append(value: number): void {
    this.reserve(1);
    this.values[this.length++] = value;
  }

  override gather(column: Column, rows: Int32Array, from: number, to: number): void {
    if (column.form !== 'i32') throw formMismatch('i32', column);
    this.reserve(to - from);
    const source = column.values;
    const at = this.length - from;
    for (let k = from; k < to; k++) this.values[at + k] = source[rows[k]!]!;
    this.gatherValidity(column.validity, rows, from, to);
    this.length += to - from;
  }

  override appendRange(column: Column, from: number, to: number): void {
    if (column.form !== 'i32') throw formMismatch('i32', column);
    this.reserve(to - from);
    this.values.set(column.values.subarray(from, to), this.length);
    this.rangeValidity(column.validity, from, to);
    this.length += to - from;
  }

  override build(): I32Column {
    return {form: 'i32', values: this.values, validity: this.validity};
  }

  protected override resize(capacity: number): void {
    const grown = new Int32Array(capacity);
    grown.set(this.values);
    this.values = grown;
  }
}

export class F64ColumnBuilder extends ColumnBuilder {
  values = new Float64Array(0);

  append(value: number): void {
    this.reserve(1);
    this.values[this.length++] = value;
  }

  override gather(column: Column, rows: Int32Array, from: number, to: number): void {
    if (column.form !== 'f64') throw formMismatch('f64', column);
    this.reserve(to - from);
    const source = column.values;
    const at = this.length - from;
    for (let k = from; k < to; k++) this.values[at + k] = source[rows[k]!]!;
    this.gatherValidity(column.validity, rows, from, to);
    this.length += to - from;
  }

  override appendRange(column: Column, from: number, to: number): void {
    if (column.form !== 'f64') throw formMismatch('f64', column);
    this.reserve(to - from);
    this.values.set(column.values.subarray(from, to), this.length);
    this.rangeValidity(column.validity, from, to);
    this.length += to - from;
  }

  override build(): F64Column {
    return {form: 'f64', values: this.values, validity: this.validity};
  }

  protected override resize(capacity: number): void {
    const grown = new Float64Array(capacity);
    grown.set(this.values);
    this.values = grown;
  }
}
