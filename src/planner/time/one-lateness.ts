import type {DataflowLateGate, DataflowPlan} from '../dataflow/dataflow-plan.ts';
import {dataflowInputs} from '../dataflow/dataflow-inputs.ts';
import {mapDataflowInputs} from '../dataflow/map-dataflow-inputs.ts';
import {sameBound} from './column-time.ts';
import {withOrigin, type OriginOf, type StreamOrigin, type Traced} from './late-gate.ts';

/** What the scans of a plan need to know: the watermark of a stream's event time. */
export type LatenessContext = {
  readonly originOf: OriginOf;
  /** How far rows of a stream may be behind its watermark and still count in the view, µs. */
  readonly allowanceOf: (stream: number) => number;
};

/**
 * A record is late for a view or it is not: it must not count in one branch of the plan and be missing in another, since the result would be
 * that of no set of rows. Where the branches over a stream have gates of different kinds, or not all have one, every scan of the stream gets
 * the same gate, by the watermark itself, and the others only keep what passes.
 */
export function oneLateness(plan: DataflowPlan, {originOf, allowanceOf}: LatenessContext): DataflowPlan {
  // What views make of records has its own lateness.
  const ofStreams = (id: number) => {
    const origin = originOf(id);
    return origin?.kind === 'stream' ? origin : null;
  };
  const context = {originOf: ofStreams, allowanceOf};
  const disputed = disputedStreams(plan, context);
  return disputed.size === 0 ? plan : gateScans(plan, disputed, context);
}

type StreamContext = Omit<LatenessContext, 'originOf'> & {readonly originOf: (stream: number) => StreamOrigin | null};
type Branch = {readonly stream: number; readonly gate: DataflowLateGate | undefined};

function disputedStreams(plan: DataflowPlan, {originOf}: StreamContext): ReadonlySet<number> {
  const branches = branchesOf(plan, undefined).filter(({stream}) => originOf(stream)?.time !== undefined);
  const disputed = new Set<number>();
  for (const {stream, gate} of branches) {
    if (gate === undefined) continue;
    if (branches.some(b => b.stream === stream && (b.gate === undefined || !sameGate(b.gate, gate)))) disputed.add(stream);
  }
  return disputed;
}

/** Every scan with the gate that its records pass first. */
function branchesOf(plan: DataflowPlan, gate: DataflowLateGate | undefined): readonly Branch[] {
  switch (plan.kind) {
    case 'scan':
      return [{stream: plan.relation, gate}];
    case 'late-gate':
      // The lowest gate that tells of rows decides; above anything but maps rows are no records any more.
      return branchesOf(plan.input, plan.silent ? gate : plan);
    case 'map':
    case 'hop':
      return branchesOf(plan.input, gate);
    default:
      return dataflowInputs(plan).flatMap(input => branchesOf(input, undefined));
  }
}

function sameGate(a: DataflowLateGate, b: DataflowLateGate): boolean {
  return sameBound(a.bound, b.bound) && JSON.stringify(a.windows) === JSON.stringify(b.windows);
}

function gateScans(plan: DataflowPlan, streams: ReadonlySet<number>, context: StreamContext): DataflowPlan {
  // Behind the filters, so that only rows are told of that the branch would have read.
  const records = plan.kind === 'scan' || plan.kind === 'map' ? withOrigin(plan, context.originOf) : undefined;
  if (records !== undefined) return streams.has(records.stream) ? gated(plan, records, context) : plan;
  const rewritten = mapDataflowInputs(plan, input => gateScans(input, streams, context));
  return rewritten.kind === 'late-gate' && isOverRecordsOf(plan, streams) ? {...rewritten, silent: true} : rewritten;
}

/** Whether what passes the gate are records of one of the streams. */
function isOverRecordsOf(plan: DataflowPlan, streams: ReadonlySet<number>): boolean {
  switch (plan.kind) {
    case 'scan':
      return streams.has(plan.relation);
    case 'late-gate':
    case 'map':
    case 'hop':
      return isOverRecordsOf(plan.input, streams);
    default:
      return false;
  }
}

function gated(plan: DataflowPlan, {plan: input, stream, first}: Traced, {allowanceOf}: StreamContext): DataflowPlan {
  return {
    kind: 'late-gate',
    types: plan.types,
    width: plan.types.length,
    input,
    column: first + 2,
    bound: {kind: 'watermark', stream, lateness: allowanceOf(stream)},
    origin: {stream, partition: first, offset: first + 1},
    eventTime: first + 2,
    silent: false,
  };
}
