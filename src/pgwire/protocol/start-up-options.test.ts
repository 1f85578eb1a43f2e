import {expect, test} from 'vitest';
import {parseStartUpOptions} from './start-up-options.ts';

test('-c, -cname and --name are settings', () => {
  expect(parseStartUpOptions('-c statement_timeout=5000 -csearch_path=sales --work-mem=4MB')).toEqual([
    ['statement_timeout', '5000'],
    ['search_path', 'sales'],
    ['work_mem', '4MB'],
  ]);
});

test('a backslash keeps blanks and backslashes', () => {
  expect(parseStartUpOptions(String.raw`  -c application_name=my\ app\\x  `)).toEqual([['application_name', 'my app\\x']]);
});

test.for(['-x', 'word', '-c', '-c name', '--name'])('%s is refused with 42601', options => {
  expect(() => parseStartUpOptions(options)).toThrow();
});
