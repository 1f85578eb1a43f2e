import {expect, test} from 'vitest';
import {SqlError} from '../../common/sql-error.ts';
import {ForgetfulFiles} from './forgetful-files.ts';
import {Journal} from './journal.ts';

const DIR = '/data/journal';
const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value));
const texts = (files: ForgetfulFiles, torn: string[] = []): string[] =>
  Journal.read(files, DIR, 0, (file, bytes) => torn.push(`${file}:${bytes}`)).flatMap(c =>
    c.records.map(r => Buffer.from(c.bytes.subarray(r.start, r.end)).toString()),
  );

test('what was synced survives a power loss, what was not may be gone but never comes back damaged', () => {
  const files = new ForgetfulFiles();
  const journal = Journal.open(files, DIR);
  journal.append(text('one'));
  journal.append(text('two'));
  journal.sync();
  journal.append(text('three'));
  files.crash();
  expect(texts(files)).toEqual(['one', 'two']);
});

test('a journal cut at every byte: beyond the durable mark the tail is cut, below it the damage is named', () => {
  const files = new ForgetfulFiles();
  const journal = Journal.open(files, DIR);
  for (let i = 0; i < 20; i++) journal.append(text(`synced-${i}`));
  const durable = journal.sync().byte;
  for (let i = 0; i < 20; i++) journal.append(text(`loose-${i}`));
  const file = `${DIR}/0000000001.journal`;
  const whole = files.read(file);
  for (let length = whole.length; length >= 64; length--) {
    const handle = files.open(file, 'append');
    handle.write(whole, 0);
    handle.truncate(length);
    if (length >= durable) {
      const found = texts(files);
      expect(found.length).toBeGreaterThanOrEqual(20);
      expect(found.every((t, i) => t === (i < 20 ? `synced-${i}` : `loose-${i - 20}`))).toBe(true);
    } else {
      expect(() => texts(files)).toThrow(/0000000001\.journal" is damaged at byte \d+/);
    }
  }
});

test('a flipped bit below the durable mark is named with file and byte', () => {
  const files = new ForgetfulFiles();
  const journal = Journal.open(files, DIR);
  for (let i = 0; i < 10; i++) journal.append(text(`record ${i}`));
  journal.sync();
  const file = `${DIR}/0000000001.journal`;
  const whole = files.read(file);
  for (let byte = 64; byte < whole.length; byte++) {
    const damaged = whole.slice();
    damaged[byte]! ^= 1 << (byte % 8);
    files.open(file, 'append').write(damaged, 0);
    try {
      texts(files);
      expect.unreachable(`byte ${byte} flipped and not noticed`);
    } catch (error) {
      expect(error).toBeInstanceOf(SqlError);
      expect((error as SqlError).code).toBe('XX001');
    }
  }
});

test('rotation keeps order and removeBefore forgets what a checkpoint covers', () => {
  const files = new ForgetfulFiles();
  const journal = Journal.open(files, DIR);
  journal.append(text('a'));
  const second = journal.rotate();
  journal.append(text('b'));
  expect(texts(files)).toEqual(['a', 'b']);
  journal.removeBefore(second);
  expect(texts(files)).toEqual(['b']);
  journal.sync();
  const reopened = Journal.open(files, DIR);
  reopened.append(text('c'));
  expect(texts(files)).toEqual(['b', 'c']);
});
