import {LIVE, type SourceEvent} from '../../connectors/slab-source.ts';
import type {Readers} from './readers.ts';
import type {StreamRuntime} from './stream-runtime.ts';

/** What a source stops for that has not got what is to be read next. */
const GONE: ReadonlySet<Extract<SourceEvent, {kind: 'stopped'}>['reason']> = new Set([
  'offset_out_of_range',
  'topic_recreated',
  'topic_missing',
]);

/** The readers that feed the shared graph: one for every stream that views and sinks read. */
export class SharedReaders {
  /** Streams whose records journalled steps have taken that are to run again. */
  recorded: ReadonlySet<number> = new Set();
  readonly #streams: ReadonlyMap<number, StreamRuntime>;
  readonly #readers: Readers;

  constructor(streams: ReadonlyMap<number, StreamRuntime>, readers: Readers) {
    this.#streams = streams;
    this.#readers = readers;
  }

  /** Opens a reader for every stream that is used and has none, and asks for more leaves where views need more. */
  start(alsoUnused: ReadonlySet<number> = new Set()): void {
    for (const stream of this.#streams.values()) {
      if (stream.source.consumers.length === 0 && !alsoUnused.has(stream.spec.relation)) continue;
      if (stream.reader === undefined) {
        this.#open(stream);
      } else if (stream.requestedLeaves < stream.leaves.length) {
        stream.leavesVersion++;
        this.#readers.setLeaves(stream.reader, stream.spec, stream.leaves, stream.leavesVersion);
      }
      stream.requestedLeaves = stream.leaves.length;
    }
  }

  /** What the reader has queued is read again by the next one. */
  stop(stream: StreamRuntime): void {
    if (stream.reader !== undefined) this.#readers.close(stream.reader);
    stream.reader = stream.queue = undefined;
  }

  /** The reader that feeds the shared graph, from where the stream stands. Before its first record what is gone already is passed over. */
  #open(stream: StreamRuntime): void {
    const {spec, leaves} = stream;
    const onEvent = (event: SourceEvent): void => {
      if (event.kind === 'stopped') {
        stream.stopped = event.message;
        stream.recordsAreGone = GONE.has(event.reason);
      } else if (event.kind === 'running') {
        stream.stopped = undefined;
        stream.recordsAreGone = false;
      } else if (event.kind === 'end') stream.ends.set(event.partition, event.endOffset);
      else if (event.kind === 'partition' && !stream.offsets.has(event.partition)) stream.announced.add(event.partition);
    };
    const mode = {...LIVE, skipLost: !stream.hasAdvanced && !this.recorded.has(spec.relation)};
    const {reader, queue} = this.#readers.open({stream: spec, leaves, positions: stream.positions(), mode, shared: true, onEvent});
    stream.reader = reader;
    stream.queue = queue;
    stream.recordsAreGone = false;
    stream.leavesVersion = 0;
  }
}
