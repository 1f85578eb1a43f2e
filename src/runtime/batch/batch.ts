import type {PhysicalKind} from '../../types/sql-type.ts';
import type {Column} from './column.ts';

/** Most rows that an operator puts into one batch. */
export const MAX_BATCH_ROWS = 8192;

/**
 * A delta in columns. `weights` absent = every row has weight +1; a weight is never 0.
 * Arrays may be longer than `length`. A batch is valid only until the call that handed it over has returned (its generator is done):
 * arrays are reused by their owner, so whoever keeps rows copies them.
 */
export type Batch = {readonly length: number; readonly columns: readonly Column[]; readonly weights: Int32Array | null};

/** What is fixed about the columns of an edge of the graph, whatever forms its batches have. */
export type Schema = readonly PhysicalKind[];
