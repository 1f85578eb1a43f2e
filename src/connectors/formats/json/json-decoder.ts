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
import {buildDescriptorBlock, fieldOffset, placeField} from './descriptor-block.ts';
import {buildFieldTree, type FieldNode, type FieldTree} from './field-tree.ts';
import {MemoryViews} from './memory-views.ts';
import {buildProjection, type Projection} from './projection.ts';
import {RecordConverter} from './record-converter.ts';
import {copyRecords} from './copy-records.ts';
import {layoutRegion, type RecordSpan, type RegionLayout, spanOf} from './region-layout.ts';
import {RejectedValue} from './rejected-value.ts';

export type JsonDecoderOptions = {
  /** Shared; where the regions lie that `decode` writes to. */
  readonly memory: WebAssembly.Memory;
  readonly columns: readonly DecodeColumn[];
  readonly options?: JsonOptions | undefined;
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
  #records = 0;

  constructor({memory, columns, options = {}}: JsonDecoderOptions) {
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
  regionBytes(records: LocatedRecords, projection: Projection): number {
    return layoutRegion(projection, records.count, spanOf(records), this.#block.length, 0).end;
  }

  /** In how many of the first (at least 10,000) records each column's key occurred, and how many were looked at. */
  presence(): {readonly records: number; readonly columns: readonly number[]} {
    const view = new DataView(this.#block.buffer);
    const columns = this.#tree.roots.map(f => view.getInt32(fieldOffset(f.id) + FIELD_PRESENT, true));
    return {records: this.#records, columns};
  }

  /** Decodes all records into the region at `base` (a multiple of 16) of the memory. */
  decode(records: LocatedRecords, projection: Projection, base: number): DecodedSlab {
    const call = this.#begin(records, projection, base);
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
      columns: projection.outputs.map(i => {
        const location = locations[i]!;
        return location.form === 'bytes' ? {...location, dataStart: layout.dataStart, dataEnd} : location;
      }),
      sourceRows,
      usedBytes: (hasBytes ? dataEnd : layout.columnsEnd) - base,
      errors: call.errors,
    };
  }

  #begin(records: LocatedRecords, projection: Projection, base: number): Call {
    const span = spanOf(records);
    const layout = layoutRegion(projection, records.count, span, this.#block.length, base);
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
    const recordBase = span.packed ? layout.dataStart : layout.dataStart - span.from;
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

function clearRow(call: Call, row: number): void {
  for (const writer of call.writers) writer?.clear(row);
}
