import type {Endpoint} from '../connection/endpoint.ts';
import type {KafkaSecurity} from '../connection/security.ts';
import type {Isolation} from '../protocol/list-offsets.ts';
import type {PartitionPosition, RecordSlab} from '../../slab-source.ts';
import type {ReaderProblem, ReaderStatus} from './reader-problem.ts';

export type RecordReaderOptions = {
  readonly brokers: readonly Endpoint[];
  readonly security: KafkaSecurity;
  readonly topic: string;
  /** The topic's id where it is known from before: another id then stops the reader. */
  readonly topicId?: string | undefined;
  /** Where to begin. Partitions of the topic that are not named here are announced as new ones. */
  readonly partitions: readonly PartitionPosition[];
  readonly isolation: Isolation;
  readonly checkCrcs?: boolean | undefined;
  /** Bytes per fetch; default 1 MiB (larger ones leave the caches). */
  readonly fetchMaxBytes?: number | undefined;
  /** Longest wait of the broker for news; default 500 ms. */
  readonly maxWaitMs?: number | undefined;
  readonly metadataIntervalMs?: number | undefined;
  readonly clientId?: string | undefined;
  readonly connectTimeoutMs?: number | undefined;
  readonly requestTimeoutMs?: number | undefined;
  /** False = refused: the slab comes again after `resume()`, and nothing else before. A slab may hold no record and only move `nextOffset`. */
  readonly onRecords: (slab: RecordSlab) => boolean;
  /** A partition that the topic did not have: return the offset to begin at; undefined leaves it unread. */
  readonly onNewPartition?: ((partition: number) => number | undefined | Promise<number | undefined>) | undefined;
  /** Records from `from` to `to` − 1 are not there any more. True = go on at `to`; false or absent = stop. */
  readonly onLost?: ((partition: number, from: number, to: number) => boolean) | undefined;
  /** Everything up to the end (as known from the last fetch) has been delivered; again after more was. */
  readonly onEnd?: ((partition: number, nextOffset: number, endOffset: number) => void) | undefined;
  readonly onStatus?: ((status: ReaderStatus) => void) | undefined;
  readonly onProblem?: ((problem: ReaderProblem) => void) | undefined;
};

/** Offsets are −1 while unknown. `lag` counts offsets, not records: some are markers, aborted, or compacted away. */
export type PartitionProgress = {
  readonly partition: number;
  readonly nextOffset: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly lag: number;
  readonly atEnd: boolean;
  readonly paused: boolean;
  readonly leader: number;
};

/** Reads partitions of one topic as raw records. */
export interface RecordReader {
  /** Delivers again after a refusal. */
  resume(): void;
  /** Delivers nothing more of this partition, and gives up what has been fetched of it. */
  pausePartition(partition: number): void;
  resumePartition(partition: number): void;
  /** Looks for leaders and new partitions now; resolves when that is done. */
  refresh(): Promise<void>;
  status(): ReaderStatus;
  progress(): PartitionProgress[];
  /** Last known end of a partition (last stable offset under read_committed), −1 = unknown. */
  endOffset(partition: number): number;
  /** The topic's id once it is known; brokers before 2.8 have none. */
  topicId(): string | undefined;
  /** No callback comes after it has been called. */
  close(): Promise<void>;
}
