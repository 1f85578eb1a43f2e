import {assert} from '../../common/unreachable.ts';
import type {Batch, Schema} from '../batch/batch.ts';
import type {BatchSink, Operator, Slices, StateStore} from './operator.ts';
import {countRows, RowCount, type BatchRows} from './row-count.ts';
import {handOver, pausing, type Worker} from './self-time.ts';

/** A node that was given this many rows pauses after them. */
const PAUSE_ROWS = 1024;

/**
 * A node of a running dataflow: an operator and the edges that its output takes. As a BatchSink it hands a batch to every consumer in
 * turn, depth first, so that at most one batch per operator is in flight however much a row fans out.
 */
export class GraphNode implements BatchSink, Worker {
  readonly operator: Operator | null;
  readonly schema: Schema;
  readonly label: string;
  readonly inputs: readonly GraphNode[];
  readonly consumers: {readonly node: GraphNode; readonly input: number}[] = [];
  /** Position in a topological order. */
  rank = 0;
  /** Has been pushed to in the running step. */
  touched = false;
  /** What it was given and has emitted since it was made. */
  readonly taken = new RowCount();
  readonly emitted = new RowCount();
  /** Time in this operator, but not in those that it pushed to. */
  selfMs = 0;
  /** What it has been pushed and works on. */
  #given: {readonly batch: Batch; readonly count: BatchRows} | undefined;
  readonly #graph: {current: Graph};

  constructor(graph: Graph, label: string, schema: Schema, operator: Operator | null, inputs: readonly GraphNode[]) {
    this.#graph = {current: graph};
    this.label = label;
    this.schema = schema;
    this.operator = operator;
    this.inputs = inputs;
  }

  moveTo(graph: Graph): void {
    this.#graph.current = graph;
  }

  get stores(): readonly StateStore[] {
    return this.operator?.stores ?? [];
  }

  /** Somebody down the line keeps or delivers what this node emits. */
  get wanted(): boolean {
    return this.consumers.some(({node}) => node.stores.length > 0 || node.operator!.terminal === true || node.wanted);
  }

  *emit(batch: Batch): Slices {
    if (batch.length === 0) return;
    const count = this.#countRows(batch);
    this.emitted.add(count);
    for (const {node, input} of this.consumers) yield* node.#take(input, batch, count);
  }

  /** Weights that an operator hands on as they are need not be counted again. */
  #countRows(batch: Batch): BatchRows {
    const given = this.#given;
    return given !== undefined && given.batch.weights === batch.weights && given.batch.length === batch.length
      ? given.count
      : countRows(batch);
  }

  /** Takes part in the running step. */
  wake(): void {
    if (!this.touched) this.#graph.current.touch(this);
  }

  push(input: number, batch: Batch): Slices {
    return this.#take(input, batch, countRows(batch));
  }

  *#take(input: number, batch: Batch, count: BatchRows): Slices {
    this.taken.add(count);
    this.#given = {batch, count};
    this.wake();
    const caller = handOver(this);
    const slices = this.operator!.push(input, batch, this);
    yield* caller === null ? pausing(slices) : slices;
    this.#given = undefined;
    handOver(caller);
    // A long line of operators would otherwise work on a whole batch in one go.
    if (batch.length >= PAUSE_ROWS) yield;
  }

  *flush(): Slices {
    this.#given = undefined;
    handOver(this);
    yield* this.operator!.flush(this);
    handOver(null);
  }
}

/**
 * A running dataflow: nodes in topological order, worked step by step. Nodes without an operator are sources: their owner emits into
 * them. Within a step, state is written in place; `publish` makes it visible, `rollback` undoes it.
 */
export class Graph {
  readonly #nodes: GraphNode[] = [];
  #touched: GraphNode[] = [];
  /** Nodes with output of their own that have not taken part in a published step yet. */
  #unprompted: GraphNode[] = [];

  addSource(label: string, schema: Schema): GraphNode {
    return this.#add(new GraphNode(this, label, schema, null, []));
  }

  add(operator: Operator, inputs: readonly GraphNode[]): GraphNode {
    const node = this.#add(new GraphNode(this, operator.label, operator.schema, operator, inputs));
    inputs.forEach((source, input) => source.consumers.push({node, input}));
    return node;
  }

  #add(node: GraphNode): GraphNode {
    node.rank = (this.#nodes.at(-1)?.rank ?? 0) + 1;
    this.#nodes.push(node);
    if (node.operator?.unprompted === true) this.#unprompted.push(node);
    return node;
  }

  get nodes(): readonly GraphNode[] {
    return this.#nodes;
  }

  /** Notes that a node takes part in the step, before its state is written. */
  touch(node: GraphNode): void {
    node.touched = true;
    this.#touched.push(node);
    for (const store of node.stores) store.beginStep();
  }

  /** Lets every operator that was pushed to emit what it held back, in topological order. Ends the work of a step. */
  flush(): Slices {
    return pausing(this.#flushAll());
  }

  *#flushAll(): Slices {
    for (const node of this.#unprompted) if (!node.touched) this.touch(node);
    // Flushing may touch nodes further down; they have higher ranks and come later in the same sweep.
    for (const node of this.#nodes) {
      if (!node.touched) {
        if (node.operator?.isDue?.() !== true) continue;
        this.touch(node);
      }
      yield* node.flush();
      yield;
    }
  }

  /** When the clock alone gives an operator something to do, µs since 1970; Infinity = not. */
  nextTime(): number {
    let next = Infinity;
    for (const {operator} of this.#nodes) if (operator?.nextTime !== undefined) next = Math.min(next, operator.nextTime());
    return next;
  }

  /** Nodes added so far come with state that says what they have emitted: they are not prompted. */
  forgetUnprompted(): void {
    this.#unprompted = [];
  }

  /** Makes the finished step visible to readers. */
  publish(): void {
    for (const node of this.#touched) {
      node.touched = false;
      for (const store of node.stores) store.endStep();
    }
    this.#touched = [];
    this.#unprompted = [];
  }

  /** Undoes an unfinished step. */
  rollback(): void {
    for (const node of this.#touched) {
      node.touched = false;
      for (const store of node.stores) store.rollbackStep();
      node.operator?.rollback?.();
    }
    this.#touched = [];
  }

  /** Takes over all nodes of a private graph, whose sources' consumers move to `sources` of this one. Between steps of both. */
  adopt(other: Graph, sources: ReadonlyMap<GraphNode, GraphNode>): void {
    assert(other.#touched.length === 0, 'adopted graph is in the middle of a step');
    for (const node of other.#nodes) {
      const replacement = sources.get(node);
      if (replacement !== undefined) {
        replacement.consumers.push(...node.consumers);
        continue;
      }
      node.moveTo(this);
      this.#add(node);
    }
    other.#nodes.length = 0;
  }

  /** Removes a node and frees its state; nobody may consume it any more. */
  remove(node: GraphNode): void {
    assert(node.consumers.length === 0, `node ${node.label} still has consumers`);
    for (const source of this.#nodes) {
      const edges = source.consumers.filter(edge => edge.node !== node);
      if (edges.length !== source.consumers.length) source.consumers.splice(0, source.consumers.length, ...edges);
    }
    this.#nodes.splice(this.#nodes.indexOf(node), 1);
    this.#unprompted = this.#unprompted.filter(other => other !== node);
    for (const store of node.stores) store.dispose();
  }
}
