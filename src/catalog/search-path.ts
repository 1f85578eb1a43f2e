/** Schema names in the order in which unqualified names are looked up; all of them literal names. */
export type SearchPath = readonly string[];

export const DEFAULT_SEARCH_PATH: readonly string[] = ['$user', 'public'];

/** Replaces `$user` by the session's user; schemas that do not exist stay in the path and have no effect. */
export function expandSearchPath(setting: readonly string[], user: string): SearchPath {
  return setting.map(name => (name === '$user' ? user : name));
}

/** The path as it is searched: pg_catalog comes first unless the path names it. */
export function effectivePath(path: SearchPath): SearchPath {
  return path.includes('pg_catalog') ? path : ['pg_catalog', ...path];
}
