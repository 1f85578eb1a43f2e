import {writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {functionList} from './testing/function-list.ts';

test('every function has a line in the documentation that says what it does', () => {
  const text = functionList();
  expect(text).not.toMatch(/\|\s*\|$/m);
  expect(text).toContain('| `lower(text)` | text |');
  if (process.env['MILLRACE_WRITE_DOCS'] === '1') writeFileSync(fileURLToPath(new URL('../../docs/functions.md', import.meta.url)), text);
});
