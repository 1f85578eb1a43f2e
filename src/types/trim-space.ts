/** Trims what C's isspace() calls space. String.trim() would also take Unicode spaces, which PostgreSQL refuses. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

export function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}
