import {compileMap, type MapKernel} from '../../codegen/compile-map.ts';
import type {EvaluationContext} from '../../functions/evaluation-context.ts';
import {input} from '../../planner/expression/build-expression.ts';
import type {Batch} from '../../runtime/batch/batch.ts';
import {BatchBuilder} from '../../runtime/batch/batch-builder.ts';
import {decodeBatch, encodeBatch} from '../../runtime/batch/batch-bytes.ts';
import type {Column} from '../../runtime/batch/column.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import {physicalOf, T} from '../../types/sql-type.ts';
import type {TextSettings} from '../../types/text-settings.ts';
import type {WriteSpec} from './commands.ts';
import {affectedTwice, checkNotNull, duplicateKey} from './constraint-errors.ts';
import {evaluationOf} from './evaluation-of.ts';
import type {QueryFigures} from './operator-figures.ts';
import {PrivateQuery} from './private-query.ts';
import type {Snapshot} from './snapshot.ts';
import {ADDED, KEY_ADDED_BY_STATEMENT, type TableChanges} from './table-changes.ts';
import {declaredColumns, schemaOf} from './write-target.ts';
import {LogChanges, withSystemColumns} from './log-changes.ts';

/**
 * One INSERT, UPDATE or DELETE: evaluates its source over a snapshot to the end, checks constraints, and notes the changes. An UPDATE takes
 * all old rows away before it puts the new ones in, so that keys may move along.
 */
export class WriteStatement {
  affected = 0;
  /** What the operators of its source did; only for EXPLAIN ANALYZE. */
  figures: QueryFigures | undefined;
  /** Rows of RETURNING, as encoded batches. */
  readonly returned: Uint8Array[] = [];
  readonly #spec: WriteSpec;
  readonly #changes: TableChanges;
  readonly #evaluation: EvaluationContext;
  readonly #settings: TextSettings;
  readonly #query: PrivateQuery;
  readonly #returning: MapKernel | null;
  readonly #conflict: MapKernel | null;
  readonly #time: number;
  /** New rows of an UPDATE, kept until all old ones are gone. */
  readonly #newRows: Uint8Array[] = [];

  constructor(spec: WriteSpec, changes: TableChanges, snapshot: Snapshot, time: number) {
    this.#spec = spec;
    this.#changes = changes;
    this.#time = time;
    this.#evaluation = evaluationOf(spec.settings, snapshot.step);
    this.#settings = {timeZone: spec.settings.timeZone};
    const types = changes.target.columns.map(column => column.type);
    const {returning, conflict} = spec;
    this.#returning =
      returning === undefined ? null : this.#kernel(spec.operation === 'insert' ? types : spec.source.types, [], returning.expressions);
    this.#conflict =
      conflict?.action !== 'update'
        ? null
        : this.#kernel([...types, ...types, T.int4], conflict.where === undefined ? [] : [conflict.where], [
            ...types.map((type, i) => input(i, type)),
            ...conflict.assignments,
            input(2 * types.length, T.int4),
          ]);
    this.#query = new PrivateQuery({plan: spec.source, parameters: spec.parameters, evaluation: this.#evaluation, snapshot});
  }

  #kernel(
    inputTypes: WriteSpec['source']['types'],
    predicates: NonNullable<WriteSpec['returning']>['expressions'],
    projections: typeof predicates,
  ): MapKernel {
    return compileMap({inputTypes, predicates, projections, parameters: this.#spec.parameters, context: this.#evaluation});
  }

  *run(): Slices {
    const width = this.#changes.target.columns.length;
    this.#changes.beginStatement();
    try {
      yield* this.#query.run({wanted: true, emit: batch => this.#take(batch)});
      if (this.#spec.analyze === true) this.figures = this.#query.figures();
      for (const rows of this.#newRows) {
        const whole = decodeBatch(rows);
        this.#put(part(whole, width, 2 * width));
        this.#return(whole);
        yield;
      }
    } catch (error) {
      this.#changes.undoStatement();
      throw error;
    } finally {
      this.#query.dispose();
    }
    this.#changes.endStatement();
  }

  *#take(batch: Batch): Slices {
    const width = this.#changes.target.columns.length;
    switch (this.#spec.operation) {
      case 'insert':
        this.#insert(batch);
        break;
      case 'update':
        this.#update(batch, width);
        break;
      case 'delete':
        this.#return(this.#takeAway(batch, width));
        break;
    }
    yield;
  }

  #insert(given: Batch): void {
    const {target} = this.#changes;
    const width = declaredColumns(target).length;
    const values = part(given, 0, width);
    // Rows are checked in their order: a duplicate key before the NULL is found first.
    checkNotNull(target, values, this.#settings, to => {
      if (this.#spec.conflict === undefined) this.#put(rowsWhere(values, schemaOf(declaredColumns(target)), row => row < to));
    });
    const batch = target.primaryKey.length > 0 ? onceEach(values, schemaOf(target.columns)) : values;
    const outcome = new Uint8Array(batch.length);
    this.#changes.add(batch, outcome);
    if (!outcome.some(o => o !== ADDED)) return this.#added(batch);
    const {conflict} = this.#spec;
    if (conflict === undefined) {
      const clash = outcome.findIndex(o => o !== ADDED);
      throw duplicateKey(target, batch, clash, this.#settings);
    }
    const updated = conflict.action === 'update' ? this.#resolveConflicts(batch, outcome) : null;
    this.#return(interleaved(batch, outcome, updated, schemaOf(target.columns)));
  }

  /** Updates the rows that were in the way. The result: the rows as they are now, and last the proposed row that each of them met. */
  #resolveConflicts(batch: Batch, outcome: Uint8Array): Batch | null {
    if (outcome.includes(KEY_ADDED_BY_STATEMENT)) throw affectedTwice();
    const {target} = this.#changes;
    const schema = schemaOf(target.columns);
    const width = schema.length;
    const existing = new BatchBuilder(schema);
    for (let row = 0; row < batch.length; row++) if (outcome[row] !== ADDED) this.#changes.existing(batch, row, existing);
    const excluded = rowsWhere(batch, schema, row => outcome[row] !== ADDED);
    const met: Column = {form: 'i32', values: Int32Array.from(outcome.keys()).filter(row => outcome[row] !== ADDED), validity: null};
    const pairs: Batch = {length: excluded.length, columns: [...existing.build().columns, ...excluded.columns, met], weights: null};
    const updated = run(this.#conflict!, pairs);
    if (updated === null) return null;
    const rows = part(updated, width, 2 * width);
    checkNotNull(target, rows, this.#settings);
    const removed = new Int32Array(updated.length);
    this.#changes.remove(part(updated, 0, width), removed);
    if (removed.includes(0)) throw affectedTwice();
    this.#put(rows);
    return part(updated, width, 2 * width + 1);
  }

  #update(batch: Batch, width: number): void {
    const changed = this.#takeAway(batch, width);
    if (changed.length === 0) return;
    checkNotNull(this.#changes.target, part(changed, width, 2 * width), this.#settings);
    this.#newRows.push(encodeBatch(changed));
  }

  /** Removes the old rows that the source's rows begin with. Returns the source's rows whose old row was there still, as often as it was. */
  #takeAway(batch: Batch, width: number): Batch {
    const removed = new Int32Array(batch.length);
    this.#changes.remove(part(batch, 0, width), removed);
    const builder = new BatchBuilder(this.#spec.source.types.map(physicalOf));
    for (let row = 0; row < batch.length; row++) if (removed[row]! > 0) builder.appendRange(batch, row, row + 1, removed[row]!);
    return builder.build();
  }

  /** Puts in new rows, whose keys must be free. */
  #put(rows: Batch): void {
    const outcome = new Uint8Array(rows.length);
    this.#changes.add(rows, outcome);
    const clash = outcome.findIndex(o => o !== ADDED);
    if (clash >= 0) throw duplicateKey(this.#changes.target, rows, clash, this.#settings);
  }

  /** New rows of an INSERT: a stream's get the offsets that they would have now. */
  #added(rows: Batch): void {
    const changes = this.#changes;
    if (!(changes instanceof LogChanges) || this.#returning === null) this.#return(rows);
    else this.#return(withSystemColumns(rows, changes.nextOffset - rows.length, this.#time));
  }

  /** Counts changed rows and notes what RETURNING says of them. */
  #return(rows: Batch): void {
    if (rows.length === 0) return;
    if (rows.weights === null) this.affected += rows.length;
    else for (let row = 0; row < rows.length; row++) this.affected += rows.weights[row]!;
    if (this.#returning === null) return;
    const projected = run(this.#returning, rows);
    if (projected !== null) this.returned.push(encodeBatch(projected));
  }
}

function run(kernel: MapKernel, rows: Batch): Batch | null {
  const {batch, errors} = kernel.run(rows);
  if (errors !== null && errors.length > 0) throw errors[0]!.error;
  return batch;
}

function part({length, columns, weights}: Batch, from: number, to: number): Batch {
  return {length, columns: columns.slice(from, to), weights};
}

function rowsWhere(batch: Batch, schema: ReturnType<typeof schemaOf>, wanted: (row: number) => boolean): Batch {
  const builder = new BatchBuilder(schema);
  for (let row = 0; row < batch.length; row++) if (wanted(row)) builder.appendRange(batch, row, row + 1);
  return builder.build();
}

/** The rows that an INSERT put in or updated, in the order in which they were proposed. */
function interleaved(batch: Batch, outcome: Uint8Array, updated: Batch | null, schema: ReturnType<typeof schemaOf>): Batch {
  const builder = new BatchBuilder(schema);
  const met = updated?.columns[schema.length];
  let next = 0;
  for (let row = 0; row < batch.length; row++) {
    if (outcome[row] === ADDED) builder.appendRange(batch, row, row + 1, batch.weights === null ? 1 : batch.weights[row]!);
    else if (updated !== null && next < updated.length && met?.form === 'i32' && met.values[next] === row)
      builder.appendRange(updated, next++, next, 1);
  }
  return builder.build();
}

/** The batch with a row of weight k as k rows. */
function onceEach(batch: Batch, schema: ReturnType<typeof schemaOf>): Batch {
  const {weights} = batch;
  if (weights === null || !weights.subarray(0, batch.length).some(weight => weight !== 1)) return {...batch, weights: null};
  const builder = new BatchBuilder(schema);
  for (let row = 0; row < batch.length; row++) for (let copy = weights[row]!; copy > 0; copy--) builder.appendRange(batch, row, row + 1);
  return builder.build();
}
