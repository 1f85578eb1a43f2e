/**
 * A scalar that a reader decodes from every record: a declared column of the stream (`path` empty = the whole column, else field indexes
 * into its composite type), or a system column (`column` = −1 − its index in SYSTEM_COLUMNS).
 */
export type StreamLeaf = {readonly column: number; readonly path: readonly number[]};

/** System columns of every stream, in the order of their ordinals after the declared columns. */
export const SYSTEM_COLUMNS = ['_partition', '_offset', '_timestamp', '_key', '_headers'] as const;

export const leafKey = (leaf: StreamLeaf): string => `${leaf.column}.${leaf.path.join('.')}`;
