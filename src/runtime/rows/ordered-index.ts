const LEAF_ENTRIES = 512;
const MERGE_BELOW = 128;

/** Sorted entries (group, prefix, row); a leaf is never empty but for the only one. */
class Leaf {
  readonly groups = new Int32Array(LEAF_ENTRIES);
  readonly prefixes = new Float64Array(LEAF_ENTRIES);
  readonly rows = new Int32Array(LEAF_ENTRIES);
  count = 0;

  insert(at: number, group: number, prefix: number, row: number): void {
    this.groups.copyWithin(at + 1, at, this.count);
    this.prefixes.copyWithin(at + 1, at, this.count);
    this.rows.copyWithin(at + 1, at, this.count);
    this.groups[at] = group;
    this.prefixes[at] = prefix;
    this.rows[at] = row;
    this.count++;
  }

  remove(at: number): void {
    this.groups.copyWithin(at, at + 1, this.count);
    this.prefixes.copyWithin(at, at + 1, this.count);
    this.rows.copyWithin(at, at + 1, this.count);
    this.count--;
  }

  /** Appends entries `from …` of another leaf. */
  append(other: Leaf, from: number): void {
    this.groups.set(other.groups.subarray(from, other.count), this.count);
    this.prefixes.set(other.prefixes.subarray(from, other.count), this.count);
    this.rows.set(other.rows.subarray(from, other.count), this.count);
    this.count += other.count - from;
  }
}

/** A place between two entries of a group. The index must not change while it is used. */
export class OrderedCursor {
  #leaves: readonly Leaf[] = [];
  #group = 0;
  #leaf = 0;
  #at = 0;

  /** For OrderedIndex. */
  place(leaves: readonly Leaf[], group: number, leaf: number, at: number): void {
    this.#leaves = leaves;
    this.#group = group;
    this.#leaf = leaf;
    this.#at = at;
  }

  /** The row behind this place, −1 at the end of the group. */
  peek(): number {
    let leaf = this.#leaves[this.#leaf]!;
    if (this.#at >= leaf.count) {
      if (this.#leaf + 1 >= this.#leaves.length) return -1;
      leaf = this.#leaves[++this.#leaf]!;
      this.#at = 0;
    }
    return this.#at < leaf.count && leaf.groups[this.#at] === this.#group ? leaf.rows[this.#at]! : -1;
  }

  /** Goes over the row behind this place, which there is. */
  next(): void {
    this.#at++;
  }

  /** Goes back over the row before this place and returns it, −1 at the beginning of the group. */
  previous(): number {
    let leaf = this.#leaf;
    let at = this.#at;
    if (at === 0) {
      if (leaf === 0) return -1;
      at = this.#leaves[--leaf]!.count;
    }
    at--;
    const {groups, rows} = this.#leaves[leaf]!;
    if (at < 0 || groups[at] !== this.#group) return -1;
    this.#leaf = leaf;
    this.#at = at;
    return rows[at]!;
  }
}

export type OrderedIndexArgs = {
  /** Order of two rows of one group whose prefixes are equal. */
  readonly compare: (a: number, b: number) => number;
};

/**
 * Row ids ordered by (group, value): chunked sorted arrays, 16 bytes an entry. The value is represented by a monotone double
 * (order-prefix.ts) and compared in full only on ties. Rows of one group that compare equal are ordered by id.
 */
export class OrderedIndex {
  #leaves: Leaf[] = [new Leaf()];
  readonly #compare: (a: number, b: number) => number;
  count = 0;

  constructor({compare}: OrderedIndexArgs) {
    this.#compare = compare;
  }

  byteLength(): number {
    return this.#leaves.length * LEAF_ENTRIES * 16;
  }

  clear(): void {
    this.#leaves = [new Leaf()];
    this.count = 0;
  }

  insert(group: number, prefix: number, row: number): void {
    let l = this.#leafFor(group, prefix, row);
    let leaf = this.#leaves[l]!;
    if (leaf.count === LEAF_ENTRIES) {
      const right = new Leaf();
      // Ascending inserts leave full leaves behind.
      const half =
        l === this.#leaves.length - 1 && this.#order(leaf, leaf.count - 1, group, prefix, row) < 0 ? leaf.count : LEAF_ENTRIES >> 1;
      right.append(leaf, half);
      leaf.count = half;
      this.#leaves.splice(l + 1, 0, right);
      if (right.count === 0 || this.#order(right, 0, group, prefix, row) < 0) {
        l++;
        leaf = right;
      }
    }
    leaf.insert(this.#position(leaf, group, prefix, row), group, prefix, row);
    this.count++;
  }

  /** Returns whether it was there. */
  remove(group: number, prefix: number, row: number): boolean {
    const l = this.#leafFor(group, prefix, row);
    const leaf = this.#leaves[l]!;
    const at = this.#position(leaf, group, prefix, row);
    if (at >= leaf.count || leaf.rows[at] !== row) return false;
    leaf.remove(at);
    this.count--;
    if (leaf.count < MERGE_BELOW) this.#shrink(l);
    return true;
  }

  /** Visits the rows of a group in order until told to stop by false; the index must not change meanwhile. */
  walk(group: number, visit: (row: number) => boolean): void {
    let l = this.#leafOfGroup(group);
    let at = lowerBound(this.#leaves[l]!, group);
    for (; l < this.#leaves.length; l++, at = 0) {
      const {groups, rows, count} = this.#leaves[l]!;
      for (; at < count; at++) if (groups[at] !== group || !visit(rows[at]!)) return;
    }
  }

  /** Puts a cursor before the first entry that is not smaller. */
  seek(cursor: OrderedCursor, group: number, prefix: number, row: number): void {
    const l = this.#leafFor(group, prefix, row);
    cursor.place(this.#leaves, group, l, this.#position(this.#leaves[l]!, group, prefix, row));
  }

  /** Puts a cursor before the first entry of a group whose prefix is not smaller; with `behind`, greater. */
  seekPrefix(cursor: OrderedCursor, group: number, prefix: number, behind: boolean): void {
    const precedes = (leaf: Leaf, at: number) => {
      const g = leaf.groups[at]!;
      if (g !== group) return g < group;
      return behind ? leaf.prefixes[at]! <= prefix : leaf.prefixes[at]! < prefix;
    };
    let low = 0;
    let high = this.#leaves.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (precedes(this.#leaves[middle]!, 0)) low = middle;
      else high = middle - 1;
    }
    const leaf = this.#leaves[low]!;
    let from = 0;
    let to = leaf.count;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (precedes(leaf, middle)) from = middle + 1;
      else to = middle;
    }
    cursor.place(this.#leaves, group, low, from);
  }

  /** Puts a cursor before the first entry of a group. */
  seekGroup(cursor: OrderedCursor, group: number): void {
    const l = this.#leafOfGroup(group);
    cursor.place(this.#leaves, group, l, lowerBound(this.#leaves[l]!, group));
  }

  /** The row with the smallest value of a group, −1 if the group has none. */
  first(group: number): number {
    const l = this.#leafOfGroup(group);
    const leaf = this.#leaves[l]!;
    const at = lowerBound(leaf, group);
    if (at < leaf.count) return leaf.groups[at] === group ? leaf.rows[at]! : -1;
    const next = this.#leaves[l + 1];
    return next !== undefined && next.groups[0] === group ? next.rows[0]! : -1;
  }

  /** The row with the greatest value of a group, −1 if the group has none. */
  last(group: number): number {
    const l = this.#leafOfGroup(group + 1);
    const leaf = this.#leaves[l]!;
    const at = lowerBound(leaf, group + 1) - 1;
    return at >= 0 && leaf.groups[at] === group ? leaf.rows[at]! : -1;
  }

  /** Order of entry `at` of a leaf relative to the given one. */
  #order(leaf: Leaf, at: number, group: number, prefix: number, row: number): number {
    const g = leaf.groups[at]!;
    if (g !== group) return g < group ? -1 : 1;
    const p = leaf.prefixes[at]!;
    if (p !== prefix) return p < prefix ? -1 : 1;
    const r = leaf.rows[at]!;
    return r === row ? 0 : this.#compare(r, row) || r - row;
  }

  /** The last leaf whose first entry is not greater. */
  #leafFor(group: number, prefix: number, row: number): number {
    let low = 0;
    let high = this.#leaves.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#order(this.#leaves[middle]!, 0, group, prefix, row) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The last leaf whose first entry is of a smaller group. */
  #leafOfGroup(group: number): number {
    let low = 0;
    let high = this.#leaves.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#leaves[middle]!.groups[0]! < group) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** First position that is not smaller. */
  #position(leaf: Leaf, group: number, prefix: number, row: number): number {
    let low = 0;
    let high = leaf.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#order(leaf, middle, group, prefix, row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #shrink(l: number): void {
    const leaf = this.#leaves[l]!;
    const neighbour = l > 0 ? l - 1 : l + 1;
    const other = this.#leaves[neighbour];
    if (other === undefined || other.count + leaf.count > LEAF_ENTRIES - MERGE_BELOW) return;
    const [left, right] = neighbour < l ? [other, leaf] : [leaf, other];
    left.append(right, 0);
    this.#leaves.splice(Math.max(l, neighbour), 1);
  }
}

function lowerBound(leaf: Leaf, group: number): number {
  let low = 0;
  let high = leaf.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (leaf.groups[middle]! < group) low = middle + 1;
    else high = middle;
  }
  return low;
}
