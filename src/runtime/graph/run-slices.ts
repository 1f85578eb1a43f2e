import type {Slices} from './operator.ts';

/** Runs to the end without pausing: for private graphs, tests and recovery. */
export function runToEnd(slices: Slices): void {
  while (slices.next().done !== true);
}

/** Runs until done or until `deadline` (performance.now() milliseconds) has passed; true = done. Looks at the clock at every yield. */
export function runUntil(slices: Slices, deadline: number): boolean {
  do {
    if (slices.next().done === true) return true;
  } while (performance.now() < deadline);
  return false;
}
