import type {BoundSpec} from '../../../catalog/column-time.ts';
import {unreachable} from '../../../common/unreachable.ts';
import type {EvaluationContext} from '../../../functions/evaluation-context.ts';
import type {StepContent, StreamSection} from '../../../runtime/durability/step-record.ts';
import {TICK} from '../../../runtime/time/tick.ts';
import {flooredBound, leastBound, shiftedBound, watermarkBound, type TimeBound} from '../../../runtime/time/time-bound.ts';
import {Watermark} from '../../../runtime/time/watermark.ts';
import type {ClockState, StreamClock} from './stream-clock.ts';

const UNKNOWN = new Watermark();

/**
 * All clocks of the dataflow: the time of the step, and the watermarks of the streams. A step begins with its time; when its rows are in the
 * watermarks move, once; then operators flush under the new ones. What was decided goes into the journal, and comes from there in a replay.
 */
export class EventTime {
  /** The time of the step: `previous` of the one before. */
  readonly now = new Watermark();
  readonly clocks = new Map<number, StreamClock>();
  readonly #evaluation: {-readonly [K in keyof EvaluationContext]: EvaluationContext[K]};

  /** `evaluation`: what the expressions of maintained views are evaluated in; its now() is the time of the step. */
  constructor(evaluation: EvaluationContext) {
    this.#evaluation = evaluation;
  }

  begin(time: number): void {
    this.now.advance(time);
    this.#evaluation.now = this.#evaluation.statementTime = BigInt(Math.round(this.now.current));
  }

  /** The rows of the step are in: moves the watermarks, and returns what the journal must know. */
  settle(content: StepContent, time: number): StepContent {
    const moved = [...this.clocks.values()].filter(clock => clock.decide(time));
    if (moved.length === 0) return content;
    const streams: StreamSection[] = content.streams.map(section => {
      const clock = moved.find(c => c.relation === section.relation);
      return clock === undefined ? section : {...section, watermark: clock.watermark.current};
    });
    for (const clock of moved) {
      if (!streams.some(s => s.relation === clock.relation))
        streams.push({relation: clock.relation, pieces: [], watermark: clock.watermark.current});
    }
    return {...content, streams};
  }

  /** As `settle`, with what a step of the past had decided. */
  settleAs({streams}: StepContent): void {
    for (const {relation, watermark} of streams) if (watermark !== undefined) this.clocks.get(relation)?.watermark.advance(watermark);
  }

  /** Takes a checkpoint's clocks; `time` = that of its step. */
  restore(states: readonly ClockState[], time: number): void {
    this.begin(time);
    this.now.publish();
    for (const state of states) this.clocks.get(state.relation)?.restore(state, time);
  }

  publish(): void {
    this.now.publish();
    for (const {watermark} of this.clocks.values()) watermark.publish();
  }

  rollback(): void {
    this.now.rollback();
    for (const {watermark} of this.clocks.values()) watermark.rollback();
  }

  /** Whether a step without rows would move a watermark. */
  isDue(at: number): boolean {
    if (at < this.now.previous + TICK) return false;
    for (const clock of this.clocks.values()) if (clock.wouldMove(at)) return true;
    return false;
  }

  /** When a clock moves without rows, µs; Infinity = not. */
  nextChange(at: number): number {
    let next = Infinity;
    for (const clock of this.clocks.values()) next = Math.min(next, clock.nextChange(at, TICK));
    return next;
  }

  /** The bound that a plan asks for; `own` are watermarks that a private graph has in place of the shared ones. */
  bound(spec: BoundSpec, own: ReadonlyMap<number, Watermark>): TimeBound {
    switch (spec.kind) {
      case 'watermark':
        return shiftedBound(
          watermarkBound(own.get(spec.stream) ?? this.clocks.get(spec.stream)?.watermark ?? UNKNOWN),
          -(spec.lateness ?? 0),
        );
      case 'step-time':
        return watermarkBound(this.now);
      case 'shift':
        return shiftedBound(this.bound(spec.of, own), spec.by);
      case 'floor':
        return flooredBound(this.bound(spec.of, own), spec.size, spec.offset);
      case 'min':
        return leastBound(spec.of.map(of => this.bound(of, own)));
      default:
        return unreachable(spec);
    }
  }
}
