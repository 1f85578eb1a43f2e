import type {Batch, Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import type {RowStore} from '../rows/row-store.ts';
import type {JoinArgs} from './inner-join.ts';
import {LEFT} from './join-pairs.ts';
import {LeftMatches} from './left-matches.ts';
import {PairOutput} from './pair-output.ts';
import {emitWeightChanges} from './weight-changes.ts';

/**
 * What: LEFT JOIN on equal keys, with a residual condition that is part of ON. Output: left ++ right, right NULL without a match.
 * Law: Δ(L⟕R) = Δ(L⋈R) + Δ(pad(L▷R)): pairs come while pushed, as in the inner join; padded rows at the end of the step, where a left row
 *      that the step has touched is unmatched now and was not before, or the other way round.
 * State: both inputs arranged by their keys, with the number of matches of each left row (left-matches.ts). Left rows with a NULL key are
 *      padded at once and not kept.
 *      A left row for which the condition fails with an error in some pair, and that has no match, is left out: it is not known to have none.
 * Invariants: between steps every weight is positive, every count of matches at least 0.
 * Cost: O(|Δ| · fan-out).
 */
export class LeftJoinOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores: readonly RowStore[];
  readonly #matches: LeftMatches;
  readonly #pairs: PairOutput;
  readonly #padded: BatchBuilder;
  readonly #leftWidth: number;

  constructor(args: JoinArgs) {
    this.label = args.label;
    this.schema = [...args.left, ...args.right];
    this.#matches = new LeftMatches(args, true);
    this.stores = this.#matches.stores;
    this.#pairs = new PairOutput(args);
    this.#padded = new BatchBuilder(this.schema);
    this.#leftWidth = args.left.length;
  }

  *push(input: number, batch: Batch, out: BatchSink): Slices {
    const pairs = out.wanted ? this.#pairs : null;
    if (input !== LEFT) {
      yield* this.#matches.pushRight(batch, pairs, out);
      return;
    }
    const unkeyed = yield* this.#matches.pushLeft(batch, pairs, out);
    if (unkeyed !== null && out.wanted) yield* this.#pad(unkeyed, out);
  }

  *#pad({columns, length, weights}: Batch, out: BatchSink): Slices {
    const padded = this.#padded;
    const rows = Int32Array.from({length}, (_, row) => row);
    for (let c = 0; c < padded.columns.length; c++) {
      if (c < this.#leftWidth) padded.columns[c]!.gather(columns[c]!, rows, 0, length);
      else padded.columns[c]!.appendNulls(length);
    }
    padded.addedWeights(weights, rows, 0, length);
    yield* padded.emit(out);
  }

  *flush(out: BatchSink): Slices {
    const {left, unmatchedWeight} = this.#matches;
    yield* emitWeightChanges({store: left.store, weightOf: unmatchedWeight, columns: this.#leftWidth, builder: this.#padded}, out);
    yield* this.#matches.freeEmpty();
  }

  rollback(): void {
    this.#pairs.builder.reset();
    this.#padded.reset();
  }
}
