import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {FatalError} from './fatal-error.ts';
import {FrameReader} from './frames.ts';

const TYPES = ['Q', 'P', 'B', 'd'];

function frame(type: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function take(reader: FrameReader): string[] {
  const seen: string[] = [];
  while (reader.next()) seen.push(`${String.fromCharCode(reader.type)}${reader.buffer.toString('hex', reader.start, reader.end)}`);
  return seen;
}

const messages = fc.array(fc.record({type: fc.constantFrom(...TYPES), body: fc.uint8Array({maxLength: 200})}), {maxLength: 20});

test('frames come out the same however the bytes are cut', () => {
  fc.assert(
    fc.property(messages, fc.array(fc.nat(2000), {maxLength: 30}), (sent, cuts) => {
      const bytes = Buffer.concat(sent.map(({type, body}) => frame(type, body)));
      const reader = new FrameReader({maxMessageBytes: 1000});
      const seen: string[] = [];
      let at = 0;
      for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
        if (cut <= at) continue;
        reader.push(bytes.subarray(at, cut));
        at = cut;
        if (cut % 3 > 0) seen.push(...take(reader)); // sometimes several chunks gather first
      }
      seen.push(...take(reader));
      expect(seen).toEqual(sent.map(({type, body}) => `${type}${Buffer.from(body).toString('hex')}`));
    }),
  );
});

test('bodies handed out stay as they are while more arrives', () => {
  const reader = new FrameReader({maxMessageBytes: 1000});
  const bytes = Buffer.concat(Array.from({length: 50}, (_, i) => frame('Q', Buffer.alloc(20, i))));
  const bodies: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 13) {
    reader.push(bytes.subarray(at, at + 13));
    while (reader.next()) bodies.push(reader.buffer.subarray(reader.start, reader.end));
  }
  expect(bodies).toEqual(Array.from({length: 50}, (_, i) => Buffer.alloc(20, i)));
});

test('a message over the limit is an error at once, and its bytes are dropped as they come', () => {
  const reader = new FrameReader({maxMessageBytes: 100});
  const bytes = Buffer.concat([frame('Q', Buffer.alloc(500)), frame('S', Buffer.alloc(0))]);
  reader.push(bytes.subarray(0, 6));
  expect(() => reader.next()).toThrow('message of 504 bytes exceeds the limit of 100 bytes');
  for (let at = 6; at < bytes.length; at += 50) {
    reader.push(bytes.subarray(at, at + 50));
    expect(reader.pendingBytes).toBeLessThan(51);
  }
  expect(take(reader)).toEqual(['S']);
});

test('memory follows what has arrived, not what a header claims', () => {
  const reader = new FrameReader({maxMessageBytes: 1 << 28});
  const before = process.memoryUsage().arrayBuffers;
  const readers = Array.from({length: 100}, () => new FrameReader({maxMessageBytes: 1 << 28}));
  for (const each of [reader, ...readers]) {
    each.push(Buffer.from([0x51, 0x0f, 0xff, 0xff, 0xff]));
    each.push(Buffer.from([1]));
    expect(each.next()).toBe(false);
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
});

test('a long message that arrives in many chunks is copied a bounded number of times', () => {
  const body = Buffer.alloc(32 << 20, 7);
  const bytes = frame('B', body);
  const reader = new FrameReader({maxMessageBytes: 1 << 28});
  const start = performance.now();
  for (let at = 0; at < bytes.length; at += 1 << 14) reader.push(bytes.subarray(at, at + (1 << 14)));
  expect(reader.next()).toBe(true);
  expect(reader.end - reader.start).toBe(body.length);
  expect(performance.now() - start).toBeLessThan(5_000); // quadratic copying would take minutes
});

test('unknown types and impossible lengths end the connection', () => {
  const fails = (...bytes: number[]): unknown => {
    const reader = new FrameReader({maxMessageBytes: 1000});
    reader.push(Buffer.from(bytes));
    return reader.next();
  };
  expect(() => fails(0x21)).toThrow(FatalError);
  expect(() => fails(0x21)).toThrow('invalid frontend message type 33');
  expect(() => fails(0x51, 0, 0, 0, 3)).toThrow('invalid message length');
  expect(() => fails(0x51, 0xff, 0, 0, 0)).toThrow('invalid message length');
  expect(() => fails(0x51, 0x7f, 0xff, 0xff, 0xff)).toThrow('invalid message length');
  expect(() => fails(0x53, 0, 0, 0x27, 0x11)).toThrow('invalid message length'); // Sync carries nothing
});
