/** A list in two: what passes the test, and the rest. */
export function split<T>(list: readonly T[], test: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [list.filter(test), list.filter(item => !test(item))];
}
