import {NO_SLICES} from '../../runtime/graph/no-slices.ts';
import type {Operator, Slices} from '../../runtime/graph/operator.ts';

/**
 * What: drops the rows that reach it: a sink for measuring. Its node has counted them.
 * Law: none; it has no output. State: none. Cost: O(1) a batch.
 */
export class BlackholeSink implements Operator {
  readonly label: string;
  readonly schema = [];
  readonly stores = [];
  readonly terminal = true;

  constructor(name: string) {
    this.label = `sink(${name})`;
  }

  push(): Slices {
    return NO_SLICES;
  }

  flush(): Slices {
    return NO_SLICES;
  }
}
