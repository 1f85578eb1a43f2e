import {mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {nodeFiles, type FileLayer} from '../../runtime/durability/file-layer.ts';
import {FileOutput} from './file-output.ts';
import {finishFiles} from './finish-files.ts';
import {syncFiles} from './sync-files.ts';

let root: string;
let out: string;
let output: FileOutput;

const outputInto = (directory: string, files: FileLayer): FileOutput =>
  new FileOutput({
    files,
    target: {
      kind: 'filesystem',
      path: directory,
      format: 'csv',
      prefix: 'part-1-a',
      partitionBy: [],
      header: false,
      delimiter: ',',
      rolloverBytes: 1000,
      rolloverMicros: 1e9,
    },
    relation: 1,
    name: 's',
    header: new Uint8Array(0),
  });

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'millrace-output-'));
  out = path.join(root, 'out');
  output = outputInto(out, nodeFiles);
});
afterEach(() => rmSync(root, {recursive: true, force: true}));

function step(line: string): void {
  output.beginStep();
  output.append(output.fileFor('', 0), Buffer.from(`${line}\n`), 1);
  output.endStep();
}

async function checkpoint(all: boolean): Promise<void> {
  const ledger = output.prepareCheckpoint(0, all);
  const {gone} = await syncFiles(nodeFiles, ledger);
  const left = {...ledger, files: ledger.files.filter(({number}) => !gone.includes(number))};
  output.committed(await finishFiles(nodeFiles, left), gone);
}

const lines = (): string[] =>
  readdirSync(out)
    .filter(name => !name.startsWith('.'))
    .flatMap(name => readFileSync(path.join(out, name), 'utf8').split('\n').slice(0, -1));

test('a directory that goes away and comes back has all rows in the end', async () => {
  step('a');
  await checkpoint(true);
  step('b');
  renameSync(out, path.join(root, 'elsewhere'));
  step('c');
  expect(output.status().problem).toContain('does not exist any more');
  await expect(checkpoint(true)).rejects.toThrow('does not exist any more');
  expect(readdirSync(root)).toEqual(['elsewhere']);
  renameSync(path.join(root, 'elsewhere'), out);
  await checkpoint(true);
  expect(output.status()).toMatchObject({problem: undefined, lost: undefined, rows: 3, finishedRows: 3});
  expect(lines()).toEqual(['a', 'b', 'c']);
});

test('rows of a file in progress that somebody removes are told of as lost, once, and the sink goes on', async () => {
  step('a');
  step('b');
  rmSync(out, {recursive: true});
  mkdirSync(out);
  step('c');
  await checkpoint(false);
  expect(output.status().lost).toContain('3 rows are lost');
  step('d');
  await checkpoint(true);
  expect(lines()).toEqual(['d']);
  expect(output.status().problem).toBeUndefined();
});

test('a file in progress that somebody removes after it was synced is told of too', async () => {
  step('a');
  await checkpoint(false);
  for (const name of readdirSync(out)) rmSync(path.join(out, name));
  await checkpoint(false);
  expect(output.status().lost).toContain('1 rows are lost');
  step('b');
  await checkpoint(true);
  expect(lines()).toEqual(['b']);
});

test('finished files may be taken away, with their directories', async () => {
  step('a');
  await checkpoint(true);
  rmSync(path.join(out, readdirSync(out)[0]!));
  step('b');
  await checkpoint(true);
  expect(lines()).toEqual(['b']);
});

test('a step that is taken back leaves nothing, in files that it opened and in those that were there', async () => {
  step('a');
  output.beginStep();
  for (let i = 0; i < 300; i++) output.append(output.fileFor('', 0), Buffer.from(`line ${i}\n`), 1);
  output.rollbackStep();
  step('b');
  await checkpoint(true);
  expect(lines()).toEqual(['a', 'b']);
  expect(readdirSync(out).length).toBe(1);
});

test('the names of directories that are made for a sink are synced, where they did not exist', () => {
  const synced: string[] = [];
  output = outputInto(path.join(out, 'a', 'b'), {...nodeFiles, syncDirectory: directory => void synced.push(directory)});
  mkdirSync(out);
  step('x');
  expect(readdirSync(path.join(out, 'a', 'b'))).toHaveLength(1);
  expect(synced).toEqual([path.join(out, 'a'), out]);
});
