/** The requests we send, with the versions we can speak (inclusive). Brokers from 2.4 on share at least one version of each. */
export const API = {
  produce: {key: 0, min: 7, max: 7, flexibleFrom: 9},
  fetch: {key: 1, min: 11, max: 16, flexibleFrom: 12},
  listOffsets: {key: 2, min: 4, max: 7, flexibleFrom: 6},
  metadata: {key: 3, min: 7, max: 12, flexibleFrom: 9},
  offsetCommit: {key: 8, min: 5, max: 7, flexibleFrom: 8},
  findCoordinator: {key: 10, min: 1, max: 2, flexibleFrom: 3},
  saslHandshake: {key: 17, min: 1, max: 1, flexibleFrom: 99},
  apiVersions: {key: 18, min: 0, max: 0, flexibleFrom: 3},
  saslAuthenticate: {key: 36, min: 0, max: 1, flexibleFrom: 2},
} as const;

export type ApiName = keyof typeof API;

/** Highest version that both sides speak, per api key as the broker announced it. */
export type ApiVersionRanges = ReadonlyMap<number, {readonly min: number; readonly max: number}>;

/** The version to use (not above `maxVersion`), or undefined when broker and reader share none. */
export function negotiate(api: ApiName, offered: ApiVersionRanges, maxVersion = Infinity): number | undefined {
  const ours = API[api];
  const theirs = offered.get(ours.key);
  if (theirs === undefined) return undefined;
  const version = Math.min(ours.max, theirs.max, maxVersion);
  return version >= Math.max(ours.min, theirs.min) ? version : undefined;
}
