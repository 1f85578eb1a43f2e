import {unreachable} from '../../common/unreachable.ts';
import {input} from '../expression/build-expression.ts';
import {sameExpression} from '../expression/same-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {
  LogicalAggregate,
  LogicalPlan,
  LogicalScan,
  LogicalTop,
  LogicalUnnest,
  LogicalValues,
  SortExpression,
} from '../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../logical/output-columns.ts';
import {isAppendOnly} from '../optimizer/properties/append-only.ts';
import {mergeProjects} from '../optimizer/rules/merge-projects.ts';
import type {AggregateCall, DataflowPlan, DataflowValues, SortKey} from './dataflow-plan.ts';
import {lowerJoin} from './lower-join.ts';

/**
 * A logical plan without applies as a dataflow plan. Filters and projections that follow each other become one map; expressions inside
 * joins, aggregates and sorts are computed by a map below.
 */
export function lower(plan: LogicalPlan): DataflowPlan {
  switch (plan.kind) {
    case 'scan':
      return lowerScan(plan);
    case 'values':
      return lowerValues(plan);
    case 'filter':
      return {kind: 'map', types: typesOf(plan), input: lower(plan.input), predicates: plan.predicates};
    case 'project': {
      const below = plan.input.kind === 'filter' ? plan.input : undefined;
      const from = below === undefined ? plan.input : below.input;
      return {kind: 'map', types: typesOf(plan), input: lower(from), predicates: below?.predicates ?? [], projections: plan.expressions};
    }
    case 'join':
      return lowerJoin(plan, lower);
    case 'aggregate':
      return lowerAggregate(plan);
    case 'distinct':
      return {kind: 'distinct', types: typesOf(plan), input: lower(plan.input)};
    case 'union':
      return {kind: 'union', types: typesOf(plan), inputs: plan.inputs.map(lower)};
    case 'set-operation': {
      const {operation, all} = plan;
      return {kind: 'set-operation', types: typesOf(plan), operation, all, left: lower(plan.left), right: lower(plan.right)};
    }
    case 'top':
      return lowerTop(plan);
    case 'unnest':
      return lowerUnnest(plan);
    case 'apply':
      throw new Error('internal error: a subquery was left over');
    default:
      return unreachable(plan);
  }
}

function lowerScan({relation, columns, types, appendOnly}: LogicalScan): DataflowPlan {
  return {kind: 'scan', types, relation, columns, appendOnly};
}

const ONE_ROW: DataflowValues = {kind: 'values', types: [], rows: [[]]};

/** Rows of constants stay rows; a row with anything else is a map over one row without columns. */
function lowerValues({types, rows}: LogicalValues): DataflowPlan {
  const constants = rows.filter(row => row.every(e => e.kind === 'constant'));
  const values: DataflowPlan = {
    kind: 'values',
    types,
    rows: constants.map(row => row.map(e => (e.kind === 'constant' ? e.value : null))),
  };
  if (constants.length === rows.length) return values;
  const maps = rows
    .filter(row => row.some(e => e.kind !== 'constant'))
    .map((row): DataflowPlan => ({kind: 'map', types, input: ONE_ROW, predicates: [], projections: row}));
  const inputs = constants.length === 0 ? maps : [values, ...maps];
  const [only] = inputs;
  return inputs.length === 1 && only !== undefined ? only : {kind: 'union', types, inputs};
}

/** Columns that a node needs below itself: those of its input, or computed ones. */
class Columns {
  readonly #input: LogicalPlan;
  readonly #expressions: TypedExpression[] = [];

  /** With `keep` the input's own columns come first, in their order. */
  constructor(plan: LogicalPlan, keep: boolean) {
    this.#input = plan;
    if (keep) this.#expressions.push(...typesOf(plan).map((type, i) => input(i, type)));
  }

  place(e: TypedExpression): number {
    const known = this.#expressions.findIndex(x => sameExpression(x, e));
    return known >= 0 ? known : this.#expressions.push(e) - 1;
  }

  plan(): LogicalPlan {
    const expressions = this.#expressions;
    if (expressions.length === arityOf(this.#input) && expressions.every((e, i) => e.kind === 'input' && e.index === i)) return this.#input;
    const names = expressions.map((e, i) => (e.kind === 'input' ? (namesOf(this.#input)[e.index] ?? '') : `computed${i}`));
    const project: LogicalPlan = {kind: 'project', input: this.#input, expressions, names};
    return mergeProjects.apply(project, {}) ?? project;
  }
}

function lowerAggregate(plan: LogicalAggregate): DataflowPlan {
  const plain = [...plan.keys, ...plan.aggregates.flatMap(a => [...a.args, ...(a.filter === undefined ? [] : [a.filter])])].every(
    e => e.kind === 'input',
  );
  const columns = new Columns(plan.input, plain);
  const keys = plan.keys.map(k => columns.place(k));
  const aggregates = plan.aggregates.map((a): AggregateCall => ({
    function: a.function,
    args: a.args.map(e => columns.place(e)),
    argTypes: a.args.map(e => e.type),
    type: a.type,
    distinct: a.distinct,
    filter: a.filter && columns.place(a.filter),
    orderBy: a.orderBy?.map(s => sortKey(s, columns)),
  }));
  return {
    kind: 'aggregate',
    types: typesOf(plan),
    input: lower(columns.plan()),
    keys,
    aggregates,
    appendOnly: isAppendOnly(plan.input),
  };
}

function sortKey({expression, descending, nullsFirst}: SortExpression, columns: Columns): SortKey {
  return {column: columns.place(expression), descending, nullsFirst};
}

function lowerTop(plan: LogicalTop): DataflowPlan {
  const columns = new Columns(plan.input, true);
  const sort = plan.sort.map(s => sortKey(s, columns));
  const partition = plan.partition.length === 0 ? undefined : plan.partition.map(e => columns.place(e));
  const below = columns.plan();
  const {limit, offset} = plan;
  const top: DataflowPlan = {kind: 'top', types: typesOf(below), input: lower(below), sort, partition, limit, offset};
  const types = typesOf(plan);
  if (arityOf(below) === types.length) return top;
  return {kind: 'map', types, input: top, predicates: [], projections: types.map((type, i) => input(i, type))};
}

function lowerUnnest(plan: LogicalUnnest): DataflowPlan {
  const {args, ordinality, outer} = plan;
  return {kind: 'unnest', types: typesOf(plan), input: lower(plan.input), function: plan.function, args, ordinality, outer};
}
