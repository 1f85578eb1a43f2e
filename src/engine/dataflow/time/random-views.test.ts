import type {PGlite} from '@electric-sql/pglite';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {freshPostgres} from '../../../common/testing/fresh-postgres.ts';
import {seededIntegers} from '../../../common/testing/seeded-random.ts';
import {toSqlError} from '../../../common/sql-error.ts';
import {RandomStreams, stamp} from '../../testing/random-streams.ts';
import {RandomViews, type RandomView} from '../../testing/random-views.ts';

/** Any number of rounds: MILLRACE_ROUNDS=100 MILLRACE_SEED=… npx vitest run src/engine/dataflow/time/random-views.test.ts */
const SEED = Number(process.env['MILLRACE_SEED'] ?? Date.now() % 2 ** 31);
const ROUNDS = Number(process.env['MILLRACE_ROUNDS'] ?? 1);
const VIEWS = 6;
const STEPS = 12;

type Stream = 'a' | 'b';
type MadeView = RandomView & {readonly name: string; before: readonly string[]};
type LateRow = {
  readonly stream: Stream;
  readonly partition: string | null;
  readonly offset: string | null;
  readonly window: readonly [start: string, end: string] | undefined;
};

const TEXT = Object.fromEntries([20, 21, 23, 25, 1114, 1184, 1700].map(oid => [oid, (text: string) => text]));
const lines = (rows: readonly (readonly unknown[])[]): string[] =>
  rows.map(row => row.map(v => (v === null ? '∅' : String(v as string))).join('|')).sort();

function without(from: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return from.filter(line => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

let postgres: PGlite;
beforeAll(async () => void (postgres = await freshPostgres()));
afterAll(() => postgres.close());

class ViewsOverStreams {
  readonly #below: (n: number) => number;
  readonly #streams: RandomStreams;
  readonly #random: RandomViews;
  readonly #views: MadeView[] = [];

  constructor(seed: number, spec: {readonly partitions: number; readonly late: boolean}) {
    this.#below = seededIntegers(seed);
    this.#random = new RandomViews(this.#below);
    this.#streams = new RandomStreams(spec, this.#below, postgres);
  }

  async run(): Promise<void> {
    await this.#streams.start();
    for (let n = 0; n < VIEWS; n++) await this.#create();
    for (let step = 1; step <= STEPS; step++) {
      await this.#streams.step();
      if (this.#below(5) === 0) await this.#create();
      if (this.#below(8) === 0) await this.#createAgain();
      if (step % 3 === 0) await this.#check();
    }
    await this.#streams.end();
    await this.#check(true);
    await this.#streams.stop();
  }

  /** A view, of those that can be maintained. */
  async #create(): Promise<void> {
    for (let tries = 0; tries < 30; tries++) {
      const view = this.#random.next();
      const name = `view${this.#views.length}`;
      try {
        await this.#streams.session.all(`CREATE MATERIALIZED VIEW ${name} AS ${view.own}`);
      } catch (error) {
        const {code, message} = toSqlError(error);
        if (code === '0A000' || code === '42P20') continue;
        throw new Error(`${code} ${message} for ${view.own}`, {cause: error});
      }
      this.#views.push({...view, name, before: []});
      if (this.#below(2) === 0) this.#random.add(name, view);
      return;
    }
  }

  async #createAgain(): Promise<void> {
    const free = this.#views.filter(v => !this.#views.some(w => w.streams.includes(v.name)));
    const view = free[this.#below(free.length)];
    if (view === undefined) return;
    await this.#streams.session.all(`DROP MATERIALIZED VIEW ${view.name}; CREATE MATERIALIZED VIEW ${view.name} AS ${view.own}`);
    view.before = [];
  }

  async #check(atEnd = false): Promise<void> {
    if (this.#views.some(v => v.streams.includes('a'))) await this.#streams.arrived();
    for (const view of this.#views) await this.#checkView(view, atEnd);
  }

  async #checkView(view: MadeView, atEnd: boolean): Promise<void> {
    const {name, own, emitsAt, streams} = view;
    const below = streams.some(s => s.startsWith('view'));
    expect({own, errors: await this.#streams.session.rows(`SELECT * FROM "${name}$errors"`)}).toEqual({own, errors: []});
    const late = await this.#lateOf(view);
    // Which records they were is not known where rows are no records.
    if (late.some(l => l.offset === null) || (late.length > 0 && below)) return;
    const rows = await this.#expected(view, late);
    const found = lines(await this.#streams.session.rows(`SELECT * FROM ${name}`));
    if (emitsAt === undefined) {
      const expected = lines(rows);
      expect({own, late, extra: without(found, expected), missing: without(expected, found)}).toEqual({own, late, extra: [], missing: []});
      return;
    }
    expect({own, takenBack: without(view.before, found)}).toEqual({own, takenBack: []});
    view.before = found;
    const endingBy = (time: string): string[] => lines(rows.filter(row => row[emitsAt] !== null && String(row[emitsAt] as string) <= time));
    expect({own, late, extra: without(found, endingBy('9'))}).toEqual({own, late, extra: []});
    const read = streams.filter((s): s is Stream => s === 'a' || s === 'b');
    const watermark = Math.min(...(await Promise.all(read.map(s => this.#streams.watermarkOf(s)))));
    // Windows over windows or joins may be over later than the watermark alone says, but no later than when all is over.
    const isPlain = view.windows === 1 && streams.length === 1 && !below;
    const bound = isPlain ? watermark - (view.grace ?? this.#streams.allowed) : atEnd && !below ? this.#streams.now - 3000 : -Infinity;
    const due = Number.isFinite(bound) ? endingBy(stamp(bound).replace(/\.000$/, '')) : [];
    expect({own, late, missing: without(due, found)}).toEqual({own, late, missing: []});
    if (isPlain) expect({own, late, tooEarly: without(found, due)}).toEqual({own, late, tooEarly: []});
  }

  async #lateOf({name}: MadeView): Promise<readonly LateRow[]> {
    const {session} = this.#streams;
    if ((await session.rows(`SELECT FROM pg_class WHERE relname = '${name}$late'`)).length === 0) return [];
    const rows = await session.rows(`SELECT event_time, watermark, _partition, _offset, window_start, window_end FROM "${name}$late"`);
    return rows.map(([time, watermark, partition, offset, start, end]) => {
      if (time !== null && watermark !== null) expect(time! < watermark!, `${name}: ${time} is late at ${watermark}`).toBe(true);
      const window = start === null || end === null ? undefined : ([start!, end!] as const);
      return {stream: time?.includes('.5') === true ? 'b' : 'a', partition: partition!, offset: offset!, window};
    });
  }

  /** The view's query over the rows less those that are late: for a window, or altogether. */
  async #expected({postgres: query, streams}: MadeView, late: readonly LateRow[]): Promise<readonly (readonly unknown[])[]> {
    // A record counts everywhere or nowhere where a stream is read more than once.
    const isPartly = ({stream, window}: LateRow): boolean => window !== undefined && streams.filter(s => s === stream).length === 1;
    const missed = late.filter(isPartly).map(({stream, partition, offset, window}) => {
      const id = this.#streams.idOf(stream, Number(partition), Number(offset));
      return `, (${id}, timestamp '${window![0]}', timestamp '${window![1]}')`;
    });
    const records = (['a', 'b'] as const).map(stream => {
      const gone = late.filter(l => l.stream === stream && !isPartly(l)).map(l => `, (${l.partition}, ${l.offset})`);
      return `, ${stream} AS (SELECT id, ts, k, v, s FROM all_${stream} WHERE (part, off) NOT IN ((-1, -1)${gone.join('')}))`;
    });
    const views = await Promise.all([...new Set(streams.filter(s => s.startsWith('view')))].map(name => this.#contentsOf(name)));
    const clock = `TIMESTAMP '${stamp(this.#streams.now)}'`;
    const sql = `WITH missed (id, s, e) AS (VALUES (-1, timestamp 'epoch', timestamp 'epoch')${missed.join('')})${records.join('')}${views.join('')}
      ${query.replaceAll('CLOCK', clock)}`;
    return (await postgres.query<unknown[]>(sql, [], {rowMode: 'array', parsers: TEXT})).rows;
  }

  /** A view below, as it is. */
  async #contentsOf(name: string): Promise<string> {
    const {columns} = this.#views.find(v => v.name === name)!;
    const names = columns.map(c => c.name).join(', ');
    const rows = await this.#streams.session.rows(`SELECT ${names} FROM ${name}`);
    const types = {int: 'int8', time: 'timestamp', text: 'text COLLATE "C"'};
    const nothing = columns.map(() => null);
    const values = [nothing, ...rows].map(row => `(${row.map(v => (v === null ? 'NULL' : `'${v}'`)).join(', ')})`);
    const list = columns.map(c => `${c.name}::${types[c.type]} AS ${c.name}`).join(', ');
    return `, ${name} AS (SELECT ${list} FROM (VALUES ${values.join(', ')}) AS x(${names}) OFFSET 1)`;
  }
}

test.each([
  {partitions: 0, late: false},
  {partitions: 0, late: true},
  {partitions: 3, late: true},
])(
  `random views, a topic of $partitions partitions, late rows: $late: what PostgreSQL gives over the rows that are not listed as late (seed ${SEED})`,
  {timeout: 60_000 * ROUNDS},
  async spec => {
    for (let round = 0; round < ROUNDS; round++) {
      try {
        await new ViewsOverStreams(SEED + round, spec).run();
      } catch (error) {
        throw new Error(`seed ${SEED + round}: ${String(error)}`, {cause: error});
      }
    }
  },
);
