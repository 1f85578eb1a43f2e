import type {Answer} from '../../types/testing/postgres-oracle.ts';

type Call = {readonly name: string; readonly texts: readonly (string | null)[]; readonly mine: Answer};

/** Where we differ from the PostgreSQL at hand on purpose: it is newer than 15, whose behaviour is ours, or the case is an oddity. */
const DIFFERENCES: readonly ((call: Call) => boolean)[] = [
  // PostgreSQL 16 gives integer powers of numerics another scale.
  ({name, texts}) => /^(numeric_power|power|pow)$/.test(name) && /^-?\d+$/.test(texts[1] ?? ''),
  // PostgreSQL 17 has infinite intervals.
  ({name, mine}) => /^timestamp(tz)?_mi$/.test(name) && 'code' in mine && mine.code === '22008',
  // PostgreSQL 18 knows weeks of intervals and NULL zones of infinite timestamps.
  ({name, texts}) => /^(extract|date_part)$/.test(name) && (texts[0] === 'week' || texts[0] === 'timezone'),
  // PostgreSQL negates the count and overflows.
  ({name, texts}) => name === 'right' && texts[1] === '-2147483648',
  // PostgreSQL looks at a pattern only as far as the text goes.
  ({name, texts}) => name.endsWith('like') && texts[0]?.trimEnd() === '' && texts[1] === '\\',
  // POSIX zone specifications without a name.
  ({name, texts}) => name === 'timezone' && (texts[0] === '1 day' || texts[0] === '01:30:00'),
  // Which of two wrong arguments is named.
  ({name, texts}) => name === 'make_timestamptz' && texts[6] === 'Nowhere/Else',
];

export function knownDifference(call: Call): boolean {
  return DIFFERENCES.some(known => known(call));
}
