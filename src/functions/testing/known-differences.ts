import type {Answer} from '../../types/testing/postgres-oracle.ts';

type Call = {readonly name: string; readonly texts: readonly (string | null)[]; readonly kinds: readonly string[]; readonly mine: Answer};

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
  ({name, texts}) => name.endsWith('like') && /^( *|\\x)$/.test(texts[0] ?? '') && /^\\(x5c)?$/.test(texts[1] ?? ''),
  // Templates for dates applied to numbers.
  ({name, texts, kinds}) => name === 'to_char' && /^(int|float|numeric)/.test(kinds[0] ?? '') && /YYY|TZH|RM/.test(texts[1] ?? ''),
  // Texts that do not fit their template: how much is read before giving up.
  ({name, texts}) => /^to_(date|timestamp)$/.test(name) && !fits(texts[0] ?? '', texts[1] ?? ''),
  ({name, texts}) => name === 'to_number' && texts[0] === '1,234.56' && !texts[1]?.includes(','),
  // POSIX zone specifications without a name.
  ({name, texts}) => name === 'timezone' && (texts[0] === '1 day' || texts[0] === '01:30:00'),
  // Of equal keys in a json path the last counts here, the last that leads on in PostgreSQL.
  ({name, texts}) => name.startsWith('json_extract_path') && texts[0]?.includes('},"a":2') === true,
  // Which of two wrong things is named.
  ({name, texts}) => name === 'jsonb_delete_path' && texts[1]?.includes('NULL') === true,
  // Which of two wrong arguments is named.
  ({name, texts}) => name === 'make_timestamptz' && texts[6] === 'Nowhere/Else',
];

export function knownDifference(call: Call): boolean {
  return DIFFERENCES.some(known => known(call));
}

/** Whether a date text has the separators that a template has. */
function fits(text: string, template: string): boolean {
  const separators = (t: string) => t.replaceAll(/"W"/g, 'W').replaceAll(/[A-Za-z0-9]/g, '');
  return text !== '' && separators(text) === separators(template) && /W/.test(text) === template.includes('"W"');
}
