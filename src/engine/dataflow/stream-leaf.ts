import {T, type SqlType} from '../../types/sql-type.ts';
import type {StreamSpec} from './commands.ts';

/**
 * A scalar that a reader decodes from every record: a declared column of the stream (`path` empty = the whole column, else field indexes
 * into its composite type), or a system column (`column` = −1 − its index in SYSTEM_COLUMNS).
 */
export type StreamLeaf = {readonly column: number; readonly path: readonly number[]};

const SYSTEM_TYPES: readonly SqlType[] = [T.int4, T.int8, T.timestamptz, T.bytea, T.jsonb];
/** System columns of every stream, in the order of their ordinals after the declared columns. */
export const SYSTEM_COLUMNS = ['_partition', '_offset', '_timestamp', '_key', '_headers'] as const;

const leafKey = (leaf: StreamLeaf): string => `${leaf.column}.${leaf.path.join('.')}`;

/** The column of a record's partition. */
export const PARTITION_LEAF: StreamLeaf = {column: -1, path: []};
/** The column of a record's place in its partition. */
export const OFFSET_LEAF: StreamLeaf = {column: -2, path: []};
/** The column of a record's own time stamp. */
export const TIMESTAMP_LEAF: StreamLeaf = {column: -3, path: []};

/** The leaf that a column ordinal (system columns follow the `declared` ones) and a path into it stand for. */
export function leafOf(declared: number, ordinal: number, path: readonly number[]): StreamLeaf {
  return ordinal < declared ? {column: ordinal, path} : {column: -1 - (ordinal - declared), path: []};
}

export function leafType({columns}: Pick<StreamSpec, 'columns'>, leaf: StreamLeaf): SqlType {
  if (leaf.column < 0) return SYSTEM_TYPES[-1 - leaf.column]!;
  let type = columns[leaf.column]!.type;
  for (const field of leaf.path) if (type.kind === 'composite') type = type.fields[field]!.type;
  return type;
}

/**
 * The leaves as a reader knows them, which has the columns that are not computed only; null = computed when the records come in.
 */
export function decodedLeaves({entry}: StreamSpec, leaves: readonly StreamLeaf[]): readonly (StreamLeaf | null)[] {
  const computed = entry?.computed ?? [];
  if (computed.length === 0) return [...leaves];
  return leaves.map(leaf => {
    if (leaf.column < 0) return leaf;
    return computed.includes(leaf.column) ? null : {...leaf, column: leaf.column - computed.filter(c => c < leaf.column).length};
  });
}

/** The different leaves that a reader decodes, numbered in the order in which they were first asked for. */
export class LeafSet {
  readonly leaves: StreamLeaf[] = [];
  readonly #numbers = new Map<string, number>();

  /** The number of a leaf that somebody has asked for; −1 = nobody has. */
  find(leaf: StreamLeaf): number {
    return this.#numbers.get(leafKey(leaf)) ?? -1;
  }

  /** The number of a leaf, new or known. */
  number(leaf: StreamLeaf): number {
    const key = leafKey(leaf);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.leaves.length);
    return this.leaves.push(leaf) - 1;
  }
}
