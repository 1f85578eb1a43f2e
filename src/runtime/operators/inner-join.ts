import type {Batch, Schema} from '../batch/batch.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {ChainProbe} from '../rows/chain-probe.ts';
import {ChainedRows} from '../rows/chained-rows.ts';
import type {RowExpiry} from '../time/expiry-index.ts';
import {CHUNK_ROWS} from '../rows/keyed-rows.ts';
import type {SnapshotBudget} from '../rows/pin.ts';
import type {RowStore} from '../rows/row-store.ts';
import type {JoinKeys} from './join-pairs.ts';
import type {ErrorSink} from './map.ts';
import {NullKeys} from './null-keys.ts';
import {PairFilter, type ResidualCondition} from './pair-filter.ts';
import {PairOutput} from './pair-output.ts';

export type JoinArgs = {
  readonly label: string;
  readonly left: Schema;
  readonly right: Schema;
  readonly keys: JoinKeys;
  readonly residual?: ResidualCondition | undefined;
  /** Takes errors of the residual condition; without it the first one is thrown. */
  readonly errors?: ErrorSink | undefined;
  /** Per side, whether it never retracts. */
  readonly appendOnly?: {readonly left: boolean; readonly right: boolean} | undefined;
  /** Per side, rows that time makes useless. */
  readonly expiry?: {readonly left?: RowExpiry | undefined; readonly right?: RowExpiry | undefined} | undefined;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * What: INNER JOIN on equal keys, with a residual condition; CROSS JOIN without keys. Output: left ++ right.
 * Law: bilinear: Δ(L⋈R) = ΔL⋈R + L⋈ΔR + ΔL⋈ΔR. Each batch is joined with the other side as it stands, then applied to its own: whatever the
 *      order of batches, every pair of changes meets once.
 * State: both inputs arranged by their keys (chained-rows.ts); rows with a NULL key are not kept, unless NULL matches NULL there.
 * Invariants: between steps every weight is positive, and no row is below its side's bound: what such a row could meet is late.
 * Cost: O(|Δ| · fan-out); at most one output batch is in flight, whatever the fan-out.
 */
export class InnerJoinOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores: readonly RowStore[];
  readonly #sides: readonly [Side, Side];
  readonly #filter: PairFilter | null;
  readonly #output: PairOutput;

  constructor({label, left, right, keys, residual, errors, appendOnly, expiry, budget, hashMask}: JoinArgs) {
    this.label = label;
    this.schema = [...left, ...right];
    const side = (which: 'left' | 'right', schema: Schema, columns: readonly number[]): Side => {
      const rows = new ChainedRows({
        label: `${label} ${which}`,
        schema,
        keys: columns,
        appendOnly: appendOnly?.[which],
        expiry: expiry?.[which],
        budget,
        hashMask,
      });
      return {rows, probe: new ChainProbe(rows), columns, nulls: new NullKeys(schema, columns, keys.nullSafe)};
    };
    this.#sides = [side('left', left, keys.left), side('right', right, keys.right)];
    this.stores = this.#sides.map(s => s.rows.store);
    this.#filter = residual === undefined ? null : new PairFilter({residual, left, right, errors});
    // What a batch gives is emitted before the next one comes.
    this.#output = new PairOutput({left, right, borrows: true});
  }

  *push(input: number, batch: Batch, out: BatchSink): Slices {
    const own = this.#sides[input]!;
    const {keyed} = own.nulls.split(batch);
    if (out.wanted) yield* this.#join(input, keyed, out);
    for (let from = 0; from < keyed.length; from += CHUNK_ROWS) own.rows.merge(keyed, from, Math.min(keyed.length, from + CHUNK_ROWS));
  }

  *#join(side: number, batch: Batch, out: BatchSink): Slices {
    const {columns} = this.#sides[side]!;
    const {rows: stored, probe} = this.#sides[1 - side]!;
    for (let from = 0; from < batch.length; from += CHUNK_ROWS) {
      probe.start(batch, columns, from, Math.min(batch.length, from + CHUNK_ROWS));
      for (let count = probe.fill(); count > 0; count = probe.fill()) {
        const pairs = {side, batch, stored, rows: probe.rows, ids: probe.ids, count};
        yield* this.#output.add(this.#filter === null ? pairs : this.#filter.apply(pairs), out);
        if (count > CHUNK_ROWS) yield;
      }
    }
    yield* this.#output.builder.emit(out);
  }

  *flush(): Slices {
    for (const {rows} of this.#sides) yield* rows.freeEmpty();
    for (const {rows} of this.#sides) yield* rows.expire();
  }

  isDue(): boolean {
    return this.#sides.some(({rows}) => rows.isDue());
  }

  get expired(): number {
    return this.#sides[0].rows.expired + this.#sides[1].rows.expired;
  }

  rollback(): void {
    this.#output.builder.reset();
  }
}

type Side = {readonly rows: ChainedRows; readonly probe: ChainProbe; readonly columns: readonly number[]; readonly nulls: NullKeys};
