import path from 'node:path';
import {expect, test} from 'vitest';
import {below, seededRandom, type Random} from '../../common/testing/seeded-random.ts';
import type {FileLayer, OpenFile} from '../../runtime/durability/file-layer.ts';
import {ForgetfulFiles} from '../../runtime/durability/forgetful-files.ts';
import type {FileLedger} from './file-ledger.ts';
import {FileOutput} from './file-output.ts';
import type {FileTarget} from './file-target.ts';
import {finishFiles} from './finish-files.ts';
import {syncFiles} from './sync-files.ts';

const SEEDS = 25 * Number(process.env['MILLRACE_FUZZ_FACTOR'] ?? 1);
const FIRST_SEED = Number(process.env['MILLRACE_FUZZ_SEED'] ?? 1);
const TARGET: FileTarget = {
  kind: 'filesystem',
  path: '/out',
  format: 'csv',
  prefix: 'part-7-abc',
  partitionBy: [],
  header: true,
  delimiter: ',',
  rolloverBytes: 60,
  rolloverMicros: 20,
};
const HEADER = 'row\n';
const PARTITIONS = ['', 'p=1', 'p=2', 'q=1/r=2'];

type Row = {readonly id: number; readonly partition: string};
const lineOf = ({id}: Row): string => `${id}${'x'.repeat(id % 7)}\n`;

/** A process that ends in the middle of its file operations: from some operation on nothing of it reaches the disk. */
class MortalFiles implements FileLayer {
  left = Infinity;
  readonly #files: ForgetfulFiles;

  constructor(files: ForgetfulFiles) {
    this.#files = files;
  }

  #live(): ForgetfulFiles {
    if (--this.left < 0) throw new Error('the process has ended');
    return this.#files;
  }

  open(file: string, mode: 'create' | 'append'): OpenFile {
    const open = this.#live().open(file, mode);
    return {
      ...open,
      write: (bytes, position) => (this.#live(), open.write(bytes, position)),
      truncate: length => (this.#live(), open.truncate(length)),
      syncSoon: async () => (this.#live(), open.syncSoon()),
    };
  }
  read = (file: string): Uint8Array => this.#live().read(file);
  list = (directory: string): string[] => this.#live().list(directory);
  exists = (file: string): boolean => this.#live().exists(file);
  makeDirectory = (directory: string): void => this.#live().makeDirectory(directory);
  assertWritable = (directory: string): void => this.#live().assertWritable(directory);
  syncDirectory = (directory: string): void => this.#live().syncDirectory(directory);
  rename = (from: string, to: string): void => this.#live().rename(from, to);
  remove = (file: string): void => this.#live().remove(file);
}

type Manifest = {readonly steps: number; readonly ledger: FileLedger; readonly blocks: Uint8Array};

/** One sink, its steps as a journal has them, and a disk on which its processes live and die. */
class Run {
  readonly disk = new ForgetfulFiles();
  readonly #random: Random;
  files = new MortalFiles(this.disk);
  output = this.#newOutput();
  /** Published steps. */
  steps: Row[][] = [];
  #manifest: Manifest | undefined;
  #nextRow = 0;
  #now = 0;

  constructor(random: Random) {
    this.#random = random;
    this.disk.survivors = tail => below(random, tail + 1);
    // Other sinks' files and what readers put there stay what they are.
    for (const name of ['/out/.part-7-abcd-000001.csv.in-progress', '/out/part-8-abc-000001.csv']) this.disk.open(name, 'create');
    this.disk.syncDirectory('/out');
  }

  #newOutput(): FileOutput {
    return new FileOutput({files: this.files, target: TARGET, relation: 7, name: 's', header: Buffer.from(HEADER)});
  }

  #append(rows: readonly Row[]): void {
    for (const row of rows) this.output.append(this.output.fileFor(row.partition, this.#now), Buffer.from(lineOf(row)), 1);
  }

  step(): void {
    const random = this.#random;
    this.#now += below(random, 10);
    const rows = Array.from({length: below(random, 12)}, (): Row => ({id: this.#nextRow++, partition: PARTITIONS[below(random, 4)]!}));
    this.output.beginStep();
    this.#append(rows);
    if (below(random, 5) === 0) return this.output.rollbackStep();
    this.output.endStep();
    this.steps.push(rows);
  }

  /** As the engine does it; steps run in between. Ends early where the process ends. */
  async checkpoint(all: boolean): Promise<boolean> {
    const random = this.#random;
    let ledger: FileLedger;
    try {
      ledger = this.output.prepareCheckpoint(this.#now, all);
    } catch {
      return false;
    }
    const steps = this.steps.length;
    const pieces: Uint8Array[] = [];
    const slices = this.output.checkpoint({blocks: (_s, _f, bytes) => void pieces.push(bytes.slice())});
    for (let next = slices.next(); next.done !== true; next = slices.next()) if (below(random, 2) === 0) this.step();
    const manifest = {steps, ledger, blocks: Buffer.concat(pieces)};
    this.step();
    let gone: readonly number[];
    try {
      ({gone} = await syncFiles(this.files, ledger));
    } catch (error) {
      this.output.failed(String(error));
      return false;
    }
    expect(gone).toEqual([]);
    if (this.files.left < 0) return false;
    this.#manifest = manifest;
    if (below(random, 2) === 0) this.step();
    const finished = await finishFiles(this.files, ledger);
    this.output.committed(finished, []);
    return finished.problem === undefined;
  }

  /** The process is gone; the next one comes up and does again what the journal tells. */
  die(power: boolean): void {
    if (power) this.disk.crash();
    else this.disk.kill();
    this.files = new MortalFiles(this.disk);
    this.output = this.#newOutput();
    const from = this.#manifest?.steps ?? 0;
    // A power cut takes what the journal had not synced.
    if (power) this.steps.length = from + below(this.#random, this.steps.length - from + 1);
    if (this.#manifest !== undefined) {
      const {blocks, ledger} = this.#manifest;
      if (blocks.length > 0) this.output.restoreBlocks(0, 0, blocks);
      this.output.restore(ledger);
    }
    // A process may end while it does again what was done.
    const isShort = below(this.#random, 4) === 0;
    if (isShort) this.files.left = below(this.#random, 8);
    for (const step of this.steps.slice(from)) {
      this.output.beginStep();
      // The rows of a step come in another order now and then.
      this.#append(below(this.#random, 2) === 0 ? step : step.toReversed());
      this.output.endStep();
    }
    if (isShort) this.die(power && below(this.#random, 2) === 0);
  }

  /** What a reader of the directory sees, checked as far as it goes. */
  finished(): Row[] {
    const byLine = new Map(this.steps.flat().map(row => [lineOf(row).trim(), row]));
    const seen = new Set<Row>();
    for (const file of this.disk.all.filter(name => !path.basename(name).startsWith('.') && !name.includes('part-8'))) {
      const lines = Buffer.from(this.disk.read(file)).toString().split('\n');
      expect(lines.pop(), `${file} ends with a whole line`).toBe('');
      expect(lines.shift()).toBe('row');
      for (const line of lines) {
        const row = byLine.get(line);
        expect(row, `"${line}" of ${file} is a row of a published step`).toBeDefined();
        expect(path.dirname(file)).toBe(path.join('/out', row!.partition));
        expect(seen.has(row!), `row ${row!.id} is there once`).toBe(false);
        seen.add(row!);
      }
    }
    return [...seen];
  }
}

test(`every row is in one finished file once, whenever the process ends (seeds from ${FIRST_SEED})`, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    const random = seededRandom(seed);
    const run = new Run(random);
    for (let life = 0; life < 6; life++) {
      // A disk that is full for a while, or a directory that cannot be written.
      if (below(random, 3) === 0) run.disk.capacity = run.disk.used + below(random, 60);
      if (below(random, 4) === 0) run.disk.refuse = file => (file.includes('p=1') ? new Error('no') : undefined);
      const end = below(random, 40);
      run.files.left = below(random, 3) === 0 ? Infinity : end;
      for (let n = below(random, 12); n > 0; n--) {
        if (below(random, 4) === 0) await run.checkpoint(below(random, 3) === 0);
        else run.step();
        if (below(random, 4) === 0) run.disk.capacity = Infinity;
      }
      run.files.left = -1;
      run.die(below(random, 2) === 0);
      run.finished();
      run.disk.capacity = Infinity;
      run.disk.refuse = () => undefined;
    }
    while (!(await run.checkpoint(true)));
    // What came while the last one was under way.
    await run.checkpoint(true);
    const rows = run.steps.flat();
    const last = rows.length - run.finished().length;
    // The steps that ran during that checkpoint are not in it.
    const inProgress = run.output.rowCount();
    expect(inProgress, `seed ${seed}`).toBe(last);
    expect(
      run.disk.all.filter(name => name.includes('.part-7-abc-')).length,
      `seed ${seed}: files in progress are those of rows in progress`,
    ).toBe(run.output.ledger().files.filter(file => file.length > 0).length);
    expect(run.disk.all).toContain('/out/.part-7-abcd-000001.csv.in-progress');
  }
});

const outputOn = (files: FileLayer): FileOutput =>
  new FileOutput({files, target: TARGET, relation: 7, name: 's', header: Buffer.from(HEADER)});

test('a file that waits for its checkpoint keeps no memory once its bytes are written', () => {
  const output = outputOn(new ForgetfulFiles());
  output.beginStep();
  for (let partition = 0; partition < 200; partition++)
    output.append(output.fileFor(`p=${partition}`, 0), Buffer.from(`${'x'.repeat(99)}\n`), 1);
  output.endStep();
  expect(output.stateBytes()).toBe(0);
});

test('a sink that is dropped leaves the files that a checkpoint is about to finish, and no others', async () => {
  const disk = new ForgetfulFiles();
  const output = outputOn(disk);
  const add = (partition: string, length: number) => output.append(output.fileFor(partition, 0), Buffer.from(`${'x'.repeat(length)}\n`), 1);
  add('p=1', 99);
  const ledger = output.prepareCheckpoint(0, false);
  add('p=2', 99);
  add('p=3', 9);
  output.dispose();
  await syncFiles(disk, ledger);
  expect((await finishFiles(disk, ledger)).finished).toEqual([1]);
  expect(disk.all).toEqual(['/out/p=1/part-7-abc-000001.csv']);
});
