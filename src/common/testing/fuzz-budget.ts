const FACTOR = Number(process.env['MILLRACE_FUZZ_FACTOR'] ?? 1);
const SEED = process.env['MILLRACE_FUZZ_SEED'];

/**
 * How much random input a property gets: `numRuns` in the tests, a multiple of it in `npm run fuzz`, from a seed that can be given again.
 * fast-check prints seed and path of a failure.
 */
export function fuzzBudget(numRuns: number): {readonly numRuns: number; readonly seed?: number} {
  return SEED === undefined ? {numRuns: numRuns * FACTOR} : {numRuns: numRuns * FACTOR, seed: Number(SEED)};
}
