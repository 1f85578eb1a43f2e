import type {Slices} from './operator.ts';

/** Runs to the end without pausing: for private graphs, tests and recovery. */
export function runToEnd(slices: Slices): void {
  while (slices.next().done !== true);
}

/** A stretch of work; whoever works looks at every yield whether it is over. */
export interface Slice {
  readonly over: boolean;
}
