/** A generator of numbers in [0, 1). */
export type Random = () => number;

/** Mulberry32, so that the seed of a failing run can be put in again. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** An integer in [0, end). */
export const below = (random: Random, end: number): number => Math.floor(random() * end);

/** Integers alone: each call gives one in [0, end). */
export function seededIntegers(seed: number): (end: number) => number {
  const random = seededRandom(seed);
  return end => below(random, end);
}
