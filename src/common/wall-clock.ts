/** The wall clock in microseconds since 1970. Asking costs little: it makes a bigint once a millisecond. */
export function wallClock(): () => bigint {
  let last = 0;
  let micros = 0n;
  return () => {
    const now = Date.now();
    if (now !== last) {
      last = now;
      micros = BigInt(now) * 1000n;
    }
    return micros;
  };
}
