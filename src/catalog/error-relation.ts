import {T} from '../types/sql-type.ts';
import {column, type Column} from './column.ts';
import type {ErrorRelation, MaterializedView, Sink, Stream} from './relation.ts';

/** Records that could not be decoded. */
const STREAM_ERRORS: readonly Column[] = [
  column('_partition', T.int4),
  column('_offset', T.int8),
  column('_timestamp', T.timestamptz),
  column('column', T.text),
  column('reason', T.text),
  column('payload', T.bytea),
  column('at', T.timestamptz),
];

/** Rows (or group keys) for which an expression failed, here or in a view below; maintained, so that an entry goes when its row does. */
export const VIEW_ERRORS: readonly Column[] = [
  column('view', T.text),
  column('operator', T.text),
  column('expression', T.text),
  column('sqlstate', T.text),
  column('reason', T.text),
  column('row', T.jsonb),
  column('count', T.int8),
];

/** Rows that came after the watermark had passed them. */
export const VIEW_LATE: readonly Column[] = [
  column('_partition', T.int4),
  column('_offset', T.int8),
  column('event_time', T.timestamptz),
  column('window_start', T.timestamptz),
  column('window_end', T.timestamptz),
  column('watermark', T.timestamptz),
  column('row', T.jsonb),
  column('at', T.timestamptz),
];

const SHAPES = {
  'stream-errors': {suffix: '$errors', columns: STREAM_ERRORS},
  'view-errors': {suffix: '$errors', columns: VIEW_ERRORS},
  'view-late': {suffix: '$late', columns: VIEW_LATE},
} as const;

/** The error relation of `owner`, named after it: `bids$errors`. */
export function errorRelation(owner: Stream | MaterializedView | Sink, variety: ErrorRelation['variety'], id: number): ErrorRelation {
  const {suffix, columns} = SHAPES[variety];
  return {kind: 'errors', id, schema: owner.schema, name: owner.name + suffix, columns, variety, owner: owner.id, dependsOn: []};
}
