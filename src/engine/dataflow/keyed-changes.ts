import {sqlError} from '../../common/sql-error.ts';
import {pickColumns} from '../../dataflow-builder/scan-columns.ts';
import type {Batch} from '../../runtime/batch/batch.ts';
import type {Column} from '../../runtime/batch/column.ts';
import {BatchBuilder} from '../../runtime/batch/batch-builder.ts';
import {encodeBatch} from '../../runtime/batch/batch-bytes.ts';
import type {BatchSink, Slices} from '../../runtime/graph/operator.ts';
import type {Pin} from '../../runtime/rows/pin.ts';
import type {RowPages} from '../../runtime/rows/row-pages.ts';
import type {ReadableRows} from '../../runtime/views/readable-rows.ts';
import {RelationReader} from './relation-reader.ts';
import {ADDED, KEY_ADDED_BY_STATEMENT, KEY_EXISTS, type BaseRows, type TableChanges} from './table-changes.ts';
import {TouchedRows} from './touched-rows.ts';
import {schemaOf, type WriteTarget} from './write-target.ts';

/** Word 0 of a touched row: what has become of its key. */
const UNTOUCHED = 0;
const PRESENT = 1;
const GONE = 2;
/** Word 1: the statement that touched it last. */
const STATE = 0;
const STATEMENT = 1;
const SCAN_ROWS = 4096;

/** Changes of a table with a primary key: for every key touched, its row or that it is gone. */
export class KeyedChanges implements TableChanges {
  readonly target: WriteTarget;
  readonly #base: BaseRows | null;
  readonly #touched: TouchedRows;
  #statement = 0;

  constructor(target: WriteTarget, base: BaseRows | null) {
    this.target = target;
    this.#base = base;
    this.#touched = new TouchedRows(target, target.primaryKey);
  }

  beginStatement(): void {
    this.#statement++;
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
    const {pages} = touched.store;
    for (let row = 0; row < batch.length; row++) {
      const id = touched.resolve(batch, row);
      const again = touched.word(pages, id, STATEMENT) === this.#statement;
      removed[row] = again || touched.word(pages, id, STATE) === GONE ? 0 : 1;
      if (removed[row] === 0) continue;
      touched.setWord(id, STATE, GONE);
      touched.setWord(id, STATEMENT, this.#statement);
    }
  }

  add(batch: Batch, outcome: Uint8Array): void {
    const touched = this.#touched;
    const {pages} = touched.store;
    const keys = pickColumns(batch, this.target.primaryKey);
    const found = new BatchBuilder(schemaOf(this.target.columns));
    for (let row = 0; row < batch.length; row++) {
      const id = touched.resolve(batch, row);
      const state = touched.word(pages, id, STATE);
      outcome[row] = ADDED;
      if (state === PRESENT) outcome[row] = touched.word(pages, id, STATEMENT) === this.#statement ? KEY_ADDED_BY_STATEMENT : KEY_EXISTS;
      else if (state === UNTOUCHED && this.#inBase(keys, row, found)) {
        outcome[row] = KEY_EXISTS;
        touched.free(id);
      }
      if (outcome[row] !== ADDED) continue;
      touched.write(batch, row, id);
      touched.setWord(id, STATE, PRESENT);
      touched.setWord(id, STATEMENT, this.#statement);
    }
  }

  #inBase(keys: Batch, row: number, found: BatchBuilder): boolean {
    if (this.#base === null) return false;
    found.reset();
    return this.#base.rows.lookup(keys, row, found, this.#base.pin) > 0;
  }

  existing(batch: Batch, row: number, out: BatchBuilder): number {
    const touched = this.#touched;
    const id = touched.find(batch, row);
    if (id < 0)
      return this.#base === null ? 0 : this.#base.rows.lookup(pickColumns(batch, this.target.primaryKey), row, out, this.#base.pin);
    if (touched.word(touched.store.pages, id, STATE) !== PRESENT) return 0;
    touched.read(touched.store.pages, Int32Array.of(id), 1, out);
    out.added(1, 1);
    return 1;
  }

  readonly find = (key: Batch): Batch | null => {
    const columns: Column[] = [];
    for (const [i, ordinal] of this.target.primaryKey.entries()) columns[ordinal] = key.columns[i]!;
    const out = new BatchBuilder(schemaOf(this.target.columns));
    return this.existing({length: 1, columns, weights: null}, 0, out) === 0 ? null : out.build();
  };

  pin(): Pin {
    return this.#touched.store.pin();
  }

  *scan(own: Pin, out: BatchSink): Slices {
    const {store} = this.#touched;
    const builder = new BatchBuilder(schemaOf(this.target.columns));
    if (this.#base !== null) {
      const reader = new RelationReader(this.#base.rows, null, null);
      yield* reader.scan(
        this.#base.pin,
        own.rowCount === 0 ? out : {wanted: true, emit: batch => this.#emitUntouched(batch, own, builder, out)},
      );
    }
    for (let from = 0; from >= 0;) {
      from = store.scan(own, from, SCAN_ROWS, (pages, rows, count) => {
        const present = rows.subarray(0, count).filter(id => this.#touched.word(pages, id, STATE) === PRESENT);
        this.#touched.read(pages, present, present.length, builder);
        builder.added(present.length, 1);
      });
      yield* builder.emit(out);
      yield;
    }
  }

  *#emitUntouched(batch: Batch, own: Pin, builder: BatchBuilder, out: BatchSink): Slices {
    const kept = new Int32Array(batch.length);
    let count = 0;
    let isTouched = false;
    const note = (): void => void (isTouched = true);
    for (let row = 0; row < batch.length; row++) {
      isTouched = false;
      this.#touched.visit(batch, row, own, note);
      if (!isTouched) kept[count++] = row;
    }
    builder.gather(batch, kept, 0, count);
    yield* builder.emit(out);
  }

  *delta({newest, checked}: {newest: ReadableRows; checked: boolean}, out: BatchSink): Slices {
    const {store} = this.#touched;
    const schema = schemaOf(this.target.columns);
    const [own, before, now, builder] = [
      new BatchBuilder(schema),
      new BatchBuilder(schema),
      new BatchBuilder(schema),
      new BatchBuilder(schema),
    ];
    const compare = (pages: RowPages, rows: Int32Array, count: number): void => {
      own.reset();
      this.#touched.read(pages, rows, count, own);
      own.added(count, 1);
      const touched = own.build();
      const keys = pickColumns(touched, this.target.primaryKey);
      for (let k = 0; k < count; k++) {
        now.reset();
        if (this.#base !== null) newest.lookup(keys, k, now, null);
        if (checked && this.#base !== null) this.#checkUnchanged(this.#base, keys, k, before, now);
        if (now.length > 0) builder.appendRange(now.build(), 0, 1, -1);
        if (this.#touched.word(pages, rows[k]!, STATE) === PRESENT) builder.appendRange(touched, k, k + 1, 1);
      }
    };
    for (let from = 0; from >= 0;) {
      from = store.scan(null, from, SCAN_ROWS, compare);
      yield* builder.emit(out);
      yield;
    }
  }

  #checkUnchanged(base: BaseRows, keys: Batch, row: number, before: BatchBuilder, now: BatchBuilder): void {
    before.reset();
    base.rows.lookup(keys, row, before, base.pin);
    if (before.length === now.length && (now.length === 0 || Buffer.compare(encodeBatch(before.build()), encodeBatch(now.build())) === 0))
      return;
    throw changedConcurrently();
  }

  emptied(): TableChanges {
    return new KeyedChanges(this.target, null);
  }
}

export function changedConcurrently(): Error {
  return sqlError('serialization_failure', 'could not serialize access due to concurrent update', {
    hint: 'Another transaction has changed the same row and committed first. Retry the transaction.',
  });
}
