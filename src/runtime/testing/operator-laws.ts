import fc from 'fast-check';
import {expect} from 'vitest';
import type {Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {Operator} from '../graph/operator.ts';
import {runToEnd} from '../graph/run-slices.ts';
import {Watermark} from '../time/watermark.ts';
import {RowStore} from '../rows/row-store.ts';
import {drive, isReadable, readAll, type OperatorDriver} from './drive.ts';
import {MemoryCheckpoint} from './memory-checkpoint.ts';
import {fromBatch, toBatch, ZSet, type Cell, type ZRow} from './zset.ts';

/** An operator with its meaning, for the generic laws. `batch` computes the output for whole inputs, the plain way. */
export type LawfulOperator = {
  readonly name: string;
  readonly inputs: readonly Schema[];
  /** Rows of each input. */
  readonly rows: readonly fc.Arbitrary<readonly Cell[]>[];
  /** `hashMask` keeps few bits of every hash in some runs, to force collisions. */
  readonly make: (hashMask: number, time: Watermark) => Operator;
  /** `time`: where the watermark stands that `make` was given. */
  readonly batch: (inputs: readonly ZRow[][], time: number) => readonly ZRow[];
  /** The operator depends on time: the watermark moves with the steps. `isOver`: a row that does not come any more when it stands at `time`. */
  readonly timed?: {readonly isOver: (input: number, cells: readonly Cell[], time: number) => boolean} | undefined;
  readonly appendOnly?: boolean | undefined;
  /** Columns of input 0 that are kept unique: a row with the key of another one replaces it. */
  readonly uniqueBy?: readonly number[] | undefined;
  /** Changes of one step arrive in reverse order. */
  readonly reversed?: boolean | undefined;
  /** Rows that the operator's state keeps without input. */
  readonly restingRows?: number | undefined;
};

type Change = {readonly input: number; readonly cells: readonly Cell[]; readonly pick: number; readonly retract: boolean};
type Step = {
  readonly advance: number;
  readonly changes: readonly Change[];
  readonly pieces: number;
  readonly then: 'nothing' | 'roll-back' | 'checkpoint' | 'pin' | 'restore';
};

function scripts(law: LawfulOperator): fc.Arbitrary<{steps: Step[]; hashMask: number; wide: boolean}> {
  const change: fc.Arbitrary<Change> = fc.nat({max: Math.max(0, law.inputs.length - 1)}).chain(input =>
    fc.record({
      input: fc.constant(input),
      cells: law.rows[input]!,
      pick: fc.nat(),
      retract: law.appendOnly ? fc.constant(false) : fc.boolean(),
    }),
  );
  const step: fc.Arbitrary<Step> = fc.record({
    changes: law.inputs.length === 0 ? fc.constant([]) : fc.array(change, {maxLength: 12}),
    pieces: fc.integer({min: 1, max: 3}),
    advance: fc.nat({max: 3}),
    then: fc.constantFrom('nothing', 'nothing', 'roll-back', 'checkpoint', 'pin', 'restore'),
  });
  return fc.record({steps: fc.array(step, {minLength: 1, maxLength: 8}), hashMask: fc.constantFrom(-1, 3), wide: fc.boolean()});
}

/** Checks all laws on random scripts of steps. */
export function checkLaws(law: LawfulOperator, runs = 200): void {
  fc.assert(
    fc.property(scripts(law), ({steps, hashMask, wide}) => new LawRun(law, hashMask, wide).run(steps)),
    {numRuns: runs},
  );
}

class LawRun {
  readonly #law: LawfulOperator;
  readonly #hashMask: number;
  readonly #wide: boolean;
  readonly #integrals: ZSet[];
  readonly #output = new ZSet();
  #driver: OperatorDriver;
  #checkpoints: MemoryCheckpoint[];
  #checkpointed = false;
  readonly #time = new Watermark();
  readonly #pins: {readonly release: () => void; readonly check: () => void}[] = [];

  constructor(law: LawfulOperator, hashMask: number, wide: boolean) {
    this.#law = law;
    this.#hashMask = hashMask;
    this.#wide = wide;
    this.#integrals = law.inputs.map(() => new ZSet());
    this.#driver = this.#newDriver();
    this.#checkpoints = this.#driver.operator.stores.map(() => new MemoryCheckpoint());
  }

  #newDriver(): OperatorDriver {
    return drive(this.#law.make(this.#hashMask, this.#time), ...this.#law.inputs);
  }

  run(steps: readonly Step[]): void {
    for (const step of steps) this.#step(step);
    for (const pin of this.#pins) pin.check();
    for (const pin of this.#pins) pin.release();
    if (this.#law.timed !== undefined) this.#letTimeEnd();
    else if (this.#law.appendOnly !== true) this.#takeAllBack();
  }

  #step({changes, pieces, then, advance}: Step): void {
    const {timed} = this.#law;
    const time = timed === undefined ? -Infinity : Math.max(this.#time.current, 0) + advance;
    const pushes = cut(this.#deltas(changes), pieces);
    const driver = this.#driver;
    if (then === 'roll-back') {
      const before = this.#contents();
      driver.begin();
      driver.work(pushes, this.#wide, () => this.#time.advance(time));
      this.#expectContents(before);
      driver.rollback();
      this.#time.rollback();
      this.#expectContents(before);
    }
    const sweep = then === 'checkpoint' ? this.#startCheckpoint() : null;
    const before = this.#contents();
    if (then === 'pin') this.#pin();
    driver.begin();
    const emitted = driver.work(pushes, this.#wide, () => this.#time.advance(time));
    this.#expectContents(before);
    driver.end();
    this.#time.publish();
    for (const [input, rows] of pushes) this.#integrals[input]!.add(rows);
    this.#output.add(emitted);
    const expected = ZSet.of(
      this.#law.batch(
        this.#integrals.map(i => i.rows()),
        time,
      ),
    ).lines();
    expect(this.#output.lines()).toEqual(expected);
    if (isReadable(driver.operator)) {
      expect(readAll(driver.operator).lines()).toEqual(expected);
      this.#expectLookups();
    }
    sweep?.(before);
    if (then === 'restore') this.#restore(expected);
  }

  /** Turns wishes into deltas that keep every weight of the integral from going negative. */
  #deltas(changes: readonly Change[]): (readonly [number, ZRow])[] {
    const now = this.#integrals.map(i => ZSet.of(i.rows()));
    const deltas: [number, ZRow][] = [];
    const apply = (input: number, row: ZRow) => {
      now[input]!.add([row]);
      deltas.push([input, row]);
    };
    const {uniqueBy, timed} = this.#law;
    const isOver = (input: number, cells: readonly Cell[]) => timed?.isOver(input, cells, this.#time.current) === true;
    for (const {input, cells, pick, retract} of changes) {
      const there = now[input]!.rows().filter(row => !isOver(input, row.cells));
      if (isOver(input, cells)) continue;
      if (retract && there.length > 0) {
        apply(input, {cells: there[pick % there.length]!.cells, weight: -1});
        continue;
      }
      const replaced = uniqueBy === undefined ? undefined : there.find(row => uniqueBy.every(c => row.cells[c] === cells[c]));
      if (replaced !== undefined) apply(input, {cells: replaced.cells, weight: -1});
      apply(input, {cells, weight: 1});
    }
    return this.#law.reversed === true ? deltas.reverse() : deltas;
  }

  #contents(): string[] | null {
    const {operator} = this.#driver;
    return isReadable(operator) ? readAll(operator).lines() : null;
  }

  #expectContents(lines: readonly string[] | null): void {
    expect(this.#contents()).toEqual(lines);
  }

  #expectLookups(): void {
    const {operator} = this.#driver;
    if (!isReadable(operator) || operator.key === null) return;
    const schema = operator.key.map(k => operator.schema[k]!);
    for (const row of readAll(operator).rows()) {
      const out = new BatchBuilder(operator.schema);
      const keys = toBatch(schema, [{cells: operator.key.map(k => row.cells[k]!), weight: 1}]);
      expect(operator.lookup(keys, 0, out, null)).toBe(1);
      expect(fromBatch(operator.schema, out.build())).toEqual([row]);
    }
  }

  #pin(): void {
    const {operator} = this.#driver;
    if (!isReadable(operator)) return;
    const lines = this.#contents();
    const pin = operator.pin();
    this.#pins.push({release: () => pin.release(), check: () => expect(readAll(operator, pin).lines()).toEqual(lines)});
  }

  /** Begins a checkpoint; the result finishes it after another step has run, and checks that it holds the state as of the beginning. */
  #startCheckpoint(): (before: readonly string[] | null) => void {
    const {stores} = this.#driver.operator;
    const full = !this.#checkpointed;
    this.#checkpointed = true;
    const sweeps = stores.map((store, s) => store.checkpoint(this.#checkpoints[s]!, full));
    return before => {
      for (const sweep of sweeps) runToEnd(sweep);
      const copy = this.#newDriver().operator;
      copy.stores.forEach((store, s) => this.#checkpoints[s]!.restoreTo(store));
      if (isReadable(copy)) expect(readAll(copy).lines()).toEqual(before);
    };
  }

  /** Goes on with an operator restored from checkpoints up to now. */
  #restore(expected: readonly string[]): void {
    for (const pin of this.#pins) pin.check();
    const full = !this.#checkpointed;
    this.#checkpointed = true;
    this.#driver.operator.stores.forEach((store, s) => runToEnd(store.checkpoint(this.#checkpoints[s]!, full)));
    this.#driver = this.#newDriver();
    this.#driver.operator.stores.forEach((store, s) => this.#checkpoints[s]!.restoreTo(store));
    if (isReadable(this.#driver.operator)) expect(readAll(this.#driver.operator).lines()).toEqual(expected);
  }

  /** When all time has passed nothing is left. */
  #letTimeEnd(): void {
    this.#driver.begin();
    this.#driver.work([], this.#wide, () => this.#time.advance(Infinity));
    this.#driver.end();
    this.#expectNoState();
  }

  #takeAllBack(): void {
    this.#driver.begin();
    const pushes = this.#integrals.map((integral, input) => [input, integral.rows().map(r => ({...r, weight: -r.weight}))] as const);
    this.#driver.work(pushes, this.#wide);
    this.#driver.end();
    this.#expectNoState();
  }

  #expectNoState(): void {
    for (const store of this.#driver.operator.stores) {
      expect(store.rowCount()).toBeLessThanOrEqual(this.#law.restingRows ?? 0);
      if (store instanceof RowStore) expect(store.arena.liveBytes).toBe(0);
    }
  }
}

/** Splits single-row deltas into pushes of one input each, about `pieces` per run of equal inputs. */
function cut(deltas: readonly (readonly [number, ZRow])[], pieces: number): [number, ZRow[]][] {
  const pushes: [number, ZRow[]][] = [];
  const most = Math.ceil(deltas.length / pieces);
  for (const [input, row] of deltas) {
    const last = pushes.at(-1);
    if (last !== undefined && last[0] === input && last[1].length < most) last[1].push(row);
    else pushes.push([input, [row]]);
  }
  return pushes;
}
