import type {BoundSpec} from '../../../catalog/column-time.ts';
import type {TimeSource} from '../../../dataflow-builder/build-context.ts';
import type {DataflowLateGate} from '../../../planner/dataflow/dataflow-plan.ts';
import type {LateSink} from '../../../runtime/operators/late-gate.ts';
import type {TimeBound} from '../../../runtime/time/time-bound.ts';
import type {Watermark} from '../../../runtime/time/watermark.ts';
import type {EventTime} from './event-time.ts';

/** Makes a sink for the late rows of a gate; `watermark` says what had passed them. */
export type LateSinkFor = (plan: DataflowLateGate, watermark: () => number) => LateSink;

/** What a bound follows from in the end. */
function watermarkIn(bound: BoundSpec): BoundSpec {
  switch (bound.kind) {
    case 'shift':
    case 'floor':
      return watermarkIn(bound.of);
    case 'min':
      return {kind: 'min', of: bound.of.map(watermarkIn)};
    case 'watermark':
      return {kind: 'watermark', stream: bound.stream};
    default:
      return bound;
  }
}

/** What time means to the operators of one view or sink. */
export class ViewTime implements TimeSource {
  /** Takes in what its relations hold already: nothing of that is late, however old it is. */
  isOpening = true;
  readonly #eventTime: EventTime;
  readonly #own: ReadonlyMap<number, Watermark>;
  readonly #sinkFor: LateSinkFor;

  /** `own`: watermarks of streams that the view reads with readers of its own. */
  constructor(eventTime: EventTime, own: ReadonlyMap<number, Watermark>, sinkFor: LateSinkFor) {
    this.#eventTime = eventTime;
    this.#own = own;
    this.#sinkFor = sinkFor;
  }

  bound(spec: BoundSpec): TimeBound {
    const bound = this.#eventTime.bound(spec, this.#own);
    if (spec.kind === 'step-time') return bound;
    return {previous: () => (this.isOpening ? -Infinity : bound.previous()), current: () => bound.current()};
  }

  lateSink(plan: DataflowLateGate): LateSink {
    const watermark = this.#eventTime.bound(watermarkIn(plan.bound), this.#own);
    return this.#sinkFor(plan, () => watermark.previous());
  }
}
