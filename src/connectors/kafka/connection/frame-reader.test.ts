import fc from 'fast-check';
import {expect, test} from 'vitest';
import {FramePool} from './frame-pool.ts';
import {FrameReader} from './frame-reader.ts';

function frame(body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4 + body.length);
  bytes.writeInt32BE(body.length);
  bytes.set(body, 4);
  return bytes;
}

/** Feeds bytes as a socket does: at most `chunk` at a time, never more than the target takes. */
function feed(reader: FrameReader, bytes: Buffer, chunk: () => number): void {
  for (let at = 0; at < bytes.length;) {
    const target = reader.target();
    expect(target.length).toBeGreaterThan(0);
    const count = Math.min(chunk(), target.length, bytes.length - at);
    target.set(bytes.subarray(at, at + count));
    reader.received(count);
    at += count;
  }
}

test('frames of any size come out whole and in order, however the stream is cut', () => {
  const sizes = fc.array(fc.oneof(fc.integer({min: 4, max: 50}), fc.integer({min: 60_000, max: 300_000})), {maxLength: 8});
  fc.assert(
    fc.property(
      sizes,
      fc.array(fc.integer({min: 1, max: 100_000}), {minLength: 1, maxLength: 10}),
      fc.boolean(),
      (lengths, chunks, reuse) => {
        const bodies = lengths.map((length, i) => Buffer.alloc(length, i + 1));
        const pool = new FramePool();
        const seen: Buffer[] = [];
        const reader = new FrameReader(
          length => pool.acquire(length),
          (bytes, length) => {
            seen.push(Buffer.from(bytes.subarray(0, length)));
            if (reuse) pool.release(bytes);
          },
        );
        let turn = 0;
        feed(reader, Buffer.concat(bodies.map(frame)), () => chunks[turn++ % chunks.length]!);
        expect(seen.length).toBe(bodies.length);
        for (const [i, body] of bodies.entries()) expect(seen[i]!.equals(body)).toBe(true);
      },
    ),
    {numRuns: 100},
  );
});

test('an impossible length is an error: another protocol answers', () => {
  for (const text of ['HTTP/1.1 400 Bad Request\r\n', '\x15\x03\x03\x00\x02\x02\x46', '\0\0\0\x01aaaa']) {
    const reader = new FrameReader(
      length => Buffer.alloc(length),
      () => undefined,
    );
    expect(() => feed(reader, Buffer.from(text, 'latin1'), () => 1000)).toThrow(RangeError);
  }
});
