/**
 * PostgreSQL counts characters, JavaScript UTF-16 units; they differ only beyond the basic plane. Each function has a fast path for
 * strings without surrogates. Positions are 1-based.
 */
const SURROGATE = /[\uD800-\uDFFF]/;

export function hasSurrogates(text: string): boolean {
  return SURROGATE.test(text);
}

export function characterCount(text: string): number {
  if (!hasSurrogates(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Characters [from, to), 0-based, clamped. */
export function sliceCharacters(text: string, from: number, to: number): string {
  if (!hasSurrogates(text)) return text.slice(Math.max(from, 0), Math.max(to, 0));
  return [...text].slice(Math.max(from, 0), Math.max(to, 0)).join('');
}

export function charactersOf(text: string): readonly string[] {
  return [...text];
}

/** 1-based character position of a UTF-16 index. */
export function characterPosition(text: string, index: number): number {
  return characterCount(text.slice(0, index)) + 1;
}

/** UTF-16 index of a 1-based character position; beyond the end of the text when the position is more than one past it. */
export function indexOfPosition(text: string, position: number): number {
  if (!hasSurrogates(text)) return Math.min(position - 1, text.length + 1);
  const characters = [...text];
  return position - 1 > characters.length ? text.length + 1 : characters.slice(0, position - 1).join('').length;
}
