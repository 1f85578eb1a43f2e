import {unreachable} from '../../common/unreachable.ts';
import {T} from '../../types/sql-type.ts';
import type {
  LogicalAggregate,
  LogicalDistinct,
  LogicalPartialAggregate,
  LogicalPlan,
  LogicalScan,
  LogicalSetOperation,
  LogicalTop,
  LogicalUnnest,
  LogicalValues,
} from '../logical/logical-plan.ts';
import {arityOf, typesOf} from '../logical/output-columns.ts';
import {isAppendOnly} from '../optimizer/properties/append-only.ts';
import {canonicalGroups, distinctAsGroups, keyExpression, setOperationAsJoin} from './canonical-keys.ts';
import type {BoundSpec} from '../../catalog/column-time.ts';
import {Columns, sortKey, withoutComputed} from './columns-below.ts';
import type {AggregateCall, DataflowPartialAggregate, DataflowPlan, DataflowValues} from './dataflow-plan.ts';
import {guardArguments} from './guard-arguments.ts';
import {lowerAnalytic} from './lower-analytic.ts';
import {lowerJoin} from './lower-join.ts';
import {lowerSessionAggregate} from './lower-session-aggregate.ts';
import {lowerTemporalFilter} from './lower-temporal-filter.ts';
import {lowerAsOfJoin, lowerTemporalJoin} from './lower-time-join.ts';
import {mapOver} from './map-over.ts';
import {lowerSession, lowerWindow} from './lower-window.ts';

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
      return mapOver(lower(plan.input), plan.predicates, undefined);
    case 'project': {
      const below = plan.input.kind === 'filter' ? plan.input : undefined;
      const from = below === undefined ? plan.input : below.input;
      return mapOver(lower(from), below?.predicates ?? [], plan.expressions);
    }
    case 'join':
      return lowerJoin(plan, lower);
    case 'aggregate':
      return lowerAggregate(plan);
    case 'distinct':
      return lowerDistinct(plan);
    case 'union':
      return {kind: 'union', types: typesOf(plan), inputs: plan.inputs.map(lower)};
    case 'set-operation':
      return lowerSetOperation(plan);
    case 'top':
      return lowerTop(plan);
    case 'unnest':
      return lowerUnnest(plan);
    case 'window':
      return lowerWindow(plan, lower);
    case 'session':
      return lowerSession(plan, lower);
    case 'analytic':
      return lowerAnalytic(plan, lower);
    case 'asof-join':
      return lowerAsOfJoin(plan, lower);
    case 'temporal-join':
      return lowerTemporalJoin(plan, lower);
    case 'temporal-filter':
      return lowerTemporalFilter(plan, lower);
    case 'partial-aggregate':
      return {...lowerGroups(plan), kind: 'partial-aggregate'};
    case 'emit-on-close':
      return {kind: 'window-close', types: typesOf(plan), input: lower(plan.input), column: plan.column, bound: UNKNOWN};
    case 'apply':
      throw new Error('internal error: a subquery was left over');
    default:
      return unreachable(plan);
  }
}

function lowerScan({relation, columns, types, appendOnly}: LogicalScan): DataflowPlan {
  return {kind: 'scan', types, relation, columns, appendOnly};
}

/** Before it is said what time does to the plan. */
const UNKNOWN: BoundSpec = {kind: 'min', of: []};

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

function lowerAggregate(plan: LogicalAggregate): DataflowPlan {
  const sessions = lowerSessionAggregate(plan, lowerGroups);
  if (sessions !== undefined) return sessions;
  const {aggregate, projections} = canonicalGroups(plan);
  const groups: DataflowPlan = {...lowerGroups(aggregate), kind: 'aggregate', appendOnly: isAppendOnly(plan.input)};
  return projections === undefined ? groups : {kind: 'map', types: typesOf(plan), input: groups, predicates: [], projections};
}

function lowerDistinct(plan: LogicalDistinct): DataflowPlan {
  const groups = distinctAsGroups(plan);
  return groups === undefined ? {kind: 'distinct', types: typesOf(plan), input: lower(plan.input)} : lowerAggregate(groups);
}

function lowerSetOperation(plan: LogicalSetOperation): DataflowPlan {
  const join = setOperationAsJoin(plan);
  if (join !== undefined) return lower(join);
  const {operation, all} = plan;
  return {kind: 'set-operation', types: typesOf(plan), operation, all, left: lower(plan.left), right: lower(plan.right)};
}

function lowerGroups(unguarded: LogicalAggregate | LogicalPartialAggregate): Omit<DataflowPartialAggregate, 'kind'> {
  const plan = guardArguments(unguarded);
  const plain = [...plan.keys, ...plan.aggregates.flatMap(a => [...a.args, ...(a.filter === undefined ? [] : [a.filter])])].every(
    e => e.kind === 'input',
  );
  // The edges of tumbling windows are computed by the map below: only those that are read.
  const columns = new Columns(plan.input, plain && !isTumbling(plan.input));
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
  return {types: typesOf(plan), input: lower(columns.plan()), keys, aggregates};
}

function isTumbling(plan: LogicalPlan): boolean {
  return plan.kind === 'filter' ? isTumbling(plan.input) : plan.kind === 'window' && plan.window === 'tumble';
}

function lowerTop(plan: LogicalTop): DataflowPlan {
  const columns = new Columns(plan.input, true);
  const sort = plan.sort.map(s => sortKey(s, columns));
  const keys = plan.partition.map(e => columns.place(keyExpression(e)));
  const partition = keys.length === 0 && plan.rank === undefined ? undefined : keys;
  const below = columns.plan();
  const {limit, offset, rank} = plan;
  const types = rank?.output === true ? [...typesOf(below), T.int8] : typesOf(below);
  const top: DataflowPlan = {kind: 'top', types, input: lower(below), sort, partition, limit, offset, rank};
  return withoutComputed(top, arityOf(plan.input), arityOf(below));
}

function lowerUnnest(plan: LogicalUnnest): DataflowPlan {
  const {args, ordinality, outer} = plan;
  return {kind: 'unnest', types: typesOf(plan), input: lower(plan.input), function: plan.function, args, ordinality, outer};
}
