import {loadJsonKernel, type JsonKernel} from '../../../runtime/kernels/load-kernel.ts';
import {
  DEFERRED_END,
  DEFERRED_FIELD,
  DEFERRED_SIZE,
  DEFERRED_START,
  FIELD_PRESENT,
  FIELD_SERIAL,
  KIND_OBJECT,
  STOP_DEFERRED,
  STOP_END,
} from '../../../runtime/kernels/json-layout.ts';
import {Arena} from './arena.ts';
import {ColumnWriter} from './column-writer.ts';
import type {DecodeColumn, JsonOptions, LeafPath, LocatedRecords} from './decode-column.ts';
import type {DecodedSlab, DecodeError} from './decoded-slab.ts';
import type {ColumnLocation} from '../../../runtime/ring/batch-message.ts';
import {buildDescriptorBlock, fieldOffset, placeField} from './descriptor-block.ts';
import {buildFieldTree, type FieldNode, type FieldTree} from './field-tree.ts';
import {MemoryViews} from './memory-views.ts';
import {buildProjection, type Projection} from './projection.ts';
import {RecordConverter} from './record-converter.ts';
import {copyRecords} from './copy-records.ts';
import {layoutRegion, spanOf, type RecordSpan, type RegionLayout, type Staging} from './region-layout.ts';
import {RejectedValue} from './rejected-value.ts';

export type JsonDecoderOptions = {
  /** Shared; where the regions lie that `decode` writes to. */
  readonly memory: WebAssembly.Memory;
  readonly columns: readonly DecodeColumn[];
  readonly options?: JsonOptions | undefined;
  readonly staging?: Staging | undefined;
};

/** Keys are counted in this many records at least. */
const COUNTED_RECORDS = 10_000;

/** What one call of `decode` works on. */
type Call = {
  readonly records: LocatedRecords;
  readonly span: RecordSpan;
  readonly layout: RegionLayout;
  readonly arena: Arena;
  /** By field id, undefined = not materialised. */
  readonly writers: readonly (ColumnWriter | undefined)[];
  readonly errors: DecodeError[];
};

/**
 * Decodes JSON records into columns, in a region of shared memory that its caller owns. The kernel does what is common; what it does not
 * (README.md has the list) is converted here, exactly; what that rejects is an error of that record. Every record is checked to its end,
 * every declared column for type and range, whatever is materialised. One decoder serves one stream on one thread.
 */
export class JsonDecoder {
  readonly #tree: FieldTree;
  readonly #kernel: JsonKernel;
  readonly #views: MemoryViews;
  readonly #block: Uint8Array;
  readonly #converter: RecordConverter;
  readonly #staging: Staging | undefined;
  #records = 0;

  constructor({memory, columns, options = {}, staging}: JsonDecoderOptions) {
    this.#staging = staging;
    this.#tree = buildFieldTree(columns, options);
    this.#kernel = loadJsonKernel(memory);
    this.#views = new MemoryViews(memory);
    this.#block = buildDescriptorBlock(this.#tree);
    this.#converter = new RecordConverter(this.#tree, options);
  }

  /** Names the columns and fields to materialise. A projection belongs to the decoder that made it and may be used again and again. */
  project(outputs: readonly LeafPath[]): Projection {
    return buildProjection(this.#tree, outputs);
  }

  /** Upper bound of the bytes that `decode` of these records touches from its `base` on. */
  regionBytes(records: LocatedRecords, projection: Projection, span: RecordSpan = spanOf(records)): number {
    return this.#layout(records.count, span, projection, 0).end;
  }

  #layout(count: number, span: RecordSpan, projection: Projection, base: number): RegionLayout {
    return layoutRegion({projection, count, span, blockBytes: this.#block.length, staging: this.#staging}, base);
  }

  /** In how many of the first (at least 10,000) records each column's key occurred, and how many were looked at. */
  presence(): {readonly records: number; readonly columns: readonly number[]} {
    const view = new DataView(this.#block.buffer);
    const columns = this.#tree.roots.map(f => view.getInt32(fieldOffset(f.id) + FIELD_PRESENT, true));
    return {records: this.#records, columns};
  }

  /** Decodes all records into the region at `base` (a multiple of 16) of the memory. */
  decode(records: LocatedRecords, projection: Projection, base: number, span: RecordSpan = spanOf(records)): DecodedSlab {
    const call = this.#begin(records, span, projection, base);
    const {layout, arena} = call;
    const {rows, sourceRows} = this.#run(call);
    this.#block.set(this.#views.u8.subarray(layout.block, layout.block + this.#block.length));
    if (this.#records < COUNTED_RECORDS) this.#records += records.count;
    const locations = projection.fields.map((field, i) => {
      const {validity} = layout.fields[i]!;
      const present = validity === 0 ? rows : this.#kernel.countPresent(validity, rows);
      return call.writers[field.id]!.finish(rows, present);
    });
    const hasBytes = locations.some(l => l.form === 'bytes');
    const dataEnd = arena.at;
    return {
      rows,
      columns: projection.outputs.map(i => withData(locations[i]!, layout.dataStart, dataEnd)),
      sourceRows,
      usedBytes: (hasBytes ? dataEnd : layout.columnsEnd) - base,
      errors: call.errors,
    };
  }

  #begin(records: LocatedRecords, span: RecordSpan, projection: Projection, base: number): Call {
    const layout = this.#layout(records.count, span, projection, base);
    const views = this.#views;
    views.refresh();
    const arena = new Arena(views, layout);
    const writers: (ColumnWriter | undefined)[] = [];
    views.u8.set(this.#block, layout.block);
    for (const {id} of this.#tree.all) placeField(views.words, layout.block >> 2, id, {values: 0, validity: 0, aux: 0, whole: false});
    projection.fields.forEach((field, i) => {
      const arrays = layout.fields[i]!;
      placeField(views.words, layout.block >> 2, field.id, {...arrays, whole: field.kind === KIND_OBJECT});
      writers[field.id] = new ColumnWriter(field, arrays, records.count, views, arena, layout.block);
      if (arrays.validity !== 0) views.u8.fill(0, arrays.validity, arrays.validity + records.count);
    });
    copyRecords(records, span, layout, views);
    return {records, span, layout, arena, writers, errors: []};
  }

  #run(call: Call): {rows: number; sourceRows: number} {
    const {layout, arena, records, span} = call;
    const kernel = this.#kernel;
    const recordBase = span.packed ? layout.records : layout.records - span.from;
    kernel.prepare(layout.block, layout.dataStart, layout.deferred, this.#records < COUNTED_RECORDS ? 1 : 0);
    let sourceRows = 0;
    let rows = 0;
    for (let next = 0; ;) {
      const at = kernel.decode(layout.recordStarts, layout.recordEnds, next, records.count, rows, arena.at, recordBase, sourceRows);
      rows = kernel.rowCount();
      arena.at = kernel.arenaEnd() >>> 0;
      const reason = kernel.stopReason();
      if (reason === STOP_END) return {rows, sourceRows};
      try {
        if (reason === STOP_DEFERRED) this.#convertDeferred(call, rows);
        else this.#convertRecord(call, at, rows);
        rows++;
      } catch (error) {
        if (!(error instanceof RejectedValue)) throw error;
        call.errors.push({record: at, column: error.path, reason: error.message});
        clearRow(call, rows);
        if (sourceRows === 0) {
          sourceRows = layout.sources;
          for (let r = 0; r < rows; r++) this.#views.words[(sourceRows >> 2) + r] = r;
        }
      }
      next = at + 1;
    }
  }

  /** The values that the kernel has left of a record that it accepted otherwise. */
  #convertDeferred(call: Call, row: number): void {
    const {words, buffer} = this.#views;
    const count = this.#kernel.deferred();
    for (let i = 0; i < count; i++) {
      const entry = (call.layout.deferred + i * DEFERRED_SIZE) >> 2;
      const field = this.#tree.all[words[entry + DEFERRED_FIELD / 4]!]!;
      const text = buffer.toString('utf8', words[entry + DEFERRED_START / 4]! >>> 0, words[entry + DEFERRED_END / 4]! >>> 0);
      this.#converter.writeValue(field, text, row, call.writers);
    }
  }

  /** Counts a key of a record that the kernel left, unless the kernel has met that key before it stopped. */
  #countKey({layout}: Call, field: FieldNode): void {
    const {words} = this.#views;
    const at = (layout.block + fieldOffset(field.id)) >> 2;
    if (this.#records < COUNTED_RECORDS && words[at + FIELD_SERIAL / 4] !== this.#kernel.recordSerial()) words[at + FIELD_PRESENT / 4]!++;
  }

  #convertRecord(call: Call, record: number, row: number): void {
    const {bytes, valueStart, valueEnd} = call.records;
    clearRow(call, row);
    const start = valueStart[record]!;
    const value = start < 0 ? undefined : Uint8Array.prototype.slice.call(bytes, start, valueEnd[record]!);
    this.#converter.writeRecord(value, row, call.writers, field => this.#countKey(call, field));
  }
}

/** Ranges lie in the data area, which ends where all columns are finished. */
function withData({form, scale, values, validity, starts, ends}: ColumnLocation, dataStart: number, dataEnd: number): ColumnLocation {
  return form === 'bytes'
    ? {form, scale, values, validity, starts, ends, dataStart, dataEnd}
    : {form, scale, values, validity, starts, ends, dataStart: 0, dataEnd: 0};
}

function clearRow(call: Call, row: number): void {
  for (const writer of call.writers) writer?.clear(row);
}
