import {crc32} from 'node:zlib';
import type {DeliveryLedger} from '../../connectors/sink-target.ts';
import type {DataflowPlan} from '../../planner/dataflow/dataflow-plan.ts';
import {fingerprint} from '../../planner/dataflow/fingerprint.ts';
import type {Journal} from '../../runtime/durability/journal.ts';
import type {SegmentEntry} from '../../runtime/durability/segment-files.ts';
import {SegmentWriter} from '../../runtime/durability/segment-writer.ts';
import type {Slices, StateStore} from '../../runtime/graph/operator.ts';
import type {Slice} from '../../runtime/graph/run-slices.ts';
import type {DeliveryReport} from './commands.ts';
import type {CoreOutput} from './core-output.ts';
import type {MissingRecords} from './missing-records.ts';
import type {Relations} from './relations.ts';
import type {RefusalState} from './time/clock-refusals.ts';
import type {ClockState} from './time/stream-clock.ts';
import type {StepRunner} from './step-runner.ts';

/** A state store as the manifest knows it: number in the segments, whose it is, which of the owner's stores, and what it was built from. */
export type StoreEntry = {readonly number: number; readonly relation: number; readonly index: number; readonly fingerprint: string};

/** A complete checkpoint but for its segments, which main adds. */
export type CheckpointState = {
  readonly step: number;
  readonly time: number;
  /** The journal from this file on tells what came after. */
  readonly journalFile: number;
  readonly offsets: readonly {readonly relation: number; readonly partition: number; readonly nextOffset: number}[];
  /** RESETs of streams that the offsets come after; absent = none. */
  readonly resets?: readonly {readonly relation: number; readonly count: number}[] | undefined;
  /** What a restart could not read again, and what is not served therefore; absent = nothing. */
  readonly missing?: readonly (MissingRecords & {readonly relation: number})[] | undefined;
  /** Records that the clock has refused; absent = none. */
  readonly refusals?: readonly {readonly relation: number; readonly partitions: readonly RefusalState[]}[] | undefined;
  readonly stores: readonly StoreEntry[];
  readonly clocks: readonly ClockState[];
  /** How far sinks have come; absent = there are none. */
  readonly deliveries?: readonly DeliveryLedger[] | undefined;
};

/** The last committed checkpoint, as the manifest keeps it. */
export type Manifest = CheckpointState & {readonly segments: readonly SegmentEntry[]};

/** Every state store that a checkpoint covers, by owner. Views that are still catching up start anew after a crash. */
export function ownedStores(
  relations: Relations,
): {readonly relation: number; readonly index: number; readonly fingerprint: string; readonly store: StateStore}[] {
  const views = [...relations.views.values()]
    .filter(view => view.state === 'ready')
    .map(view => ({relation: view.spec.relation, stores: view.stores, text: fingerprint(view.spec.plan)}));
  const stored = [...relations.stored.values()].map(r => ({
    relation: r.relation,
    stores: r.node.stores,
    text: JSON.stringify(r.columns.map(c => c.type)),
  }));
  return [...views, ...stored].flatMap(({relation, stores, text}) => {
    const formats = stores.map(store => store.format).join();
    const written = `${crc32(text).toString(16)}/${crc32(formats).toString(16)}`;
    return stores.map((store, index) => ({relation, index, store, fingerprint: written}));
  });
}

/** Whether a view's state was written for the plan that it has now; the format of its stores is known only once it is built. */
export const isForPlan = ({fingerprint: written}: StoreEntry, plan: DataflowPlan): boolean =>
  written.startsWith(`${crc32(fingerprint(plan)).toString(16)}/`);

/**
 * Writes checkpoints: what changed in every store as of one step, in slices between which the engine goes on. The blocks go to main, which
 * writes them to a segment and commits the manifest.
 */
export class Checkpointer {
  readonly #relations: Relations;
  readonly #journal: Journal;
  readonly #steps: StepRunner;
  readonly #output: CoreOutput;
  readonly #numbers = new Map<string, number>();
  /** Stores whose blocks are all in segments that a manifest holds or is about to hold. */
  readonly #written = new WeakSet<StateStore>();
  #nextNumber = 1;
  #running:
    | {readonly slices: Slices; readonly state: CheckpointState; readonly stores: readonly StateStore[]; readonly command: number}
    | undefined;

  constructor(relations: Relations, journal: Journal, steps: StepRunner, output: CoreOutput) {
    this.#relations = relations;
    this.#journal = journal;
    this.#steps = steps;
    this.#output = output;
  }

  /** Takes over the numbering of a manifest, and which stores came back from it. */
  restored(entries: readonly StoreEntry[], stores: ReadonlyMap<number, StateStore>): void {
    for (const {number, relation, index} of entries) {
      this.#nextNumber = Math.max(this.#nextNumber, number + 1);
      // State that was not taken back is forgotten under its old number.
      if (stores.has(number)) this.#numbers.set(`${relation}.${index}`, number);
    }
    for (const store of stores.values()) this.#written.add(store);
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  /**
   * Begins a checkpoint of the last published step, `now` in µs; `command` is answered when its last block has been handed over. `deliver`: sinks
   * finish what they have.
   */
  begin(command: number, now: number, deliver: boolean): void {
    const ready = [...this.#relations.deliveries.values()].filter(({view}) => view.state === 'ready');
    // Before the stores are asked: what cannot be written now goes with them.
    const deliveries = ready.map(({output}) => output.prepareCheckpoint(now, deliver));
    const journalFile = this.#journal.rotate();
    const writer = new SegmentWriter(bytes => this.#output.event({kind: 'checkpoint-piece', bytes}));
    const owned = ownedStores(this.#relations);
    const stores: StoreEntry[] = [];
    const parts = owned.map(({relation, index, fingerprint: text, store}) => {
      const key = `${relation}.${index}`;
      const number = this.#numbers.get(key) ?? this.#nextNumber++;
      this.#numbers.set(key, number);
      stores.push({number, relation, index, fingerprint: text});
      return store.checkpoint(
        writer.forStore(number, section => store.blockBytes(section)),
        !this.#written.has(store),
      );
    });
    const {step, time} = this.#steps;
    const clocks = [...this.#relations.eventTime.clocks.values()].map(clock => clock.state());
    const offsets = [...this.#relations.frontier(), ...logOffsets(this.#relations)];
    const state = {
      step,
      time,
      journalFile,
      offsets,
      resets: resetsOf(this.#relations),
      missing: missingOf(this.#relations),
      refusals: refusalsOf(this.#relations),
      stores,
      clocks,
      deliveries,
    };
    this.#output.event({kind: 'checkpoint-begin'});
    this.#running = {slices: writeAll(parts, writer), state, stores: owned.map(o => o.store), command};
  }

  /** Works until done or the slice is over; whether there was anything to do. */
  work(slice: Slice): boolean {
    const running = this.#running;
    if (running === undefined) return false;
    do {
      if (running.slices.next().done !== true) continue;
      this.#running = undefined;
      for (const store of running.stores) this.#written.add(store);
      this.#output.reply({id: running.command, ok: true, value: {data: running.state}});
      return true;
    } while (!slice.over);
    return true;
  }

  /** Some store is about to vanish, or the files could not be written: what was handed over counts for nothing. */
  abandon(reason: string): void {
    const running = this.#running;
    for (const {store} of ownedStores(this.#relations)) this.#written.delete(store);
    if (running === undefined) return;
    this.#running = undefined;
    this.#output.reply({
      id: running.command,
      ok: false,
      error: {condition: 'object_not_in_prerequisite_state', message: `checkpoint given up: ${reason}`, fields: {}},
    });
  }

  /** The manifest is durable: the journal before it is not needed any more, but for its last file, whose DDL may still be on its way. */
  committed(journalFile: number, deliveries: readonly DeliveryReport[]): void {
    this.#journal.removeBefore(journalFile - 1);
    for (const report of deliveries) this.#relations.views.get(report.relation)?.delivery?.output.committed(report, report.gone);
  }
}

const logOffsets = ({stored}: Relations): CheckpointState['offsets'] =>
  [...stored.values()].flatMap(({relation, log}) => (log === undefined ? [] : [{relation, partition: 0, nextOffset: log.published}]));

const resetsOf = ({streams}: Relations): CheckpointState['resets'] =>
  [...streams.values()].flatMap(({spec: {relation, reset}}) => (reset === undefined ? [] : [{relation, count: reset.count}]));

const refusalsOf = ({streams}: Relations): CheckpointState['refusals'] =>
  [...streams.values()].flatMap(({refusals, spec: {relation}}) => (refusals.isEmpty ? [] : [{relation, partitions: refusals.state()}]));

const missingOf = ({streams}: Relations): CheckpointState['missing'] =>
  [...streams.values()].flatMap(({missing, spec: {relation}}) => (missing === undefined ? [] : [{relation, ...missing}]));

function* writeAll(parts: readonly Slices[], writer: SegmentWriter): Slices {
  for (const part of parts) {
    yield* part;
    yield;
  }
  writer.finish();
}
