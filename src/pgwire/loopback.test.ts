import {expect, test} from 'vitest';
import {isLoopback, listenAddress} from './loopback.ts';

test.for(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('%s is loopback', address => {
  expect(isLoopback(address)).toBe(true);
});

test.for(['0.0.0.0', '::', '10.0.0.1', '::ffff:10.0.0.1', '128.0.0.1', 'localhost', ''])('"%s" is not', address => {
  expect(isLoopback(address)).toBe(false);
});

test('other hosts are refused with the reason and the way out, unless insecure', async () => {
  await expect(listenAddress('0.0.0.0', false)).rejects.toMatchObject({
    code: '28000',
    message: 'refusing to listen on 0.0.0.0: every client that reaches it would be trusted',
    fields: {hint: expect.stringContaining('--insecure') as string},
  });
  expect(await listenAddress('0.0.0.0', true)).toBe('0.0.0.0');
  expect(await listenAddress('127.0.0.1', false)).toBe('127.0.0.1');
  expect(isLoopback(await listenAddress('localhost', false))).toBe(true);
});
