import type {Batch, Schema} from '../batch/batch.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';

export type InboxArgs = {
  readonly label: string;
  readonly schema: Schema;
  /** What has been put in since the last call; null = nothing. */
  readonly take: () => Batch | null;
  /** Forgets what was put in: the step is undone. */
  readonly discard: () => void;
};

/**
 * What: rows that other operators hand over beside their output (late rows). Has no input: it comes behind all of them in the order of the
 * graph, and whoever puts something in wakes it.
 * Law: out = what was put in during the step.
 * State: none.
 * Cost: none of its own.
 */
export class Inbox implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores = [];
  /** Takes part in the running step; set when the operator becomes a node. */
  wake: () => void = () => {};
  readonly #args: InboxArgs;

  constructor(args: InboxArgs) {
    this.label = args.label;
    this.schema = args.schema;
    this.#args = args;
  }

  push(): Slices {
    throw new Error(`internal error: ${this.label} has no input`);
  }

  *flush(out: BatchSink): Slices {
    const batch = this.#args.take();
    if (batch !== null && out.wanted) yield* out.emit(batch);
  }

  rollback(): void {
    this.#args.discard();
  }
}
