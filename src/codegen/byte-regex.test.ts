import fc from 'fast-check';
import {expect, test} from 'vitest';
import {posixRegex} from '../functions/scalar/posix-regex.ts';
import {ByteRegex} from './byte-regex.ts';

/** Groups of the first match as texts, undefined = no part in it; null = no match. */
function groupsOf(regex: ByteRegex, text: string): (string | undefined)[] | null {
  const data = Buffer.from(`é|${text}|é`);
  const [start, end] = [3, data.length - 3];
  if (!regex.exec(data, start, end)) return null;
  const {groups} = regex;
  return Array.from({length: groups.length / 2}, (_, i) =>
    groups[2 * i]! < 0 ? undefined : data.toString('utf8', groups[2 * i], groups[2 * i + 1]),
  );
}

const atom = fc.constantFrom('a', 'b', '&', 'é', '.', '[ab]', '[^a]', '[a-c&]', '\\.', '\\$');
const repeated = fc.tuple(fc.constantFrom('a', 'b', '.', '[ab]', '[^&]', '[^a]'), fc.constantFrom('*', '+', '?')).map(p => p.join(''));
const {pattern} = fc.letrec<{pattern: string}>(tie => ({
  pattern: fc.oneof(
    {maxDepth: 3, depthSize: 'small'},
    fc.constantFrom('', '^', '$'),
    atom,
    repeated,
    tie('pattern').map(p => `(${p})`),
    fc.tuple(tie('pattern'), tie('pattern')).map(p => p.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(${a}|${b})`),
  ),
}));

test('plain patterns match on bytes what the general engine matches on strings, groups included', () => {
  let compiled = 0;
  fc.assert(
    fc.property(pattern, fc.string({unit: fc.constantFrom('a', 'b', 'c', '&', 'é', '.', '$', '😀'), maxLength: 8}), (source, text) => {
      const regex = ByteRegex.compile(source);
      if (regex === undefined) return;
      compiled++;
      const found = posixRegex(source, '').exec(text);
      expect(groupsOf(regex, text)).toEqual(found === null ? null : [...found]);
    }),
    {numRuns: 3000},
  );
  expect(compiled).toBeGreaterThan(2000);
});

test('the parameter of an url', () => {
  const regex = ByteRegex.compile('(&|^)channel_id=([^&]*)')!;
  expect(groupsOf(regex, 'https://x/item.htm?query=1&channel_id=12&z')?.[2]).toBe('12');
  expect(groupsOf(regex, 'channel_id=')?.[2]).toBe('');
  expect(groupsOf(regex, 'https://x/item.htm?channel_id=12')).toBeNull();
});

test('patterns that are more than plain are left to the general engine', () => {
  for (const source of ['(ab)*', 'a*?', 'a{2}', '\\d', '[[:alpha:]]', '[é]', '(?i)a', '***=a', '(?:a)', 'a**', '[a', '(a', 'a)', '*'])
    expect(ByteRegex.compile(source), source).toBeUndefined();
});
