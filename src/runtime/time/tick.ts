/** How often time passes where nothing but the clock moves on, µs. */
export const TICK = 100_000;
