import type {Batch} from '../../runtime/batch/batch.ts';
import {BatchBuilder} from '../../runtime/batch/batch-builder.ts';
import type {BatchSink, Slices} from '../../runtime/graph/operator.ts';
import type {Pin} from '../../runtime/rows/pin.ts';
import type {ReadableRows} from '../../runtime/views/readable-rows.ts';
import {ZsetView} from '../../runtime/views/zset-view.ts';
import {assert} from '../../common/unreachable.ts';
import {changedConcurrently} from './keyed-changes.ts';
import {RelationReader} from './relation-reader.ts';
import {ADDED, type BaseRows, type TableChanges} from './table-changes.ts';
import {TouchedRows} from './touched-rows.ts';
import {schemaOf, type WriteTarget} from './write-target.ts';

/** Word 0: the net number of copies that the transaction has added. */
const NET = 0;
const SCAN_ROWS = 4096;

/** Changes of a table without a key: a Z-set of whole rows. */
export class BagChanges implements TableChanges {
  readonly target: WriteTarget;
  readonly #base: {readonly rows: ZsetView; readonly pin: Pin} | null;
  readonly #touched: TouchedRows;

  constructor(target: WriteTarget, base: BaseRows | null) {
    this.target = target;
    this.#base = base === null ? null : {rows: asBag(base.rows), pin: base.pin};
    this.#touched = new TouchedRows(
      target,
      target.columns.map((_, i) => i),
      'exact',
    );
  }

  beginStatement(): void {
    this.#touched.store.beginStep();
  }

  endStatement(): void {
    this.#touched.store.endStep();
  }

  undoStatement(): void {
    this.#touched.store.rollbackStep();
  }

  remove(batch: Batch, removed: Int32Array): void {
    const touched = this.#touched;
    for (let row = 0; row < batch.length; row++) {
      const id = touched.resolve(batch, row);
      const net = touched.word(touched.store.pages, id, NET);
      const there = (this.#base === null ? 0 : this.#base.rows.copies(batch, row, this.#base.pin)) + net;
      const taken = Math.min(there, batch.weights === null ? 1 : batch.weights[row]!);
      removed[row] = taken;
      touched.setWord(id, NET, net - taken);
    }
  }

  add(batch: Batch, outcome: Uint8Array): void {
    const touched = this.#touched;
    for (let row = 0; row < batch.length; row++) {
      const id = touched.resolve(batch, row);
      touched.setWord(id, NET, touched.word(touched.store.pages, id, NET) + (batch.weights === null ? 1 : batch.weights[row]!));
      outcome[row] = ADDED;
    }
  }

  existing(): number {
    return 0;
  }

  pin(): Pin {
    return this.#touched.store.pin();
  }

  *scan(own: Pin, out: BatchSink): Slices {
    const builder = new BatchBuilder(schemaOf(this.target.columns));
    if (this.#base !== null) {
      const reader = new RelationReader(this.#base.rows, null, null);
      yield* reader.scan(
        this.#base.pin,
        own.rowCount === 0 ? out : {wanted: true, emit: batch => this.#emitLess(batch, own, builder, out)},
      );
    }
    yield* this.#emitNet(own, builder, out, net => net > 0);
  }

  /** Base rows, less the copies that were taken away. */
  *#emitLess(batch: Batch, own: Pin, builder: BatchBuilder, out: BatchSink): Slices {
    for (let row = 0; row < batch.length; row++) {
      let net = 0;
      this.#touched.visit(batch, row, own, (pages, rows) => (net = this.#touched.word(pages, rows[0]!, NET)));
      const copies = (batch.weights === null ? 1 : batch.weights[row]!) + Math.min(net, 0);
      if (copies > 0) builder.appendRange(batch, row, row + 1, copies);
    }
    yield* builder.emit(out);
  }

  *#emitNet(at: Pin | null, builder: BatchBuilder, out: BatchSink, wanted: (net: number) => boolean): Slices {
    const {store} = this.#touched;
    for (let from = 0; from >= 0;) {
      from = store.scan(at, from, SCAN_ROWS, (pages, rows, count) => {
        const changed = rows.subarray(0, count).filter(id => wanted(this.#touched.word(pages, id, NET)));
        this.#touched.read(pages, changed, changed.length, builder);
        for (const id of changed) builder.added(1, this.#touched.word(pages, id, NET));
      });
      yield* builder.emit(out);
      yield;
    }
  }

  *delta({newest, checked}: {newest: ReadableRows; checked: boolean}, out: BatchSink): Slices {
    const bag = this.#base === null ? null : asBag(newest);
    const emit = (batch: Batch): Slices => {
      for (let row = 0; checked && bag !== null && row < batch.length; row++) {
        const weight = batch.weights === null ? 1 : batch.weights[row]!;
        if (weight < 0 && bag.copies(batch, row, null) + weight < 0) throw changedConcurrently();
      }
      return out.emit(batch);
    };
    yield* this.#emitNet(null, new BatchBuilder(schemaOf(this.target.columns)), {wanted: true, emit}, net => net !== 0);
  }

  emptied(): TableChanges {
    return new BagChanges(this.target, null);
  }
}

function asBag(rows: ReadableRows): ZsetView {
  assert(rows instanceof ZsetView, 'a table without a key is a Z-set');
  return rows;
}
