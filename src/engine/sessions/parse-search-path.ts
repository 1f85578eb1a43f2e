/** The schema names of a search_path value: comma-separated, folded unless in double quotes. */
export function parseSearchPath(value: string): string[] {
  const names: string[] = [];
  for (const [, quoted, plain] of value.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g))
    names.push(quoted === undefined ? plain!.toLowerCase() : quoted.replaceAll('""', '"'));
  return names;
}
