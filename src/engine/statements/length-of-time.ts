import {parseInterval} from '../../types/parse-interval.ts';

const MICROS_PER_DAY = 86_400_000_000;

/** The value of an option as a length of time in µs, at least `least` of them. Undefined: it is none, it has months, or it is shorter. */
export function lengthOfTime(text: string, least: 0 | 1): number | undefined {
  try {
    const {months, days, micros} = parseInterval(text);
    const length = days * MICROS_PER_DAY + Number(micros);
    return months === 0 && length >= least ? length : undefined;
  } catch {
    return undefined;
  }
}
