import fc from 'fast-check';
import {expect, test} from 'vitest';
import {MessageWriter} from './message-writer.ts';

test('texts of any length and script come out as UTF-8 with a zero', () => {
  fc.assert(
    fc.property(fc.array(fc.string({unit: 'grapheme', maxLength: 120}), {maxLength: 40}), texts => {
      const out = new MessageWriter();
      for (const text of texts) {
        out.begin(0x53);
        out.cstring(text);
        out.end();
      }
      const bytes = out.take();
      let at = 0;
      for (const text of texts) {
        const end = at + 1 + bytes.readInt32BE(at + 1);
        const kept = text.split('\0')[0] ?? '';
        expect(bytes.toString('utf8', at + 5, end)).toBe(`${kept}\0`);
        at = end;
      }
      expect(at).toBe(bytes.length);
    }),
  );
});

test('what was taken is never written to again', () => {
  const out = new MessageWriter();
  out.raw(new Uint8Array(10).fill(1));
  const small = out.take();
  out.raw(new Uint8Array(10_000).fill(2));
  const large = out.take();
  out.raw(new Uint8Array(20_000).fill(3));
  expect(small).toEqual(Buffer.alloc(10, 1));
  expect(large).toEqual(Buffer.alloc(10_000, 2));
});
