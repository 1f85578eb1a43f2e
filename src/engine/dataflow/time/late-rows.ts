import {VIEW_LATE} from '../../../catalog/error-relation.ts';
import {datumAt, datumsToBatch} from '../../../codegen/datum-column.ts';
import type {EvaluationContext} from '../../../functions/evaluation-context.ts';
import {columnNames, type RelationColumnName} from '../../../planner/dataflow/column-names.ts';
import type {DataflowLateGate} from '../../../planner/dataflow/dataflow-plan.ts';
import type {Batch} from '../../../runtime/batch/batch.ts';
import type {Graph, GraphNode} from '../../../runtime/graph/graph.ts';
import {Inbox} from '../../../runtime/operators/inbox.ts';
import type {LateSink} from '../../../runtime/operators/late-gate.ts';
import {NewestView} from '../../../runtime/views/newest-view.ts';
import type {Datum} from '../../../types/datum.ts';
import {jsonbObject, writeJsonb, type JsonValue} from '../../../types/json-value.ts';
import {physicalOf, type SqlType} from '../../../types/sql-type.ts';
import {listedValue} from '../listed-value.ts';
import {RelationReader} from '../relation-reader.ts';

const TYPES = VIEW_LATE.map(c => c.type);

/** `<view>$late`: the rows that came after the watermark had passed them, with the windows that they missed. */
export class LateRows {
  readonly nodes: readonly GraphNode[];
  readonly node: GraphNode;
  readonly reader: RelationReader;
  readonly rows: NewestView;

  /** The view's own operators are in the graph already. */
  constructor(view: string, collector: LateCollector, graph: Graph, newest: number) {
    const schema = TYPES.map(physicalOf);
    const inbox = new Inbox({
      label: `late(${view})`,
      schema,
      take: () => collector.take(),
      discard: () => collector.discard(),
    });
    const source = graph.add(inbox, []);
    collector.wake = () => source.wake();
    const store = new NewestView({label: `late-rows(${view})`, schema, limit: newest, partition: 0, offset: 1});
    this.rows = store;
    this.node = graph.add(store, [source]);
    this.nodes = [source, this.node];
    this.reader = new RelationReader(store, null, null);
  }

  get count(): number {
    return this.reader.rows.rowCount(null);
  }
}

const before = (end: Datum, size: number | undefined): Datum => (typeof end === 'bigint' && size !== undefined ? end - BigInt(size) : null);

/** Takes the late rows of one view's operators. */
export class LateCollector {
  wake: () => void = () => {};
  readonly #names: RelationColumnName;
  readonly #evaluation: EvaluationContext;
  #rows: Datum[][] = [];
  readonly #records = new Set<string>();

  constructor(names: RelationColumnName, evaluation: EvaluationContext) {
    this.#names = names;
    this.#evaluation = evaluation;
  }

  sinkFor(plan: DataflowLateGate, watermark: () => number): LateSink {
    const {input, width, origin, eventTime, windowStart, windowEnd, windowSize, hidden} = plan;
    const names = columnNames(input, this.#names);
    const shown = input.types.map((_, c) => c).filter(c => c < width && c !== windowStart && c !== windowEnd && c !== hidden);
    return {
      add: (batch, row, window) => {
        const bound = watermark();
        const at = (column: number | undefined) =>
          column === undefined ? null : datumAt(batch.columns[column]!, input.types[column]!, row);
        const copies = batch.weights === null ? 1 : batch.weights[row]!;
        const late = [
          at(origin?.partition),
          at(origin?.offset),
          at(eventTime),
          window !== null ? BigInt(window.start) : windowStart === undefined ? before(at(windowEnd), windowSize) : at(windowStart),
          window !== null ? BigInt(window.end) : at(windowEnd),
          Number.isFinite(bound) ? BigInt(Math.floor(bound)) : null,
          {tag: 'jsonb', text: this.#row(batch, row, input.types, shown, names)} as const,
          this.#evaluation.now,
        ];
        if (
          origin !== undefined &&
          late[1] !== null &&
          this.#isKnown(`${origin.stream}/${late.slice(0, 2).join()}/${late.slice(3, 5).join()}`)
        )
          return;
        if (this.#rows.length === 0) this.wake();
        // A row that is taken back was late when it came, and is listed as that.
        for (let copy = 0; copy < copies; copy++) this.#rows.push(late);
      },
    };
  }

  /** Whether another branch of the view has told of the record in this step. */
  #isKnown(record: string): boolean {
    return this.#records.size === this.#records.add(record).size;
  }

  #row(batch: Batch, row: number, types: readonly SqlType[], columns: readonly number[], names: readonly string[]): string {
    const entries = columns.map((c): [string, JsonValue] => {
      const value = datumAt(batch.columns[c]!, types[c]!, row);
      return [names[c] ?? `column${c + 1}`, listedValue(value, types[c]!, this.#evaluation)];
    });
    return writeJsonb(jsonbObject(entries));
  }

  take(): Batch | null {
    const rows = this.#rows;
    this.discard();
    return rows.length === 0 ? null : datumsToBatch(TYPES, rows);
  }

  discard(): void {
    this.#rows = [];
    this.#records.clear();
  }
}
