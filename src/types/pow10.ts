const POWERS: bigint[] = [1n];

/** 10^n as a bigint, n ≥ 0; small powers are kept. */
export function pow10(n: number): bigint {
  if (n > 1024) return 10n ** BigInt(n);
  while (POWERS.length <= n) POWERS.push((POWERS.at(-1) ?? 1n) * 10n);
  return POWERS[n] ?? 1n;
}
