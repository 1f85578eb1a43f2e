import {decodeBatch} from '../../runtime/batch/batch-bytes.ts';
import type {FileLayer} from '../../runtime/durability/file-layer.ts';
import {Journal} from '../../runtime/durability/journal.ts';
import {decodeStepRecord, type StepRecord} from '../../runtime/durability/step-record.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import type {Relations} from './relations.ts';
import type {StepInput} from './step-runner.ts';

/** The steps that the journal tells of, in order. */
export function readSteps(files: FileLayer, directory: string, from: number): StepRecord[] {
  return Journal.read(files, directory, from, () => {}).flatMap(({bytes, records}) =>
    records.map(({start, end}) => decodeStepRecord(bytes.subarray(start, end))),
  );
}

/**
 * What a restart has to bring back before it may answer reads: the changes of stored relations, one recorded step after the other, and
 * the streams up to the offsets of the last recorded step.
 */
export class Recovery {
  readonly #steps: readonly StepRecord[];
  readonly #relations: Relations;
  /** Next offset that each partition must reach, by `relation/partition`. */
  readonly #targets = new Map<string, {readonly relation: number; readonly partition: number; readonly nextOffset: number}>();
  #next = 0;

  constructor(steps: readonly StepRecord[], relations: Relations) {
    this.#steps = steps;
    this.#relations = relations;
    for (const {inputs} of steps) for (const input of inputs) this.#targets.set(`${input.relation}/${input.partition}`, input);
  }

  /** The next recorded step that changed stored relations, as work to do again; undefined when all are done. */
  nextStep(): {readonly input: StepInput; readonly time: number} | undefined {
    while (this.#next < this.#steps.length) {
      const record = this.#steps[this.#next++]!;
      const deltas = record.deltas.filter(({relation}) => this.#relations.stored.has(relation));
      if (deltas.length > 0) return {input: new ReplayStep(deltas, this.#relations), time: record.time};
    }
    return undefined;
  }

  /** Whether every stream that is read has come as far as it was. */
  get reached(): boolean {
    for (const {relation, partition, nextOffset} of this.#targets.values()) {
      const stream = this.#relations.streams.get(relation);
      if (stream?.reader !== undefined && (stream.offsets.get(partition) ?? 0) < nextOffset) return false;
    }
    return this.#next >= this.#steps.length;
  }
}

/** The journalled deltas of one step once more. */
class ReplayStep implements StepInput {
  readonly #deltas: StepRecord['deltas'];
  readonly #relations: Relations;

  constructor(deltas: StepRecord['deltas'], relations: Relations) {
    this.#deltas = deltas;
    this.#relations = relations;
  }

  *push(): Slices {
    for (const {relation, batch} of this.#deltas) yield* this.#relations.stored.get(relation)!.source.emit(decodeBatch(batch));
  }

  record(): Omit<StepRecord, 'step' | 'time'> {
    return {inputs: [], deltas: this.#deltas, ddl: null};
  }

  published(): void {}

  failed(error: Error): void {
    throw error;
  }
}
