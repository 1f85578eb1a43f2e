/** What a reader knows and wants of one partition. */
export class PartitionState {
  readonly partition: number;
  /** Next offset to ask the broker for. */
  fetchOffset: number;
  /** Next offset to hand out; what lies between the two is queued. */
  deliveredOffset: number;
  leader = -1;
  leaderEpoch = -1;
  /** −1 = not known yet. */
  highWatermark = -1;
  lastStableOffset = -1;
  logStartOffset = -1;
  paused = false;
  /** A fetch for it is on its way. */
  inFlight = false;
  /** Counts resets: what was fetched before one is dropped. */
  generation = 0;
  /** No fetch before this time (ms since 1970), after an error. */
  retryAt = 0;
  failures = 0;
  /** The `deliveredOffset` at which its end was reported last. */
  reportedEnd = -1;

  constructor(partition: number, offset: number) {
    this.partition = partition;
    this.fetchOffset = offset;
    this.deliveredOffset = offset;
  }

  /** Forgets what has been fetched beyond the delivered records. */
  rewind(): void {
    this.fetchOffset = this.deliveredOffset;
    this.generation++;
  }
}
