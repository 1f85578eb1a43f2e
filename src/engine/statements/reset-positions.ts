import {sqlError} from '../../common/sql-error.ts';
import type {PartitionOffset, PausedStream, SkippedRecords} from '../dataflow/commands.ts';

/** What a RESET asks for, and what the topic has. Offsets by partition. */
export type ResetTopic = {
  readonly stream: string;
  readonly topic: string;
  readonly id: string | undefined;
  /** Created again since the stream was. */
  readonly isAnother: boolean;
  readonly earliest: readonly PartitionOffset[];
  readonly latest: readonly PartitionOffset[];
  readonly wanted: readonly PartitionOffset[];
  /** The offsets themselves were given: what cannot be had is an error. */
  readonly isExact: boolean;
};

/**
 * Where each partition goes on, and what is said of the records in between. What has been read is never read again, views would count it
 * twice: such a partition stays where it is, unless the topic is another one or has become shorter.
 */
export function goOnAt(paused: PausedStream, asked: ResetTopic): {offsets: PartitionOffset[]; skipped: SkippedRecords[]} {
  const before = byPartition(paused.positions);
  const earliest = byPartition(asked.earliest);
  const wanted = byPartition(asked.wanted);
  const unknown = asked.wanted.find(({partition}) => !earliest.has(partition));
  if (unknown !== undefined) throw sqlError('invalid_parameter_value', `topic "${asked.topic}" has no partition ${unknown.partition}`);
  const skipped: SkippedRecords[] = [];
  const offsets = asked.latest.map(({partition, offset: end}): PartitionOffset => {
    const from = earliest.get(partition) ?? 0;
    const current = before.get(partition) ?? 0;
    const isFresh = asked.isAnother || !paused.isRead;
    const least = isFresh ? from : Math.min(current, end);
    const offset = place(partition, {wanted: wanted.get(partition), from, end, least, isFresh, isExact: asked.isExact});
    const reason = paused.isRead ? reasonOf(asked, current, offset) : undefined;
    if (reason !== undefined) skipped.push({partition, offset: Math.min(current, offset), reason});
    return {partition, offset};
  });
  return {offsets, skipped};
}

type Place = {
  readonly wanted: number | undefined;
  /** The records that the partition holds. */
  readonly from: number;
  readonly end: number;
  /** The first record that has not been read. */
  readonly least: number;
  readonly isFresh: boolean;
  readonly isExact: boolean;
};

function place(partition: number, {wanted, from, end, least, isFresh, isExact}: Place): number {
  const holds = `partition ${partition} holds offsets ${from} to ${end - 1}`;
  if (wanted === undefined) {
    if (least >= from) return least;
    throw sqlError('invalid_parameter_value', `partition ${partition} has to be reset too: ${holds}`);
  }
  if (isExact && (wanted < from || wanted > end)) throw sqlError('invalid_parameter_value', `offset ${wanted} does not exist: ${holds}`);
  if (isExact && !isFresh && wanted < least)
    throw sqlError('invalid_parameter_value', `offsets up to ${least - 1} of partition ${partition} have been read already`, {
      hint: 'Views would count them twice. A view that is created now reads the stream from its start.',
    });
  return Math.max(wanted, from, least);
}

function reasonOf({topic, isAnother}: ResetTopic, before: number, offset: number): string | undefined {
  if (isAnother)
    return `topic "${topic}" was deleted and created again: what followed offset ${before - 1} of the old one is not known; reading went on at offset ${offset} of the new one`;
  if (offset > before) return `offsets ${before} to ${offset - 1} were skipped by ALTER STREAM RESET`;
  if (offset < before)
    return `offsets ${offset} to ${before - 1} were read and then lost by the topic; other records may have these offsets now`;
  return undefined;
}

const byPartition = (positions: readonly PartitionOffset[]): ReadonlyMap<number, number> =>
  new Map(positions.map(({partition, offset}) => [partition, offset]));
