/** All matches from an index on; an empty match moves the search on by one character. `regex` must be global. */
export function matchesFrom(regex: RegExp, text: string, from: number): RegExpExecArray[] {
  const matches: RegExpExecArray[] = [];
  regex.lastIndex = from;
  while (regex.lastIndex <= text.length) {
    const found = regex.exec(text);
    if (found === null) break;
    matches.push(found);
    if (found[0] === '') regex.lastIndex = found.index + stepAt(text, found.index);
  }
  return matches;
}

function stepAt(text: string, index: number): number {
  return (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
}

/** regexp_replace: `nth` 0 = every match. */
export function replaceMatches(
  regex: RegExp,
  text: string,
  replacement: string,
  {from, nth}: {readonly from: number; readonly nth: number},
): string {
  const matches = matchesFrom(regex, text, from);
  let result = '';
  let last = 0;
  for (const [i, match] of matches.entries()) {
    if (nth !== 0 && i !== nth - 1) continue;
    result += text.slice(last, match.index) + expandReplacement(replacement, match);
    last = match.index + match[0].length;
  }
  return result + text.slice(last);
}

function expandReplacement(replacement: string, match: RegExpExecArray): string {
  if (!replacement.includes('\\')) return replacement;
  return replacement.replaceAll(/\\(.?)/gsu, (whole, c: string) => {
    if (c === '&') return match[0];
    if (/^\d$/.test(c)) return c === '0' ? whole : (match[Number(c)] ?? '');
    return c === '' || c === '\\' ? '\\' : whole;
  });
}

/** The parts between matches; empty matches at the ends and right after another match do not count, as in regexp_split. */
export function splitByRegex(regex: RegExp, text: string): string[] {
  const parts: string[] = [];
  let last = 0;
  for (const match of matchesFrom(regex, text, 0)) {
    const end = match.index + match[0].length;
    if (match[0] === '' && (match.index >= text.length || match.index === last)) continue;
    parts.push(text.slice(last, match.index));
    last = end;
  }
  parts.push(text.slice(last));
  return parts;
}
