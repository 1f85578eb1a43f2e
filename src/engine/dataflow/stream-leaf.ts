/**
 * A scalar that a reader decodes from every record: a declared column of the stream (`path` empty = the whole column, else field indexes
 * into its composite type), or a system column (`column` = −1 − its index in SYSTEM_COLUMNS).
 */
export type StreamLeaf = {readonly column: number; readonly path: readonly number[]};

/** System columns of every stream, in the order of their ordinals after the declared columns. */
export const SYSTEM_COLUMNS = ['_partition', '_offset', '_timestamp', '_key', '_headers'] as const;

const leafKey = (leaf: StreamLeaf): string => `${leaf.column}.${leaf.path.join('.')}`;

/** The column of a record's place in its partition. */
export const OFFSET_LEAF: StreamLeaf = {column: -2, path: []};

/** The leaf that a column ordinal (system columns follow the `declared` ones) and a path into it stand for. */
export function leafOf(declared: number, ordinal: number, path: readonly number[]): StreamLeaf {
  return ordinal < declared ? {column: ordinal, path} : {column: -1 - (ordinal - declared), path: []};
}

/** The different leaves that a reader decodes, numbered in the order in which they were first asked for. */
export class LeafSet {
  readonly leaves: StreamLeaf[] = [];
  readonly #numbers = new Map<string, number>();

  /** The number of a leaf, new or known. */
  number(leaf: StreamLeaf): number {
    const key = leafKey(leaf);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.leaves.length);
    return this.leaves.push(leaf) - 1;
  }
}
