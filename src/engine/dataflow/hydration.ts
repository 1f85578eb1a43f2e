import type {Graph, GraphNode} from '../../runtime/graph/graph.ts';
import type {BatchSink, Slices} from '../../runtime/graph/operator.ts';
import type {Watermark} from '../../runtime/time/watermark.ts';
import type {Slice} from '../../runtime/graph/run-slices.ts';
import type {ReaderQueue} from './reader-queue.ts';
import {batchOf} from './record-batch.ts';
import type {RelationReader} from './relation-reader.ts';
import {rowsBelow} from './rows-below.ts';
import type {StreamRuntime} from './stream-runtime.ts';
import type {StreamClock} from './time/stream-clock.ts';
import type {StreamIntake} from './time/stream-intake.ts';
import type {UnfedWatermark} from './time/unfed-watermarks.ts';
import type {ViewRuntime} from './view-runtime.ts';

/** Records that may be missing when the shared readers are held to let a view catch up. */
const CLOSE_ENOUGH = 32_768;

/** A stream that a hydrating view reads with a reader of its own, from the stream's start. */
export type StreamFeed = {
  readonly stream: StreamRuntime;
  /** Stands for the stream's node in the private graph. */
  readonly source: GraphNode;
  readonly reader: number;
  readonly queue: ReaderQueue;
  readonly offsets: Map<number, number>;
  readonly intake: StreamIntake;
  /** The stream's event time as far as this reader has come. */
  readonly clock: StreamClock | undefined;
  /** Number of the `_offset` leaf, by which a slab is cut where the shared reader stands. */
  readonly offsetLeaf: number;
  /** From this version on the shared reader's batches carry all leaves that the view needs. */
  readonly leavesVersion: number;
};

/** A table or view that a hydrating view reads: its rows go in at the end, in one piece. */
export type RelationFeed = {readonly source: GraphNode; readonly node: GraphNode; readonly reader: RelationReader};

/**
 * A view that works through history (DESIGN section 10): a private graph with readers of its own chases the shared ones. When the gap is
 * small the shared readers are held, the private ones come to exactly the same offsets, tables and views add their rows as of now, and
 * the nodes move into the shared graph.
 */
export class Hydration {
  readonly view: ViewRuntime;
  readonly graph: Graph;
  readonly streams: readonly StreamFeed[];
  readonly relations: readonly RelationFeed[];
  readonly #unfed: readonly UnfedWatermark[];
  readonly #now: Watermark;
  #running: Slices | undefined;
  done = 0;

  constructor(parts: {
    view: ViewRuntime;
    graph: Graph;
    streams: readonly StreamFeed[];
    relations: readonly RelationFeed[];
    unfed: readonly UnfedWatermark[];
    now: Watermark;
  }) {
    this.#now = parts.now;
    this.#unfed = parts.unfed;
    this.view = parts.view;
    this.graph = parts.graph;
    this.streams = parts.streams;
    this.relations = parts.relations;
  }

  /** Records that the shared readers have taken and this one has not. */
  gap(): number {
    let gap = 0;
    for (const {stream, offsets} of this.streams)
      for (const [partition, offset] of stream.offsets) gap += Math.max(0, offset - (offsets.get(partition) ?? 0));
    return gap;
  }

  /** Near enough for the shared readers to wait. */
  get isClose(): boolean {
    return (
      this.gap() <= CLOSE_ENOUGH && this.streams.every(({stream, leavesVersion}) => (stream.queue?.leavesVersion ?? 0) >= leavesVersion)
    );
  }

  get isAligned(): boolean {
    return this.#running === undefined && this.gap() === 0;
  }

  /**
   * Works through what its readers have queued, up to where the shared ones stand; whether there was anything to do. `held` = those stay
   * where they are.
   */
  work(slice: Slice, held: boolean): boolean {
    if (this.#running === undefined) {
      if (!this.streams.some(feed => isDue(feed, held))) return false;
      this.#running = this.#step(held);
    }
    do {
      if (this.#running.next().done === true) {
        this.#running = undefined;
        return true;
      }
    } while (!slice.over);
    return true;
  }

  *#step(held: boolean): Slices {
    const now = this.#now.current;
    for (const feed of this.streams) {
      if (!isDue(feed, held)) continue;
      const taken = feed.queue.take()!;
      const {partition, nextOffset} = taken.header;
      const limit = feed.stream.offsets.get(partition) ?? 0;
      const batch = batchOf(taken);
      const length = rowsBelow(taken, feed.offsetLeaf, limit);
      const entered = feed.intake.enter({...batch, length}, now, {partition, refusals: feed.stream.refusals});
      feed.clock?.observe(partition, entered.watermark, now);
      if (entered.batch.length > 0) yield* feed.source.emit(entered.batch);
      this.done += length;
      // What follows the last row (markers, bad records) is none of the view's business.
      const reached = length === batch.length ? nextOffset : limit;
      feed.offsets.set(partition, Math.max(feed.offsets.get(partition) ?? 0, reached));
    }
    for (const {clock} of this.streams) clock?.decide(now);
    yield* this.graph.flush();
    this.graph.publish();
    for (const {queue, clock} of this.streams) {
      queue.release();
      clock?.watermark.publish();
    }
    this.view.time.isOpening = false;
  }

  /** The rows of tables and views as of the last published step. Nothing else may run meanwhile. */
  *feedRelations(): Slices {
    // What the relations hold is not late, whatever has come of the streams.
    this.view.time.isOpening = true;
    for (const {source, reader} of this.relations) {
      const pin = reader.rows.pin();
      const sink: BatchSink = {wanted: true, emit: batch => source.emit(batch)};
      try {
        yield* reader.scan(pin, sink);
      } finally {
        pin.release();
      }
    }
    yield* this.graph.flush();
    this.graph.publish();
    for (const {watermark, shared} of this.#unfed) watermark.follow(shared);
    yield* this.graph.flush();
    this.graph.publish();
    this.view.time.isOpening = false;
  }

  /** Moves the nodes into the shared graph, where the shared sources feed them from now on. */
  merge(shared: Graph): void {
    const sources = new Map<GraphNode, GraphNode>();
    for (const {source, stream} of this.streams) sources.set(source, stream.source);
    for (const {source, node} of this.relations) sources.set(source, node);
    shared.adopt(this.graph, sources);
    for (const {clock, stream} of this.streams) if (stream.clock !== undefined) clock?.watermark.follow(stream.clock.watermark);
    this.view.state = 'ready';
  }
}

/**
 * Whether the next slab may be taken now. What lies beyond the shared reader would be cut off, and lost when that one moves on: such a slab
 * waits until it has been overtaken, or until nothing moves.
 */
function isDue({queue, stream, offsetLeaf}: StreamFeed, held: boolean): boolean {
  const next = queue.peek();
  if (next === undefined || held) return next !== undefined;
  return rowsBelow(next, offsetLeaf, stream.offsets.get(next.header.partition) ?? 0) === next.header.rows;
}
