import type {BoundSpec, ColumnTime} from '../../catalog/column-time.ts';

export function shifted(bound: BoundSpec, by: number): BoundSpec {
  if (by === 0) return bound;
  return bound.kind === 'shift' ? shifted(bound.of, bound.by + by) : {kind: 'shift', of: bound, by};
}

export function leastOf(bounds: readonly BoundSpec[]): BoundSpec {
  const different = bounds.filter((bound, i) => bounds.findIndex(b => sameBound(b, bound)) === i);
  const [only] = different;
  return different.length === 1 && only !== undefined ? only : {kind: 'min', of: different};
}

/** What holds for a column that has values of all of them: nothing, if nothing is known of one. */
export function least(times: readonly (ColumnTime | null | undefined)[]): ColumnTime | null {
  const bounds: BoundSpec[] = [];
  for (const time of times) {
    if (time === null || time === undefined) return null;
    bounds.push(time.bound);
  }
  const [first] = times;
  const role = times.every(t => t?.role === first?.role) ? first?.role : undefined;
  const size = times.every(t => t?.size === first?.size) ? first?.size : undefined;
  return {bound: leastOf(bounds), role, size};
}

export function sameBound(a: BoundSpec, b: BoundSpec): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
