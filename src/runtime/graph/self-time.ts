import type {Slices} from './operator.ts';

/** Who works: the time in which it does, and what it calls does not, is added up in `selfMs`. */
export interface Worker {
  selfMs: number;
}

/** A thread has one stack, and so one who works: null = nobody whose time is measured. */
const clock: {worker: Worker | null; since: number} = {worker: null, since: 0};

/** From now on `next` works. Returns who did until now. */
export function handOver(next: Worker | null): Worker | null {
  const now = performance.now();
  const {worker} = clock;
  if (worker !== null) worker.selfMs += now - clock.since;
  clock.since = now;
  clock.worker = next;
  return worker;
}

/** Work in which workers take turns. While it pauses, and when it has ended, however it ends, nobody works. */
export function* pausing(slices: Slices): Slices {
  try {
    while (slices.next().done !== true) {
      const paused = clock.worker === null ? null : handOver(null);
      yield;
      if (paused !== null) handOver(paused);
    }
  } finally {
    if (clock.worker !== null) handOver(null);
    slices.return();
  }
}

/** Work that somebody begins who was not called by another one. */
export function* workOf(worker: Worker, slices: Slices): Slices {
  handOver(worker);
  yield* pausing(slices);
}
