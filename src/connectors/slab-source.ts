/**
 * Records of one partition, located in `bytes` (fetched, decompressed, not decoded); offsets ascend. The arrays belong to the source and
 * are reused: valid until the callback returns. Starts/ends are byte positions in `bytes`; −1 as a start = NULL.
 */
export type RecordSlab = {
  readonly partition: number;
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly offsets: Float64Array;
  /** Milliseconds since 1970. */
  readonly timestamps: Float64Array;
  readonly valueStart: Int32Array;
  readonly valueEnd: Int32Array;
  readonly keyStart: Int32Array;
  readonly keyEnd: Int32Array;
  /** The raw header section of the record (Kafka's record format v2), −1 = none. */
  readonly headersStart: Int32Array;
  readonly headersEnd: Int32Array;
  /** Where the partition goes on after this slab, also past records that were filtered out. */
  readonly nextOffset: number;
};

export type PartitionPosition = {readonly partition: number; readonly offset: number};

/** What a source tells about itself, beside records. */
export type SourceEvent =
  | {readonly kind: 'partition'; readonly partition: number; readonly offset: number}
  | {readonly kind: 'end'; readonly partition: number; readonly nextOffset: number; readonly endOffset: number}
  | {readonly kind: 'running'}
  /** Records from `from` to `to` − 1 were deleted before they were read; reading goes on behind them (ReadMode.skipLost). */
  | {readonly kind: 'skipped'; readonly partition: number; readonly from: number; readonly to: number}
  /** Declared columns that none of the first `records` records had, with the key among them that is most like each. */
  | {
      readonly kind: 'missing-columns';
      readonly records: number;
      readonly columns: readonly {readonly name: string; readonly closest: string | undefined}[];
    }
  | {readonly kind: 'retrying'; readonly message: string; readonly since: number; readonly nextAttempt: number}
  | {
      readonly kind: 'stopped';
      readonly reason: 'offset_out_of_range' | 'topic_recreated' | 'auth_failed' | 'topic_missing' | 'failed';
      readonly message: string;
    };

export type SlabHandlers = {
  /** Takes a slab whole and returns true, or refuses it: it is offered again after `resume`, and nothing else is until then. */
  onSlab(slab: RecordSlab): boolean;
  /** End of the partition (last stable offset) as known when the last slab was fetched. */
  onEvent(event: SourceEvent): void;
};

/** A running source: it delivers slabs of its partitions from given positions on until closed. */
export interface SlabSource {
  /** Offers again after a refusal. */
  resume(): void;
  /** Last known end of a partition, for lag; −1 = unknown. */
  endOffset(partition: number): number;
  /** Delivers nothing more of a partition until it is resumed. A refused slab may be given up: it comes again then, perhaps cut otherwise. */
  pausePartition?(partition: number): void;
  resumePartition?(partition: number): void;
  /** Looks at once for partitions that came since. */
  refresh?(): void;
  close(): Promise<void>;
}

/** How a source is read. */
export type ReadMode = {
  /** Everything that exists as fast as it is taken, whatever rate the source has for live reading: for readers of history. */
  readonly unthrottled: boolean;
  /** Begins behind records that are not there any more, and says so, where others stop. */
  readonly skipLost: boolean;
};

export const LIVE: ReadMode = {unthrottled: false, skipLost: false};
export const HISTORY: ReadMode = {unthrottled: true, skipLost: true};

export type OpenSlabSource = (
  options: Readonly<Record<string, string>>,
  positions: readonly PartitionPosition[],
  handlers: SlabHandlers,
  mode?: ReadMode,
) => SlabSource;
