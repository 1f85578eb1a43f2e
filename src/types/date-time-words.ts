/** Units of intervals, date_trunc and extract. */
export type DateTimeUnit =
  | 'microsecond'
  | 'millisecond'
  | 'second'
  | 'minute'
  | 'hour'
  | 'day'
  | 'week'
  | 'month'
  | 'quarter'
  | 'year'
  | 'decade'
  | 'century'
  | 'millennium'
  | 'timezone'
  | 'timezone_hour'
  | 'timezone_minute';

/** Units that only extract knows. */
export type DatePartOnly = 'epoch' | 'dow' | 'isodow' | 'doy' | 'isoyear' | 'julian';

/** PostgreSQL compares no more than ten characters of a word. */
const TOKEN_LENGTH = 10;

const table = <V>(entries: Readonly<Record<string, V>>): ReadonlyMap<string, V> => {
  const map = new Map<string, V>();
  for (const [words, value] of Object.entries(entries)) for (const word of words.split(' ')) map.set(word.slice(0, TOKEN_LENGTH), value);
  return map;
};
const lookup =
  <V>(words: ReadonlyMap<string, V>) =>
  (word: string): V | undefined =>
    words.get(word.slice(0, TOKEN_LENGTH));

/** The unit that a word in lower case names. */
export const unitOf = lookup(
  table<DateTimeUnit>({
    'us usec usecs usecond useconds microsecond microseconds': 'microsecond',
    'ms msec msecs msecond mseconds millisecond milliseconds': 'millisecond',
    's sec secs second seconds': 'second',
    'm min mins minute minutes': 'minute',
    'h hr hrs hour hours': 'hour',
    'd day days': 'day',
    'w week weeks': 'week',
    'mon mons month months': 'month',
    'qtr quarter': 'quarter',
    'y yr yrs year years': 'year',
    'dec decs decade decades': 'decade',
    'c cent century centuries': 'century',
    'mil mils millennia millennium': 'millennium',
    timezone: 'timezone',
    timezone_h: 'timezone_hour',
    timezone_m: 'timezone_minute',
  }),
);

export const datePartOf = lookup(
  table<DatePartOnly>({epoch: 'epoch', dow: 'dow', isodow: 'isodow', doy: 'doy', isoyear: 'isoyear', 'julian j jd': 'julian'}),
);

/** 1 … 12. */
export const monthOf = lookup(
  table<number>({
    'jan january': 1,
    'feb february': 2,
    'mar march': 3,
    'apr april': 4,
    may: 5,
    'jun june': 6,
    'jul july': 7,
    'aug august': 8,
    'sep sept september': 9,
    'oct october': 10,
    'nov november': 11,
    'dec december': 12,
  }),
);

const DAYS = table<true>({
  'sun sunday mon monday tue tues tuesday wed weds wednesday thu thur thurs thursday fri friday sat saturday': true,
});

export const isWeekday = (word: string): boolean => DAYS.has(word.slice(0, TOKEN_LENGTH));

export type SpecialDate = 'epoch' | 'infinity' | '-infinity' | 'now' | 'today' | 'tomorrow' | 'yesterday' | 'allballs';

export const specialDateOf = lookup(
  table<SpecialDate>({
    epoch: 'epoch',
    infinity: 'infinity',
    '-infinity': '-infinity',
    now: 'now',
    today: 'today',
    tomorrow: 'tomorrow',
    yesterday: 'yesterday',
    allballs: 'allballs',
  }),
);

const MARKERS = new Set([
  'ad',
  'bc',
  'am',
  'pm',
  'at',
  'on',
  'd',
  'h',
  'j',
  'jd',
  'm',
  'mm',
  's',
  't',
  'y',
  'dow',
  'doy',
  'dst',
  'isodow',
  'isoyear',
  'julian',
]);

/** Whether a word means something in dates other than a time zone. */
export function isDateWord(word: string): boolean {
  return MARKERS.has(word) || monthOf(word) !== undefined || isWeekday(word) || specialDateOf(word) !== undefined;
}
