import type {Batch, Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import type {RowStore} from '../rows/row-store.ts';
import type {JoinArgs} from './inner-join.ts';
import {LEFT} from './join-pairs.ts';
import {LeftMatches} from './left-matches.ts';
import {emitWeightChanges} from './weight-changes.ts';

/**
 * What: the left rows that match no right row (NOT EXISTS). A NULL key matches nothing, so such rows are always part of the output.
 *      A left row for which the condition fails with an error in some pair is left out: it is not known that it matches nothing.
 * Law: out = {l ↦ weight | Σ weights of the right rows matching l = 0}; Δout holds the touched rows whose share has changed.
 * State: both inputs arranged by their keys, with the number of matches of each left row (left-matches.ts). Left rows with a NULL key pass
 *      and are not kept.
 * Invariants: between steps every weight is positive, every count of matches at least 0.
 * Cost: O(|ΔL| · fan-out of new rows + |ΔR| · fan-out).
 */
export class AntiJoinOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores: readonly RowStore[];
  readonly #matches: LeftMatches;
  readonly #builder: BatchBuilder;

  constructor(args: JoinArgs) {
    this.label = args.label;
    this.schema = args.left;
    this.#matches = new LeftMatches(args, true);
    this.stores = this.#matches.stores;
    this.#builder = new BatchBuilder(args.left);
  }

  *push(input: number, batch: Batch, out: BatchSink): Slices {
    if (input !== LEFT) {
      yield* this.#matches.pushRight(batch, null, out);
      return;
    }
    const unkeyed = yield* this.#matches.pushLeft(batch, null, out);
    if (unkeyed !== null && out.wanted) yield* out.emit(unkeyed);
  }

  *flush(out: BatchSink): Slices {
    const {left, unmatchedWeight} = this.#matches;
    yield* emitWeightChanges({store: left.store, weightOf: unmatchedWeight, columns: this.schema.length, builder: this.#builder}, out);
    yield* this.#matches.freeEmpty();
  }

  rollback(): void {
    this.#builder.reset();
  }
}
