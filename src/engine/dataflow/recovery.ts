import type {SqlError} from '../../common/sql-error.ts';
import {decodeStepRecord, type StepRecord, type StreamPiece} from '../../runtime/durability/step-record.ts';
import type {JournalContent} from '../../runtime/durability/journal-format.ts';
import type {FileLayer} from '../../runtime/durability/file-layer.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import type {Checkpointer, Manifest} from './checkpointer.ts';
import type {RelationChange} from './commands.ts';
import {CommitStep} from './commit-step.ts';
import {describeMissing, missingHint, missingPieces} from './missing-records.ts';
import {RecordedInput, REPLAY_BYTES} from './recorded-input.ts';
import type {RelationChanges} from './relation-changes.ts';
import type {Relations} from './relations.ts';
import {ReplayStep} from './replay-step.ts';
import {abandonFiles} from '../../connectors/files/finish-files.ts';
import {rebuilt, relationsOf, restoreState, splitByState, viewsWithOtherStores} from './restore-state.ts';
import {scannedRelations} from './view-runtime.ts';
import {writtenObjects} from '../catalog-store.ts';
import {OFFSET_LEAF} from './stream-leaf.ts';
import type {StreamRuntime} from './stream-runtime.ts';
import type {Moment, StepInput} from './step-runner.ts';

/** What a restart knows of the run before. `manifest` = the last checkpoint, if there is one. */
export type RecoveryArgs = {
  readonly manifest: Manifest | null;
  readonly journal: readonly JournalContent[];
  readonly changes: readonly RelationChange[];
  readonly relations: Relations;
  readonly relationChanges: RelationChanges;
  readonly checkpointer: Checkpointer;
  readonly files: FileLayer;
  readonly segmentsDirectory: string;
  readonly failed: (error: SqlError) => void;
  /** The state of this view was written for another plan, or in another format: it is built anew from its sources. */
  readonly outdated: (view: string) => void;
  /** Bytes of a stream's records that may wait for their steps; absent = REPLAY_BYTES. */
  readonly replayBytes?: number | undefined;
  /** Records that the steps had taken are gone: what is told of it. */
  readonly lost: (message: string) => void;
};

/** How many journalled steps have run again, of how many, and the records that the next one waits for. */
export type RecoveryProgress = {
  readonly done: number;
  readonly steps: number;
  readonly missing: {readonly relation: number; readonly piece: StreamPiece} | undefined;
};

/** Work that brings the state back, at a moment of the past. */
export type PastStep = {readonly input: StepInput; readonly at: Moment};

/**
 * What a restart has to bring back before it may answer reads: the relations with the state of the last checkpoint, then the journalled
 * steps above it, one by one: the same records, deltas, step numbers and times.
 */
export class Recovery {
  /** Where it will have arrived. */
  readonly end: Moment;
  readonly #args: RecoveryArgs;
  readonly #steps: readonly StepRecord[];
  readonly #builds: CommitStep[];
  /** What is built once state is back. */
  #others: readonly RelationChange[];
  readonly #checkpoint: Moment;
  /** Views that are built by the step that made them: what they took in depends on the moment. */
  readonly #made: ReadonlyMap<StepRecord, readonly RelationChange[]>;
  #next = 0;
  #waiting: ReplayStep | undefined;
  #failed = false;

  constructor(args: RecoveryArgs) {
    const {manifest, journal, changes} = args;
    this.#args = args;
    this.#steps = stepsAbove(journal, manifest);
    this.#checkpoint = {step: manifest?.step ?? 0, time: manifest?.time ?? 0};
    this.end = this.#steps.at(-1) ?? this.#checkpoint;
    args.relations.sharedReaders.recorded = this.#recordedStreams();
    // Relations whose state the manifest holds come first and get it back; views without state follow, when what they read is there.
    const [restorable, others] = manifest === null ? [changes, []] : splitByState(changes, manifest, args.outdated);
    this.#made = madeBySteps(this.#steps, manifest === null ? restorable : others, changes);
    const later = new Set([...this.#made.values()].flat());
    const now = (of: readonly RelationChange[]): RelationChange[] => of.filter(change => !later.has(change));
    this.#builds = [this.#build(now(restorable), this.#restore())];
    this.#others = now(others);
  }

  #build(changes: readonly RelationChange[], after: Slices | undefined): CommitStep {
    const {relations, relationChanges} = this.#args;
    const failed = (error: SqlError): void => this.#fail(error);
    return new CommitStep({
      changes,
      ddl: null,
      relations,
      relationChanges,
      block: undefined,
      newestStep: 0,
      after,
      published: () => {},
      failed,
    });
  }

  #fail(error: SqlError): void {
    this.#failed = true;
    this.#args.failed(error);
  }

  *#restore(): Slices {
    const {manifest, relations, relationChanges, checkpointer, files, segmentsDirectory} = this.#args;
    const again = manifest === null ? [] : viewsWithOtherStores(manifest, relations);
    for (const {spec} of again.toReversed()) {
      this.#args.outdated(spec.name);
      yield* relationChanges.apply({kind: 'drop', relation: spec.relation});
    }
    this.#others = [...again.map(({spec}): RelationChange => ({kind: 'add-view', view: rebuilt(spec)})), ...this.#others];
    const except = new Set(again.map(view => view.spec.relation));
    if (manifest !== null) yield* restoreState(manifest, except, relations, checkpointer, files, segmentsDirectory);
    this.#abandonDropped();
    if (this.#others.length > 0) this.#builds.push(this.#build(this.#others, undefined));
    // A slab is cut by the offsets of its records.
    for (const relation of this.#recordedStreams()) relations.streams.get(relation)?.leaf(OFFSET_LEAF);
  }

  /** Sinks that were dropped after the checkpoint have left files behind. */
  #abandonDropped(): void {
    const {relations, changes, files, lost} = this.#args;
    const there = new Set(changes.flatMap(change => (change.kind === 'add-view' ? [change.view.relation] : [])));
    for (const ledger of relations.formerDeliveries.values()) {
      if (there.has(ledger.relation)) continue;
      relations.formerDeliveries.delete(ledger.relation);
      const problem = abandonFiles(files, ledger);
      if (problem !== undefined) lost(`files of a dropped sink could not be finished: ${problem}`);
    }
  }

  #recordedStreams(): Set<number> {
    return new Set(this.#steps.flatMap(({streams}) => streams.map(section => section.relation)));
  }

  /** The next piece of work; 'waiting' = for records that a step had taken; 'done' = everything is as it was. */
  next(): PastStep | 'waiting' | 'done' {
    if (this.#failed) return 'waiting';
    const build = this.#builds.shift();
    this.#args.relations.deferred.active = true;
    if (build !== undefined) return {input: build, at: this.#checkpoint};
    if (this.#next === 0 && this.#waiting === undefined) this.#startInput();
    if (this.#next === this.#steps.length) {
      for (const stream of this.#args.relations.streams.values()) {
        if (stream.recorded === undefined) continue;
        stream.recorded.finish();
        stream.recorded = undefined;
        this.#noteMissing(stream);
      }
      this.#args.relations.sharedReaders.recorded = new Set();
      this.#args.relations.deferred.active = false;
      return 'done';
    }
    const step = this.#waiting ?? this.#replay(this.#steps[this.#next]!);
    if (step.missing() !== undefined) {
      step.settleInput();
      this.#waiting = step;
      return 'waiting';
    }
    this.#waiting = undefined;
    this.#next++;
    return {input: step, at: step.recorded};
  }

  #replay(step: StepRecord): ReplayStep {
    const {relations, relationChanges} = this.#args;
    const changes = this.#made.get(step) ?? [];
    return new ReplayStep({recorded: step, relations, relationChanges, changes, onFailed: error => this.#fail(error)});
  }

  /** Also what no view reads any more is read again: its bad records and its frontier belong to the state. */
  #startInput(): void {
    const {relations} = this.#args;
    const {recorded} = relations.sharedReaders;
    relations.sharedReaders.start(recorded);
    for (const relation of recorded) {
      const stream = relations.streams.get(relation);
      if (stream === undefined) continue;
      const {reader, queue} = stream;
      stream.recorded = new RecordedInput({
        queue: queue!,
        offsetLeaf: stream.leaf(OFFSET_LEAF),
        limit: this.#args.replayBytes ?? REPLAY_BYTES,
        pause: (partition, isPaused) => relations.readers.pause(reader!, partition, isPaused),
      });
    }
  }

  /** The views that had read what could not be read again are not served. */
  #noteMissing(stream: StreamRuntime): void {
    const {relations, lost} = this.#args;
    const {relation} = stream.spec;
    const pieces = missingPieces(this.#steps, relation, stream.offsets);
    if (pieces.length === 0) return;
    const views = relations.viewsOver(relation);
    const missing = {pieces, reason: stream.stopped ?? 'its source has stopped', views: views.map(view => view.relation)};
    relations.noteMissing(stream, missing);
    const names = views.length === 0 ? '' : ` Views that cannot be served: ${views.map(view => `"${view.name}"`).join(', ')}.`;
    lost(`${describeMissing(stream.spec, missing)}.${names} ${missingHint(stream.spec)}`);
  }

  /** How far it is, and what it waits for. */
  progress(): RecoveryProgress {
    return {done: this.#next, steps: this.#steps.length, missing: this.#waiting?.missing()};
  }
}

/**
 * Views without state that a journalled step made: which rows were late for them, for instance, depends on what was there by then. Those that
 * read an external stream begin with its first record however late they are made, and follow what the steps take.
 */
function madeBySteps(
  steps: readonly StepRecord[],
  stateless: readonly RelationChange[],
  all: readonly RelationChange[],
): Map<StepRecord, RelationChange[]> {
  const external = new Set(all.flatMap(c => (c.kind === 'add-stream' && c.relation.connector !== 'embedded' ? [c.relation.relation] : [])));
  const makers = new Map<number, StepRecord>();
  for (const step of steps) if (step.ddl !== null) for (const id of writtenObjects(step.ddl)) if (!makers.has(id)) makers.set(id, step);
  const made = new Map<StepRecord, RelationChange[]>();
  const later = new Set<number>();
  for (const change of stateless) {
    if (change.kind !== 'add-view' && change.kind !== 'add-sink') continue;
    const {relation, plan} = change.kind === 'add-view' ? change.view : change.sink;
    const scanned = scannedRelations(plan);
    const isOfItsMoment = change.kind === 'add-view' && !scanned.some(id => external.has(id));
    // What reads a view that is made later cannot be there before.
    if (!isOfItsMoment && !scanned.some(id => later.has(id))) continue;
    const maker = makers.get(relation);
    if (maker === undefined) continue;
    if (change.kind === 'add-view') for (const id of relationsOf(change.view)) later.add(id);
    const list = made.get(maker);
    if (list === undefined) made.set(maker, [change]);
    else list.push(change);
  }
  return made;
}

function stepsAbove(journal: readonly JournalContent[], manifest: Manifest | null): StepRecord[] {
  return journal
    .filter(({number}) => number >= (manifest?.journalFile ?? 0))
    .flatMap(({bytes, records}) => records.map(({start, end}) => decodeStepRecord(bytes.subarray(start, end))));
}
