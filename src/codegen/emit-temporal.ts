import type {CallExpression} from '../planner/expression/typed-expression.ts';
import type {Interval} from '../types/datum.ts';
import {emitStrict} from './emit-strict.ts';
import {RERUN_WIDE, outsideSafe, type KernelEmitter} from './kernel-emitter.ts';
import type {KernelValue} from './kernel-value.ts';

const MICROS_PER_DAY = 86_400_000_000;

/** Direction of the step, by the id of the definition. */
const STEPS: Readonly<Record<string, 1 | -1>> = {
  timestamp_pl_interval: 1,
  timestamp_mi_interval: -1,
  timestamptz_pl_interval: 1,
  timestamptz_mi_interval: -1,
};
/** Units that a timestamp without zone is cut to by a remainder. */
const UNIT_MICROS: Readonly<Record<string, number>> = {
  milliseconds: 1000,
  second: 1_000_000,
  minute: 60_000_000,
  hour: 3_600_000_000,
  day: MICROS_PER_DAY,
};

/**
 * `ts - INTERVAL '5 seconds'` and `date_trunc('minute', ts)` on narrow timestamps. Narrow values are never infinite and lie well within
 * the range of timestamps, so that only the narrow form's own bound needs a check. Undefined where the general path is needed: months, or
 * days of a timestamptz, depend on the calendar or the zone.
 */
export function emitTemporal(emitter: KernelEmitter, e: CallExpression, args: readonly KernelValue[]): KernelValue | undefined {
  const direction = STEPS[e.function];
  if (direction !== undefined) {
    const [at, step] = args;
    const micros = stepMicros(step?.constant?.value as Interval | null | undefined, e.type.kind === 'timestamptz');
    if (at?.form !== 'i64n' || micros === undefined) return undefined;
    return emitSafe(emitter, e, at, `${at.code} + (${direction * micros})`);
  }
  if (e.function !== 'date_trunc_text_timestamp') return undefined;
  const [unit, at] = args;
  const size = UNIT_MICROS[String(unit?.constant?.value as string | null)];
  if (at?.form !== 'i64n' || size === undefined) return undefined;
  return emitSafe(emitter, e, at, `Math.floor(${at.code} / ${size}) * ${size}`);
}

function stepMicros(step: Interval | null | undefined, hasZone: boolean): number | undefined {
  if (step === null || step === undefined || step.months !== 0 || (hasZone && step.days !== 0)) return undefined;
  const micros = Number(step.micros) + step.days * MICROS_PER_DAY;
  return Number.isSafeInteger(micros) && Number.isSafeInteger(Number(step.micros)) ? micros : undefined;
}

function emitSafe(emitter: KernelEmitter, e: CallExpression, at: KernelValue, code: string): KernelValue {
  return emitStrict(emitter, [at], {type: e.type, form: 'i64n'}, assign => {
    const t = emitter.writer.name('t');
    emitter.line(`const ${t} = ${code};`);
    emitter.bail(RERUN_WIDE, outsideSafe(t));
    assign(`${t} + 0`);
  });
}
