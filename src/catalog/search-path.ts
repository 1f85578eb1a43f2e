/** Schema names in the order in which unqualified names are looked up; all of them literal names. */
export type SearchPath = readonly string[];

export const DEFAULT_SEARCH_PATH: readonly string[] = ['$user', 'public'];

/** Names of system schemas that a user may have too. */
const SYSTEM_NAMES = new Set(['pg_catalog', 'information_schema', 'millrace']);

/**
 * Replaces `$user` by the session's user, unless a system schema has that name; schemas that do not exist stay in the path and have no
 * effect.
 */
export function expandSearchPath(setting: readonly string[], user: string): SearchPath {
  return setting.flatMap(name => (name !== '$user' ? [name] : SYSTEM_NAMES.has(user) ? [] : [user]));
}

/** The path as it is searched: pg_catalog comes first unless the path names it. */
export function effectivePath(path: SearchPath): SearchPath {
  return path.includes('pg_catalog') ? path : ['pg_catalog', ...path];
}
