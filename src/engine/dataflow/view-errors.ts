import type {SqlError} from '../../common/sql-error.ts';
import {sqlError} from '../../common/sql-error.ts';
import {SQLSTATE, type Condition} from '../../common/sqlstate.ts';
import {datumAt, rowAt} from '../../codegen/datum-column.ts';
import {VIEW_ERRORS} from '../../catalog/error-relation.ts';
import type {ErrorOrigin} from '../../dataflow-builder/build-context.ts';
import type {EvaluationContext} from '../../functions/evaluation-context.ts';
import type {RelationColumnName} from '../../planner/dataflow/column-names.ts';
import {BatchBuilder} from '../../runtime/batch/batch-builder.ts';
import type {Graph, GraphNode} from '../../runtime/graph/graph.ts';
import {ErrorRows} from '../../runtime/operators/error-rows.ts';
import type {ErrorSink} from '../../runtime/operators/map.ts';
import type {Pin} from '../../runtime/rows/pin.ts';
import type {ReadableRows} from '../../runtime/views/readable-rows.ts';
import {ZsetView} from '../../runtime/views/zset-view.ts';
import type {ViewSpec} from './commands.ts';
import {DescribedError} from './described-error.ts';
import {RelationReader} from './relation-reader.ts';
import type {ViewWarning} from './view-warning.ts';

const TYPES = VIEW_ERRORS.map(c => c.type);
const NAMES = VIEW_ERRORS.map(c => c.name);
const TEXTS = NAMES.length - 1;
/** The other texts follow from these. */
const IDENTITY = ['operator', 'expression', 'row'].map(name => NAMES.indexOf(name));

/** Rows of a view's errors: where they are read, and the node that emits their deltas. */
export type ErrorSource = {readonly node: GraphNode; readonly reader: RelationReader};

/**
 * `<view>$errors`: what the view's own operators raised and what the views below it raised, each entry once however many ways lead down to
 * it. A view over no other view is served by the store of its own errors.
 */
export class ViewErrors {
  /** What its own operators raised. */
  readonly own: ErrorSource;
  /** All. */
  readonly all: ErrorSource;
  readonly nodes: readonly GraphNode[];
  readonly #spec: ViewSpec;

  /** `below`: nodes that emit the own errors of each view below. The view's own operators are in the graph already. */
  constructor(spec: ViewSpec, collector: ErrorCollector, graph: Graph, below: readonly GraphNode[]) {
    const {rows} = collector;
    const node = graph.add(rows, []);
    rows.wake = () => node.wake();
    this.#spec = spec;
    this.own = {node, reader: new RelationReader(rows, null, null)};
    if (below.length === 0) {
      this.all = this.own;
      this.nodes = [node];
      return;
    }
    const store = new ZsetView({label: `all-errors(${spec.name})`, schema: rows.schema});
    const all = graph.add(store, [node, ...below]);
    this.all = {node: all, reader: new RelationReader(store, null, null)};
    this.nodes = [node, all];
  }

  /** Id of the relation. */
  get relation(): number {
    return this.#spec.errors;
  }

  get rows(): ReadableRows {
    return this.all.reader.rows;
  }

  /** Entries as of a step. */
  count(at: Pin | null): number {
    return this.rows.rowCount(at);
  }

  /** The first entry as an error, undefined when there is none. */
  first(at: Pin | null): SqlError | undefined {
    const builder = new BatchBuilder(this.rows.schema);
    for (let from = 0; from >= 0 && builder.length === 0;) from = this.rows.scan(from, 1, builder, at);
    if (builder.length === 0) return undefined;
    const [sqlstate, reason] = ['sqlstate', 'reason'].map(name => {
      const c = NAMES.indexOf(name);
      return datumAt(builder.columns[c]!.build(), TYPES[c]!, 0) as string;
    });
    return sqlError(conditionOf(sqlstate!), reason!);
  }

  /** What a read of the view as of a step has to be told: undefined when nothing is left out. Throws under ON ERROR FAIL. */
  warning(at: Pin | null): ViewWarning | undefined {
    const errors = this.count(at);
    if (errors === 0) return undefined;
    const {name, failOnError} = this.#spec;
    const first = failOnError ? this.first(at) : undefined;
    if (first === undefined) return {view: name, errors};
    throw sqlError(first.condition, `materialized view "${name}" cannot be read: ${first.message}`, {
      detail: `The view was created with ON ERROR FAIL; its errors are ${errors}.`,
      hint: `See "${name}$errors".`,
    });
  }
}

/** Takes the errors of one view's operators. */
export class ErrorCollector {
  readonly rows: ErrorRows;
  readonly #view: Uint8Array;
  readonly #names: RelationColumnName;
  readonly #evaluation: EvaluationContext;

  constructor(view: string, names: RelationColumnName, evaluation: EvaluationContext) {
    this.rows = new ErrorRows({label: `errors(${view})`, texts: TEXTS, identity: IDENTITY});
    this.#view = Buffer.from(view);
    this.#names = names;
    this.#evaluation = evaluation;
  }

  sinkFor(origin: ErrorOrigin): ErrorSink {
    const operator = Buffer.from(origin.operator);
    const described = new DescribedError(origin, this.#names, this.#evaluation);
    return {
      add: (error, weight, batch, row) => {
        const values = rowAt(described.pick(batch), described.types, row);
        const texts = [described.expression(error, values), error.code, error.message, described.row(values)].map(t => Buffer.from(t));
        this.rows.raise([this.#view, operator, ...texts], weight);
      },
    };
  }
}

function conditionOf(sqlstate: string): Condition {
  const found = Object.entries(SQLSTATE).find(([, code]) => code === sqlstate);
  return found === undefined ? 'internal_error' : (found[0] as Condition);
}
