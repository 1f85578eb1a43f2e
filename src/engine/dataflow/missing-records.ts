import {sqlError, type SqlError} from '../../common/sql-error.ts';
import type {StepRecord} from '../../runtime/durability/step-record.ts';
import type {StreamSpec} from './commands.ts';

/** Records from `from` to `to` − 1. */
export type MissingPiece = {readonly partition: number; readonly from: number; readonly to: number};

/**
 * What journalled steps had taken of a stream and a restart could not read again. `views` showed those records and cannot any more: they are
 * not served until they are there again, or a RESET gives them up.
 */
export type MissingRecords = {readonly pieces: readonly MissingPiece[]; readonly reason: string; readonly views: readonly number[]};

/** What `steps` took of a stream beyond where it stands. */
export function missingPieces(steps: readonly StepRecord[], relation: number, offsets: ReadonlyMap<number, number>): MissingPiece[] {
  const ends = new Map<number, number>();
  for (const {streams} of steps)
    for (const section of streams)
      if (section.relation === relation) for (const {partition, nextOffset} of section.pieces) ends.set(partition, nextOffset);
  return [...ends].flatMap(([partition, to]): MissingPiece[] => {
    const from = offsets.get(partition) ?? 0;
    return from < to ? [{partition, from, to}] : [];
  });
}

/** For SHOW STATUS, the log and errors: which records, of which topic, and why. */
export function describeMissing({name, options}: StreamSpec, {pieces, reason}: MissingRecords): string {
  const topic = options['topic'] ?? options['kafka_topic'];
  const list = pieces.map(({partition, from, to}) => `${rangeOf(from, to)} of partition ${partition}`).join(', ');
  const of = topic === undefined ? '' : ` of topic "${topic}"`;
  return `stream "${name}" misses ${list}${of}, which its views had read before the restart: ${reason}`;
}

export const missingHint = ({name}: StreamSpec): string =>
  `ALTER STREAM ${name} RESET TO EARLIEST goes on without them and lists them in "${name}$errors"; a view that is dropped and created again begins with what there is.`;

/** What a read of such a view fails with. */
export const notServed = (view: string, stream: StreamSpec, missing: MissingRecords): SqlError =>
  sqlError('object_not_in_prerequisite_state', `materialized view "${view}" cannot be served: ${describeMissing(stream, missing)}`, {
    hint: missingHint(stream),
  });

const rangeOf = (from: number, to: number): string => (to - from === 1 ? `offset ${from}` : `offsets ${from} to ${to - 1}`);
