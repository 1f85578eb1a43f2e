import {expect} from 'vitest';
import type {Batch, Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {runToEnd} from '../graph/run-slices.ts';
import type {Pin} from '../rows/pin.ts';
import type {ReadableRows} from '../views/readable-rows.ts';
import {fromBatch, toBatch, ZSet, type ZRow} from './zset.ts';

/** Collects what an operator emits. */
export class RecordingSink implements BatchSink {
  readonly wanted = true;
  readonly rows: ZRow[] = [];
  readonly #schema: Schema;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  *emit(batch: Batch): Slices {
    this.rows.push(...fromBatch(this.#schema, batch));
    yield;
  }
}

/** Runs one operator step by step, without a graph. */
export class OperatorDriver {
  readonly operator: Operator;
  readonly inputs: readonly Schema[];

  constructor(operator: Operator, inputs: readonly Schema[]) {
    this.operator = operator;
    this.inputs = inputs;
  }

  begin(): void {
    for (const store of this.operator.stores) store.beginStep();
  }

  /** Pushes, lets time pass, flushes; the step stays open. */
  work(pushes: readonly (readonly [input: number, rows: readonly ZRow[]])[], wide = false, passTime: () => void = () => {}): ZRow[] {
    const sink = new RecordingSink(this.operator.schema);
    for (const [input, rows] of pushes) runToEnd(this.operator.push(input, toBatch(this.inputs[input]!, rows, wide), sink));
    passTime();
    runToEnd(this.operator.flush(sink));
    return sink.rows;
  }

  end(): void {
    for (const store of this.operator.stores) store.endStep();
  }

  rollback(): void {
    for (const store of this.operator.stores) store.rollbackStep();
    this.operator.rollback?.();
  }

  step(...deltas: readonly (readonly ZRow[])[]): {emits(expected: readonly ZRow[]): void} {
    this.begin();
    const emitted = this.work(deltas.map((rows, input) => [input, rows] as const));
    this.end();
    return {emits: expected => expect(ZSet.of(emitted).lines()).toEqual(ZSet.of(expected).lines())};
  }
}

export const drive = (operator: Operator, ...inputs: readonly Schema[]) => new OperatorDriver(operator, inputs);

/** All rows of a readable relation as of a pin, read in small pieces. */
export function readAll(relation: ReadableRows, at: Pin | null = null, piece = 3): ZSet {
  const set = new ZSet();
  const builder = new BatchBuilder(relation.schema);
  for (let from = 0; from >= 0;) {
    from = relation.scan(from, piece, builder, at);
    set.add(fromBatch(relation.schema, builder.build()));
    builder.reset();
  }
  return set;
}

export const isReadable = (operator: Operator): operator is Operator & ReadableRows => 'scan' in operator;

/** An operator that forgets part of its result cannot be read for it. */
export function withoutReads(operator: Operator): Operator {
  return {
    label: operator.label,
    schema: operator.schema,
    stores: operator.stores,
    push: (input, batch, out) => operator.push(input, batch, out),
    flush: out => operator.flush(out),
    isDue: () => operator.isDue!(),
    rollback: () => operator.rollback!(),
  };
}
