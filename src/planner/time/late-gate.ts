import {T, type SqlType} from '../../types/sql-type.ts';
import type {BoundSpec, ColumnTimes} from '../../catalog/column-time.ts';
import type {DataflowLateGate, DataflowPlan, DataflowScan} from '../dataflow/dataflow-plan.ts';
import {dataflowInputs} from '../dataflow/dataflow-inputs.ts';
import {mapOver} from '../dataflow/map-over.ts';
import {input} from '../expression/build-expression.ts';

/** What says which records the rows of a relation come from; null = nothing does. */
export type OriginOf = (relation: number) => Origin | null;
/** Of a view, the event time is a column of its own. */
export type Origin = StreamOrigin | ViewOrigin;
type ViewOrigin = {readonly kind: 'view'; readonly traced: Traced; readonly time: OriginTime};
/** Ordinals of the columns with the place of a record, and of its event time. */
export type StreamOrigin = {readonly kind: 'stream'; readonly partition: number; readonly offset: number; readonly time: OriginTime};
/** undefined = the stream has no watermark. */
type OriginTime = {readonly ordinal: number; readonly type: SqlType} | undefined;

/** Puts a gate on top of a plan: what it lets through is not late by `bound` in `column`. */
export function gateLate(plan: DataflowPlan, times: ColumnTimes, column: number, bound: BoundSpec, originOf: OriginOf): DataflowPlan {
  if (plan.kind === 'hop' && column >= plan.types.length - 2) {
    // Rows are told of one by one, before they are added up and repeated.
    const {input: rows, slide, size, offset, cumulate} = plan;
    const edge = column === plan.types.length - 1 ? ('end' as const) : ('start' as const);
    const parts = {bound, windows: {slide, size, offset, cumulate, edge, bound}, silent: false};
    const report = (below: DataflowPlan): DataflowPlan => {
      if (below.kind !== 'partial-aggregate') return gate(below, originOf, {...parts, column: plan.time, otherTime: plan.time});
      const start = below.keys[plan.time]!;
      return {...below, input: gate(below.input, originOf, {...parts, column: start, hidden: start})};
    };
    const gated = report(rows);
    return gate({...plan, input: gated}, originOf, {column, bound, silent: true});
  }
  const edge = columnOfHop(plan, column);
  if (edge !== undefined) return {...edge.map, input: gateLate(edge.hop, times, edge.column, bound, originOf)};
  const role = (wanted: string) => {
    const found = times.findIndex(t => t?.role === wanted);
    return found < 0 ? undefined : found;
  };
  const windowEnd = role('window-end');
  return gate(plan, originOf, {
    column,
    bound,
    windowSize: windowEnd === undefined ? undefined : times[windowEnd]?.size,
    eventTime: role('event-time'),
    windowStart: role('window-start'),
    windowEnd,
    silent: false,
  });
}

/** Where `column` is an edge of the windows right below a map that only picks columns. */
function columnOfHop(plan: DataflowPlan, column: number) {
  if (plan.kind !== 'map' || plan.predicates.length > 0 || plan.input.kind !== 'hop') return undefined;
  const e = plan.projections === undefined ? input(column, plan.types[column]!) : plan.projections[column];
  const isEdge = e?.kind === 'input' && e.index >= plan.input.types.length - 2;
  return isEdge ? {map: plan, hop: plan.input, column: e.index} : undefined;
}

/** `otherTime`: shown as the event time where that of a record is not known. */
type GateParts = Omit<DataflowLateGate, 'kind' | 'types' | 'input' | 'width' | 'origin'> & {readonly otherTime?: number | undefined};

function gate(plan: DataflowPlan, originOf: OriginOf, {otherTime, ...parts}: GateParts): DataflowPlan {
  const traced = parts.silent ? undefined : withOrigin(plan, originOf);
  return {
    kind: 'late-gate',
    types: plan.types,
    width: plan.types.length,
    input: traced?.plan ?? plan,
    origin: traced && {stream: traced.stream, partition: traced.first, offset: traced.first + 1},
    ...parts,
    eventTime: parts.eventTime ?? (traced === undefined || traced.types.length < 3 ? otherTime : traced.first + 2),
  };
}

/** A plan with partition, offset and event time of its rows' records in columns from `first` on. */
export type Traced = {readonly plan: DataflowPlan; readonly stream: number; readonly first: number; readonly types: readonly SqlType[]};

/** Undefined if the rows of the plan are not each one record of a stream. */
export function withOrigin(plan: DataflowPlan, originOf: OriginOf): Traced | undefined {
  const first = plan.types.length;
  switch (plan.kind) {
    case 'scan': {
      const origin = originOf(plan.relation);
      if (origin === null) return undefined;
      if (origin.kind === 'view') return tracedScan(plan, origin);
      const {partition, offset, time} = origin;
      const types = [T.int4, T.int8, ...(time === undefined ? [] : [time.type])];
      const columns = [...plan.columns, partition, offset, ...(time === undefined ? [] : [time.ordinal])];
      const paths = plan.paths && [...plan.paths, ...types.map(() => [])];
      return {plan: {...plan, types: [...plan.types, ...types], columns, paths}, stream: plan.relation, first, types};
    }
    case 'map': {
      const below = withOrigin(plan.input, originOf);
      if (below === undefined) return undefined;
      const own = plan.projections ?? plan.types.map((type, i) => input(i, type));
      const {types} = below;
      const projections = [...own, ...types.map((type, i) => input(below.first + i, type))];
      return {plan: {...plan, types: [...plan.types, ...types], input: below.plan, projections}, stream: below.stream, first, types};
    }
    default:
      return undefined;
  }
}

/** A scan of a view whose rows are records, with the place of each as it comes. */
function tracedScan(scan: DataflowScan, {traced: {plan, stream, first, types: placed}, time}: ViewOrigin): Traced {
  const types = [...placed, ...(time === undefined ? [] : [time.type])];
  const place = [...placed.map((_, i) => first + i), ...(time === undefined ? [] : [time.ordinal])];
  return {
    plan: {
      ...scan,
      types: [...scan.types, ...types],
      columns: [...scan.columns, ...place],
      paths: scan.paths && [...scan.paths, ...types.map(() => [])],
      traced: plan,
    },
    stream,
    first: scan.types.length,
    types,
  };
}

/**
 * The plan of a view whose rows are each one record of a stream, windowed or not, with the record's place behind its columns. Its event time is
 * left to the view's own columns: no column of the stream is asked for that the view does not read.
 */
export function tracedView(plan: DataflowPlan, originOf: OriginOf): Traced | undefined {
  const placed: OriginOf = id => {
    const origin = originOf(id);
    return origin && {...origin, time: undefined};
  };
  if (plan.kind === 'map' && plan.input.kind === 'hop') {
    const below = tracedView(plan.input, originOf);
    if (below === undefined) return undefined;
    const {stream, first, types} = below;
    const own = plan.projections ?? plan.types.map((type, i) => input(i, type));
    const projections = [...own, ...types.map((type, i) => input(first + i, type))];
    return {plan: {...plan, types: [...plan.types, ...types], input: below.plan, projections}, stream, first: plan.types.length, types};
  }
  if (plan.kind !== 'hop') return withOrigin(plan, placed);
  const rows = withOrigin(plan.input, placed);
  if (rows === undefined) return undefined;
  const {stream, types} = rows;
  const [width, added] = [plan.input.types.length, types.length];
  const edges = plan.types.slice(width);
  const hop = {...plan, types: [...rows.plan.types, ...edges], input: rows.plan};
  const places = plan.types.map((type, i) => input(i < width ? i : i + added, type));
  const place = types.map((type, i) => input(rows.first + i, type));
  return {plan: mapOver(hop, [], [...places, ...place]), stream, first: plan.types.length, types};
}

/** Whether rows can come too late for a plan. */
export function hasLateGate(plan: DataflowPlan): boolean {
  return plan.kind === 'late-gate' || dataflowInputs(plan).some(hasLateGate);
}
