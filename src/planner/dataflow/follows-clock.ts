import type {BoundSpec} from '../../catalog/column-time.ts';

/** Whether a bound grows with the clock, also where nothing comes in. */
export function followsClock(bound: BoundSpec): boolean {
  switch (bound.kind) {
    case 'watermark':
      return false;
    case 'step-time':
      return true;
    case 'shift':
    case 'floor':
      return followsClock(bound.of);
    case 'min':
      return bound.of.some(followsClock);
  }
}
