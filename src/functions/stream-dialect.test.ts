import {expect, test} from 'vitest';
import type {Datum} from '../types/datum.ts';
import {T} from '../types/sql-type.ts';
import {decodeText} from '../types/text-codec.ts';
import {detachedContext} from './evaluation-context.ts';
import {functionById} from './registry.ts';

const context = detachedContext();
const call = (id: string, ...args: Datum[]): Datum => functionById(id).evaluate(args, context, {args: [], returns: T.text});
const timestamp = (text: string): Datum => decodeText(T.timestamp, text, context);
const format = (at: string, pattern: string): Datum => call('date_format_timestamp_text', timestamp(at), pattern);

test('date_format: letters are fields, their number is the width', () => {
  const at = '2023-01-05 07:08:09.012345';
  expect(format(at, 'yyyy-MM-dd')).toBe('2023-01-05');
  expect(format(at, 'HH:mm:ss.SSS')).toBe('07:08:09.012');
  expect(format(at, 'yy/M/d H:m:s.SSSSSS')).toBe('23/1/5 7:8:9.012345');
  expect(format(at, 'EEE EEEE, MMM MMMM D')).toBe('Thu Thursday, Jan January 5');
  expect(format('2023-12-31 00:00:00', 'hh KK kk a')).toBe('12 00 24 AM');
  expect(format('2023-12-31 12:30:00', "hh a 'o''clock' ''")).toBe("12 PM o'clock '");
});

test('date_format: a letter without a meaning and an open quote are errors; infinity has no text', () => {
  expect(() => format('2023-01-05 00:00:00', 'yyyy-Q')).toThrow('"Q" has no meaning');
  expect(() => format('2023-01-05 00:00:00', "yyyy 'x")).toThrow('unterminated quote');
  expect(format('infinity', 'yyyy')).toBeNull();
});

test('split_index counts from 0 and is NULL beyond the ends', () => {
  const split = (text: string, delimiter: string, n: number): Datum => call('split_index_text_text_int4', text, delimiter, n);
  expect([0, 1, 2, 3, 4, -1].map(n => split('a/b//c', '/', n))).toEqual(['a', 'b', '', 'c', null, null]);
  expect([split('', '/', 0), split('', '/', 1), split('abc', '', 0), split('abc', '', 1)]).toEqual(['', null, 'abc', null]);
  expect(split('x--y-z', '--', 1)).toBe('y-z');
});

test('regexp_extract gives a group of the first match, NULL without one', () => {
  const pattern = '(&|^)channel_id=([^&]*)';
  const extract = (text: string, n: number): Datum => call('regexp_extract_text_text_int4', text, pattern, n);
  expect(extract('https://x/?query=1&channel_id=77&z=1', 2)).toBe('77');
  expect(extract('channel_id=5', 1)).toBe('');
  expect([extract('https://x/?xchannel_id=77', 2), extract('channel_id=5', 3), extract('channel_id=5', -1)]).toEqual([null, null, null]);
  expect(call('regexp_extract_text_text', 'ab12cd', '[0-9]+')).toBe('12');
});

test('count_char counts occurrences; hour, minute and second are fields of the clock', () => {
  expect([
    call('count_char_text_text', 'chic c', 'c'),
    call('count_char_text_text', '', 'c'),
    call('count_char_text_text', 'ab', ''),
  ]).toEqual([3n, 0n, 0n]);
  const at = timestamp('1969-12-31 23:58:59.5');
  expect(['hour', 'minute', 'second'].map(field => call(`${field}_timestamp`, at))).toEqual([23, 58, 59]);
});
