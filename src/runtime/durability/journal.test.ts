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

test('what a killed process had not synced cannot be lost any more once a new one has built on it', () => {
  const files = new ForgetfulFiles();
  Journal.open(files, DIR).append(text('one'));
  files.kill();
  expect(texts(files)).toEqual(['one']);
  const journal = Journal.open(files, DIR);
  journal.append(text('two'));
  journal.sync();
  files.crash();
  expect(texts(files)).toEqual(['one', 'two']);
});

const FILE = `${DIR}/0000000001.journal`;

/** A journal file with these many records below its durable mark and beyond it, and where each ends. */
function written(synced: number, loose: number, bytes: (i: number) => number): {whole: Uint8Array; durable: number; ends: number[]} {
  const files = new ForgetfulFiles();
  const journal = Journal.open(files, DIR);
  const ends = Array.from({length: synced}, (_, i) => journal.append(text(`${i}:`.padEnd(bytes(i), 'x'))).byte);
  const durable = journal.sync().byte;
  for (let i = synced; i < synced + loose; i++) ends.push(journal.append(text(`${i}:`.padEnd(bytes(i), 'x'))).byte);
  return {whole: files.read(FILE), durable, ends};
}

/** What the journal with these bytes says: its records, or the damage that it names. */
function verdict(bytes: Uint8Array): number | string {
  const files = new ForgetfulFiles();
  files.open(FILE, 'create').write(bytes, 0);
  try {
    const found = texts(files);
    expect(found.every((record, i) => record.startsWith(`${i}:`))).toBe(true);
    return found.length;
  } catch (error) {
    expect(error).toBeInstanceOf(SqlError);
    expect((error as SqlError).code).toBe('XX001');
    return (error as SqlError).message;
  }
}

const NAMED = /"\/data\/journal\/0000000001\.journal" is damaged at byte \d+/;

test('a journal cut at every byte: beyond the durable mark the tail is cut, below it the damage is named', () => {
  const {whole, durable, ends} = written(20, 20, i => 4 + (i % 7));
  for (let length = whole.length; length >= 0; length--) {
    const found = verdict(whole.subarray(0, length));
    if (length >= durable) expect(found, `cut at ${length}`).toBe(ends.filter(end => end <= length).length);
    else expect(found, `cut at ${length}`).toMatch(NAMED);
  }
});

test('a long journal cut anywhere in its last 64 KB', () => {
  const {whole, durable, ends} = written(300, 300, i => 10 + ((i * 7919) % 300));
  expect(whole.length - durable).toBeLessThan(65536);
  for (let i = 0; i < 200; i++) {
    const near = ends[Math.floor(Math.random() * ends.length)]! + (i % 3) - 1;
    for (const length of [near, whole.length - Math.floor(Math.random() * 65536)]) {
      const found = verdict(whole.subarray(0, length));
      if (length >= durable) expect(found, `cut at ${length}`).toBe(ends.filter(end => end <= length).length);
      else expect(found, `cut at ${length}`).toMatch(NAMED);
    }
  }
});

test('a flipped bit anywhere below the durable mark, the mark and the header included, is named with file and byte', () => {
  const {whole} = written(10, 0, () => 12);
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const damaged = whole.slice();
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    expect(verdict(damaged), `bit ${bit} flipped`).toMatch(NAMED);
  }
});

test('power lost while a file begins: either it is there with its header or it is not there, and what was synced stays', () => {
  const files = new ForgetfulFiles();
  const journal = Journal.open(files, DIR);
  journal.append(text('one'));
  journal.rotate();
  journal.append(text('two'));
  files.crash();
  expect(texts(files)).toEqual(['one']);
  files.open(`${DIR}/0000000003.journal.new`, 'create').write(text('MILL'), 0);
  expect(texts(files)).toEqual(['one']);
  Journal.open(files, DIR).append(text('three'));
  expect(files.list(DIR)).toEqual(['0000000001.journal', '0000000002.journal', '0000000003.journal']);
  expect(texts(files)).toEqual(['one', 'three']);
});

test('a missing file between two others is damage', () => {
  const files = new ForgetfulFiles();
  const journal = Journal.open(files, DIR);
  journal.rotate();
  journal.rotate();
  files.remove(`${DIR}/0000000002.journal`);
  expect(() => texts(files)).toThrow(/0000000002\.journal" is damaged at byte 0: it is missing/);
});

test('a disk that is full and has room again: what could not be written is not there, the rest is', () => {
  const files = new ForgetfulFiles();
  const journal = Journal.open(files, DIR);
  journal.append(text('one'));
  files.capacity = files.used + 10;
  expect(() => journal.append(text('does not fit'))).toThrow(expect.objectContaining({code: '53100'}));
  expect(files.used).toBe(files.capacity - 10);
  expect(() => journal.rotate()).toThrow(expect.objectContaining({code: '53100'}));
  files.capacity = Infinity;
  journal.append(text('two'));
  expect(texts(files)).toEqual(['one', 'two']);
  journal.rotate();
  journal.append(text('three'));
  expect(texts(files)).toEqual(['one', 'two', 'three']);
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
