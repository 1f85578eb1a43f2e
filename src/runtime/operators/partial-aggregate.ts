import {MAX_BATCH_ROWS, type Batch, type Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import {NO_SLICES} from '../graph/no-slices.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {CHUNK_ROWS} from '../rows/keyed-rows.ts';
import {AggregateInput} from './aggregate-input.ts';
import {planSlots, type AggregateSpec} from './aggregate-spec.ts';
import {GroupRows} from './group-rows.ts';
import type {ErrorSink} from './map.ts';
import {refuseRetractions} from './row-window.ts';

const ROWS_AT_ONCE = MAX_BATCH_ROWS;

export type PartialAggregateArgs = {
  readonly label: string;
  readonly input: Schema;
  /** At least one. */
  readonly keys: readonly number[];
  /** None of them DISTINCT. */
  readonly aggregates: readonly AggregateSpec[];
  /** Takes the errors of groups whose result is out of range, given with their keys; without it the first one is thrown. */
  readonly errors?: ErrorSink | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * What: GROUP BY over the rows of one step alone, in front of an aggregate that merges the steps (and of hopping windows, so that groups are
 *   repeated and not rows). Output: the key columns, then one column per aggregate, one row per group and step.
 * Law: Δout(step) = {key ++ aggregates over Δ ↦ 1}: linear in the steps, a group comes once for each step that it is in. One whose result is an
 *   error does not come.
 * State: none that lasts: the groups of the step, as in aggregate.ts.
 * Invariants: the input never retracts; between steps there are no groups.
 * Cost: O(|Δ|).
 */
export class PartialAggregateOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores = [];
  readonly #keys: readonly number[];
  readonly #groups: GroupRows;
  readonly #input: AggregateInput;
  readonly #builder: BatchBuilder;
  readonly #errors: ErrorSink | undefined;
  readonly #failedKeys: BatchBuilder;
  readonly #ids = new Int32Array(CHUNK_ROWS);

  constructor({label, input, keys, aggregates, errors, hashMask}: PartialAggregateArgs) {
    this.label = label;
    const plan = planSlots(input, aggregates, true, false);
    const keyKinds = keys.map(k => input[k]!);
    this.#groups = new GroupRows({label, keyKinds, plan, scratch: true, hashMask});
    this.#input = new AggregateInput({label, input, plan, groups: this.#groups, hashMask});
    this.schema = [...keyKinds, ...plan.outputs.map(slot => plan.slots[slot]!.definition.output)];
    this.#keys = keys;
    this.#errors = errors;
    this.#failedKeys = new BatchBuilder(keyKinds);
    this.#builder = new BatchBuilder(this.schema);
  }

  push(_input: number, batch: Batch, out: BatchSink): Slices {
    refuseRetractions(this.label, batch);
    if (!out.wanted && !this.#groups.fallible) return NO_SLICES;
    const ids = this.#ids;
    for (let from = 0; from < batch.length; from += CHUNK_ROWS) {
      const to = Math.min(batch.length, from + CHUNK_ROWS);
      this.#groups.rows.resolve(batch, this.#keys, from, to, ids);
      this.#input.update(batch, from, to, ids);
    }
    return NO_SLICES;
  }

  *flush(out: BatchSink): Slices {
    const {store} = this.#groups;
    const rows = new Int32Array(Math.min(store.limit, ROWS_AT_ONCE));
    for (let from = 0; from < store.limit; from += ROWS_AT_ONCE) {
      const to = Math.min(store.limit, from + ROWS_AT_ONCE);
      let count = 0;
      for (let row = from; row < to; row++) if (!this.#fails(row)) rows[count++] = row;
      this.#groups.read(store.pages, rows, count, this.#builder, 1);
      yield* this.#builder.emit(out);
    }
    store.reset();
  }

  #fails(row: number): boolean {
    const groups = this.#groups;
    const error = groups.fallible ? groups.failure(groups.store.pages, row) : null;
    if (error === null) return false;
    if (this.#errors === undefined) throw error;
    this.#failedKeys.reset();
    groups.readKeys(groups.store.pages, row, this.#failedKeys, 1);
    this.#errors.add(error, 1, this.#failedKeys.build(), 0);
    return true;
  }

  rollback(): void {
    this.#groups.store.reset();
    this.#builder.reset();
  }
}
