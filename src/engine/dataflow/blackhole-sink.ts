import type {Batch} from '../../runtime/batch/batch.ts';
import type {Operator, Slices} from '../../runtime/graph/operator.ts';

/**
 * What: counts the rows that reach it and drops them: a sink for measuring.
 * Law: none; it has no output. State: none that outlives the process. Cost: O(1) a batch, O(rows) where weights are given.
 */
export class BlackholeSink implements Operator {
  readonly label: string;
  readonly schema = [];
  readonly stores = [];
  readonly terminal = true;
  inserted = 0;
  retracted = 0;

  constructor(name: string) {
    this.label = `sink(${name})`;
  }

  *push(_input: number, batch: Batch): Slices {
    if (batch.weights === null) {
      this.inserted += batch.length;
      return;
    }
    for (let row = 0; row < batch.length; row++) {
      const weight = batch.weights[row]!;
      if (weight > 0) this.inserted += weight;
      else this.retracted -= weight;
    }
  }

  *flush(): Slices {}
}
