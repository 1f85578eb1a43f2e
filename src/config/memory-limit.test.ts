import os from 'node:os';
import {expect, test} from 'vitest';
import {parseMemoryLimit} from './memory-limit.ts';

test('a memory limit is a size, a share of what there is, or none', () => {
  expect(parseMemoryLimit('512MB')).toBe(512 * 2 ** 20);
  expect(parseMemoryLimit('1.5 gb')).toBe(1.5 * 2 ** 30);
  expect(parseMemoryLimit('1000')).toBe(1000);
  expect(parseMemoryLimit('none')).toBe(Infinity);
  expect(parseMemoryLimit('70%')).toBeGreaterThan(0);
  expect(parseMemoryLimit('100%')).toBeLessThanOrEqual(os.totalmem());
  for (const wrong of ['', '0', '-1', '101%', '5 apples', 'GB']) expect(parseMemoryLimit(wrong), wrong).toBeUndefined();
});
