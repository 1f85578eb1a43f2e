import type {OpenSlabSource} from '../../connectors/slab-source.ts';
import type {IngestCommand, IngestEvent} from './reader-spec.ts';
import {StreamReader, type Bell} from './stream-reader.ts';

/** The ingest side: opens, retargets and closes readers as the dataflow side asks. Runs on a thread of its own, or inline in tests. */
export class IngestCore {
  readonly #bell: Bell;
  readonly #connectors: Readonly<Record<string, OpenSlabSource>>;
  readonly #onEvent: (event: IngestEvent) => void;
  readonly #readers = new Map<number, StreamReader>();

  constructor(bell: Bell, connectors: Readonly<Record<string, OpenSlabSource>>, onEvent: (event: IngestEvent) => void) {
    this.#bell = bell;
    this.#connectors = connectors;
    this.#onEvent = onEvent;
  }

  async handle(command: IngestCommand): Promise<void> {
    switch (command.kind) {
      case 'open': {
        const {spec} = command;
        const emit = (event: IngestEvent['event']): void =>
          this.#onEvent({kind: 'source', reader: spec.reader, relation: spec.relation, shared: spec.shared, event});
        try {
          this.#readers.set(spec.reader, new StreamReader(spec, this.#bell, this.#connectors[spec.connector]!, emit));
        } catch (error) {
          emit({kind: 'stopped', reason: 'failed', message: error instanceof Error ? error.message : String(error)});
        }
        return;
      }
      case 'leaves':
        this.#readers.get(command.reader)?.setLeaves(command.leaves, command.version);
        return;
      case 'pause':
        this.#readers.get(command.reader)?.pause(command.partition, command.isPaused);
        return;
      case 'refresh':
        this.#readers.get(command.reader)?.refresh();
        return;
      case 'close': {
        const reader = this.#readers.get(command.reader);
        this.#readers.delete(command.reader);
        await reader?.close();
        return;
      }
      case 'shutdown':
        await Promise.all([...this.#readers.values()].map(reader => reader.close()));
        this.#readers.clear();
    }
  }
}
