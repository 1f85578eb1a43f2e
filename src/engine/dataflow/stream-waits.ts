import {errorToData, sqlError} from '../../common/sql-error.ts';
import type {PartitionOffset, StreamEnds} from './commands.ts';
import type {CoreOutput} from './core-output.ts';
import type {Relations} from './relations.ts';
import type {StreamRuntime} from './stream-runtime.ts';

type Wait = {readonly command: number; readonly streams: readonly StreamEnds[]};

/** Who waits until streams have been processed up to given ends (real_time_recency). */
export class StreamWaits {
  readonly #relations: Relations;
  readonly #output: CoreOutput;
  readonly #waits = new Map<number, Wait>();

  constructor(relations: Relations, output: CoreOutput) {
    this.#relations = relations;
    this.#output = output;
  }

  add(wait: number, command: number, streams: readonly StreamEnds[]): void {
    this.#waits.set(wait, {command, streams});
    for (const {relation, ends} of streams) {
      const stream = this.#relations.streams.get(relation);
      // A partition that nobody has heard of yet is looked for at once.
      if (stream?.reader !== undefined && ends.some(({partition, offset}) => offset > 0 && !stream.offsets.has(partition)))
        this.#relations.readers.refresh(stream.reader);
    }
  }

  stop(wait: number): void {
    const found = this.#waits.get(wait);
    if (found === undefined) return;
    this.#waits.delete(wait);
    this.#output.reply({id: found.command, ok: true, value: {}});
  }

  /** Replies to those whose streams have come far enough, or never will. */
  check(): void {
    for (const [wait, {command, streams}] of this.#waits) {
      const behind = streams.flatMap(({relation, ends}) => {
        const stream = this.#relations.streams.get(relation);
        return stream?.reader !== undefined && isBehind(stream, ends) ? [stream] : [];
      });
      const stopped = behind.find(stream => stream.stopped !== undefined);
      if (behind.length > 0 && stopped === undefined) continue;
      this.#waits.delete(wait);
      if (stopped === undefined) this.#output.reply({id: command, ok: true, value: {}});
      else this.#output.reply({id: command, ok: false, error: errorToData(neverRecent(stopped))});
    }
  }
}

const isBehind = ({offsets}: StreamRuntime, ends: readonly PartitionOffset[]): boolean =>
  ends.some(({partition, offset}) => (offsets.get(partition) ?? 0) < offset);

const neverRecent = ({spec, stopped}: StreamRuntime): Error =>
  sqlError('object_not_in_prerequisite_state', `stream "${spec.name}" has stopped: ${stopped ?? ''}`, {
    hint: 'SET real_time_recency = off reads what there is; ALTER STREAM … RESET TO … goes on.',
  });
