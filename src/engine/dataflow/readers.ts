import type {ReadMode, SourceEvent} from '../../connectors/slab-source.ts';
import {assert} from '../../common/unreachable.ts';
import {allocateReaderMemory} from '../ingest/reader-spec.ts';
import type {PartitionOffset, StreamSpec} from './commands.ts';
import type {CoreOutput} from './core-output.ts';
import {ReaderQueue} from './reader-queue.ts';
import {decodedLeaves, type StreamLeaf} from './stream-leaf.ts';

export type ReaderRequest = {
  readonly stream: StreamSpec;
  readonly leaves: readonly StreamLeaf[];
  readonly positions: readonly PartitionOffset[];
  readonly mode: ReadMode;
  readonly shared: boolean;
  /** What the source tells that matters to those who wait for its records. */
  readonly onEvent: (event: SourceEvent) => void;
};

/** The readers that this side has asked for, by number. */
export class Readers {
  readonly #output: CoreOutput;
  readonly #listeners = new Map<number, (event: SourceEvent) => void>();
  #next = 1;

  constructor(output: CoreOutput) {
    this.#output = output;
  }

  open({stream, leaves, positions, mode, shared, onEvent}: ReaderRequest): {reader: number; queue: ReaderQueue} {
    const {wasm, ring, staging} = allocateReaderMemory();
    const reader = this.#next++;
    const {relation, name, connector, options} = stream;
    const computed = stream.entry?.computed ?? [];
    const columns = stream.columns.filter((_, i) => !computed.includes(i));
    assert(connector !== 'embedded', 'embedded streams have no reader');
    this.#listeners.set(reader, onEvent);
    this.#output.event({
      kind: 'ingest',
      command: {
        kind: 'open',
        spec: {
          reader,
          relation,
          name,
          connector,
          options,
          columns,
          leaves: decodedLeaves(stream, leaves),
          positions,
          mode,
          shared,
          wasm,
          ring,
          staging,
        },
      },
    });
    return {reader, queue: new ReaderQueue(ring)};
  }

  setLeaves(reader: number, stream: StreamSpec, leaves: readonly StreamLeaf[], version: number): void {
    this.#output.event({kind: 'ingest', command: {kind: 'leaves', reader, leaves: decodedLeaves(stream, leaves), version}});
  }

  /** Asks for no more of a partition, or to go on with it; what is on its way comes all the same. */
  pause(reader: number, partition: number, isPaused: boolean): void {
    this.#output.event({kind: 'ingest', command: {kind: 'pause', reader, partition, isPaused}});
  }

  refresh(reader: number): void {
    this.#output.event({kind: 'ingest', command: {kind: 'refresh', reader}});
  }

  close(reader: number): void {
    this.#listeners.delete(reader);
    this.#output.event({kind: 'ingest', command: {kind: 'close', reader}});
  }

  /** What the source of a reader told; a reader that was closed meanwhile is not meant any more. */
  tell(reader: number, event: SourceEvent): void {
    this.#listeners.get(reader)?.(event);
  }
}
