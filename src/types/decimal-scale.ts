/** PostgreSQL computes inexact results to at least this many significant digits … */
export const NUMERIC_MIN_SIGNIFICANT_DIGITS = 16;
/** … and never shows more fraction digits than this for them. */
export const NUMERIC_MAX_DISPLAY_SCALE = 1000;

/** The scale of an inexact result: what precision asks for, at least that of the operands, 0…1000. */
export function clampScale(wanted: number, ...operandScales: readonly number[]): number {
  return Math.min(Math.max(wanted, 0, ...operandScales), NUMERIC_MAX_DISPLAY_SCALE);
}
