import type {Batch} from '../runtime/batch/batch.ts';
import type {Column} from '../runtime/batch/column.ts';
import {unreachable} from '../common/unreachable.ts';
import {decimalsToColumn} from './datum-column.ts';
import type {ColumnShape, KernelEmitter} from './kernel-emitter.ts';
import type {KernelValue} from './kernel-value.ts';
import type {OutputBuffers} from './output-buffers.ts';

/** One output column of a kernel variant: the names it has in the source, the arrays behind them, the column made of them. */
export type KernelOutput = {
  readonly names: readonly string[];
  arrays(buffers: OutputBuffers, length: number): readonly unknown[];
  column(batch: Batch, buffers: OutputBuffers, length: number): Column;
};

/** An input column handed on as it is. */
export function sharedOutput(index: number): KernelOutput {
  return {names: [], arrays: () => [], column: batch => batch.columns[index]!};
}

/** An input column of which the kept rows are copied; text copies its ranges only. */
export function gatheredOutput(
  emitter: KernelEmitter,
  position: number,
  index: number,
  {form, scale, nullable}: ColumnShape,
): KernelOutput {
  const o = `o${position}`;
  const c = `c${index}`;
  const validityName = nullable ? [`${o}n`] : [];
  if (nullable) emitter.line(`${o}n[j] = ${c}n[i];`);
  const validityOf = (buffers: OutputBuffers, length: number) => (nullable ? buffers.validityOf(length) : null);
  const validityArray = (buffers: OutputBuffers, length: number) => (nullable ? [buffers.validity(length)] : []);
  if (form === 'bytes') {
    emitter.line(`${o}s[j] = ${c}s[i]; ${o}e[j] = ${c}e[i];`);
    return {
      names: [...validityName, `${o}s`, `${o}e`],
      arrays: (buffers, length) => [...validityArray(buffers, length), buffers.starts(length), buffers.ends(length)],
      column: (batch, buffers, length) => {
        const source = batch.columns[index]!;
        if (source.form !== 'bytes') throw new Error('internal error: the column changed its form');
        return {
          form: 'bytes',
          starts: buffers.starts(length),
          ends: buffers.ends(length),
          data: source.data,
          validity: validityOf(buffers, length),
        };
      },
    };
  }
  emitter.line(`${o}v[j] = ${c}v[i];`);
  return {
    names: [...validityName, `${o}v`],
    arrays: (buffers, length) => [...validityArray(buffers, length), valuesOf(form, buffers, length)],
    column: (_, buffers, length) => fixedColumn(form, scale, buffers, length, nullable),
  };
}

type FixedForm = Exclude<Column['form'], 'bytes'>;

function valuesOf(form: FixedForm, buffers: OutputBuffers, length: number): Uint8Array | Int32Array | Float64Array | BigInt64Array {
  switch (form) {
    case 'u8':
      return buffers.u8(length);
    case 'i32':
      return buffers.i32(length);
    case 'f64':
    case 'i64n':
    case 'dec':
      return buffers.f64(length);
    case 'i64w':
      return buffers.i64(length);
    default:
      return unreachable(form);
  }
}

function fixedColumn(form: FixedForm, scale: number, buffers: OutputBuffers, length: number, nullable: boolean): Column {
  const validity = nullable ? buffers.validityOf(length) : null;
  switch (form) {
    case 'u8':
      return {form, values: buffers.u8(length), validity};
    case 'i32':
      return {form, values: buffers.i32(length), validity};
    case 'f64':
    case 'i64n':
      return {form, values: buffers.f64(length), validity};
    case 'dec':
      return {form, scale, values: buffers.f64(length), validity};
    case 'i64w':
      return {form, values: buffers.i64(length), validity};
    default:
      return unreachable(form);
  }
}

/** A computed value, stored at row `j`. */
export function computedOutput(emitter: KernelEmitter, position: number, value: KernelValue, isNull: string | undefined): KernelOutput {
  const o = `o${position}`;
  if (value.form === 'bytes' || value.form === 'string' || value.form === 'datum') {
    if (value.type.kind === 'numeric') return decimalOutput(emitter, o, value, isNull);
    return value.source === undefined ? bytesOutput(emitter, o, value, isNull) : rangeOutput(emitter, o, value, value.source, isNull);
  }
  const form = value.form === 'bool' ? 'u8' : value.form;
  const nullable = isNull !== undefined;
  const code = value.form === 'bool' ? `${value.code} ? 1 : 0` : value.code;
  if (isNull === undefined) emitter.line(`${o}v[j] = ${code};`);
  else emitter.line(`if (${isNull}) ${o}n[j] = 0; else { ${o}n[j] = 1; ${o}v[j] = ${code}; }`);
  return {
    names: nullable ? [`${o}n`, `${o}v`] : [`${o}v`],
    arrays: (buffers, length) =>
      nullable ? [buffers.validity(length), valuesOf(form, buffers, length)] : [valuesOf(form, buffers, length)],
    column: (_, buffers, length) => fixedColumn(form, value.scale ?? 0, buffers, length, nullable),
  };
}

/** Numerics that were computed as decimals: they become scaled integers again where all rows allow it. */
function decimalOutput(emitter: KernelEmitter, o: string, value: KernelValue, isNull: string | undefined): KernelOutput {
  emitter.line(`${o}b.decimals[j] = ${isNull === undefined ? value.code : `${isNull} ? null : ${value.code}`};`);
  return {
    names: [`${o}b`],
    arrays: buffers => [buffers],
    column: (_, buffers, length) => {
      buffers.decimals.length = length;
      const validity = isNull === undefined ? null : buffers.validity(length);
      if (validity !== null) for (let i = 0; i < length; i++) validity[i] = buffers.decimals[i] === null ? 0 : 1;
      return decimalsToColumn(buffers.decimals, validity);
    },
  };
}

/** Ranges of an input column's buffer: the bytes stay where they are. */
function rangeOutput(emitter: KernelEmitter, o: string, value: KernelValue, source: number, isNull: string | undefined): KernelOutput {
  const put = `${o}s[j] = ${value.start}; ${o}e[j] = ${value.end};`;
  if (isNull === undefined) emitter.line(put);
  else emitter.line(`if (${isNull}) { ${o}n[j] = 0; ${o}s[j] = 0; ${o}e[j] = 0; } else { ${o}n[j] = 1; ${put} }`);
  const validity = (buffers: OutputBuffers, length: number) => (isNull === undefined ? null : buffers.validityOf(length));
  return {
    names: [...(isNull === undefined ? [] : [`${o}n`]), `${o}s`, `${o}e`],
    arrays: (buffers, length) => [
      ...(isNull === undefined ? [] : [buffers.validity(length)]),
      buffers.starts(length),
      buffers.ends(length),
    ],
    column: (batch, buffers, length) => {
      const column = batch.columns[source]!;
      if (column.form !== 'bytes') throw new Error('internal error: the column changed its form');
      return {
        form: 'bytes',
        starts: buffers.starts(length),
        ends: buffers.ends(length),
        data: column.data,
        validity: validity(buffers, length),
      };
    },
  };
}

function bytesOutput(emitter: KernelEmitter, o: string, value: KernelValue, isNull: string | undefined): KernelOutput {
  const put =
    value.form === 'bytes'
      ? `${o}b.putRange(j, ${value.code}, ${value.start}, ${value.end});`
      : value.form === 'string'
        ? `${o}b.putString(j, ${value.code});`
        : `${o}b.putDatum(j, ${emitter.constant(value.type)}, ${value.code});`;
  if (isNull === undefined) emitter.line(put);
  else emitter.line(`if (${isNull}) { ${o}n[j] = 0; ${o}b.putNothing(j); } else { ${o}n[j] = 1; ${put} }`);
  return {
    names: isNull === undefined ? [`${o}b`] : [`${o}n`, `${o}b`],
    arrays: (buffers, length) => {
      buffers.beginBytes(length);
      return isNull === undefined ? [buffers] : [buffers.validity(length), buffers];
    },
    column: (_, buffers, length) => buffers.bytesColumn(isNull === undefined ? null : buffers.validityOf(length)),
  };
}
