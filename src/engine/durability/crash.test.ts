import {expect, test} from 'vitest';
import {seededIntegers} from '../../common/testing/seeded-random.ts';
import {ForgetfulFiles} from '../../runtime/durability/forgetful-files.ts';
import {applyEffect, CrashWorkload, SHARED_KEYS, WINDOWS, type Effect, type Unit} from '../testing/crash-workload.ts';
import {InlineEngine} from '../testing/inline-engine.ts';
import {RandomSlices} from '../testing/random-slices.ts';
import type {StatementResult} from '../testing/inline-session.ts';
import {ShuffledTopic, type TopicRecord} from '../testing/shuffled-topic.ts';
import {tumble, type TimedRow, type WindowContents} from '../testing/window-oracle.ts';

const FIRST_SEED = Number(process.env['MILLRACE_FUZZ_SEED'] ?? 1);
const SEEDS = Array.from({length: 2 * Number(process.env['MILLRACE_FUZZ_FACTOR'] ?? 1)}, (_, i) => FIRST_SEED + i);
const ROUNDS = 5;
const CLIENTS = 3;
const PARTITIONS = 2;
const START = Date.UTC(2026, 0, 1, 12);
const WINDOW = {size: 10_000, delay: 5000};

type Rows = StatementResult['rows'];

const SCHEMA = [
  'CREATE TABLE t (k int PRIMARY KEY, v int)',
  'CREATE STREAM txlog (id int)',
  "CREATE STREAM e (ts timestamp, unit int, v int, WATERMARK FOR ts AS ts - INTERVAL '5 seconds')",
  `CREATE STREAM x (ts timestamp, g int, WATERMARK FOR ts AS ts - INTERVAL '5 seconds')
     WITH (connector = 'generator', generator = 'sequence', partitions = ${PARTITIONS})`,
  'CREATE MATERIALIZED VIEW sums AS SELECT k / 100 AS g, count(*) AS n, sum(v) AS total FROM t GROUP BY k / 100',
  'CREATE MATERIALIZED VIEW quotients AS SELECT k, 60 / v AS q FROM t',
  'CREATE MATERIALIZED VIEW joined AS SELECT t.k, count(*) AS n FROM t JOIN e ON t.v = e.v GROUP BY t.k',
  'CREATE MATERIALIZED VIEW log AS SELECT _offset, unit FROM e',
  `CREATE MATERIALIZED VIEW windows AS ${WINDOWS}`,
  `CREATE MATERIALIZED VIEW closed AS ${WINDOWS} EMIT ON WINDOW CLOSE`,
  'CREATE MATERIALIZED VIEW xlog AS SELECT _partition, _offset, g FROM x',
  `CREATE MATERIALIZED VIEW xwindows AS
     SELECT window_start, count(*) AS n FROM TUMBLE(x, ts, INTERVAL '10 seconds') GROUP BY window_start, window_end`,
];

const READS = {
  t: 'SELECT k, v FROM t ORDER BY k',
  txlog: 'SELECT _offset, id, extract(epoch FROM _timestamp) * 1000000 FROM txlog',
  e: 'SELECT _offset, extract(epoch FROM _timestamp) * 1000000, extract(epoch FROM ts) * 1000, unit, v FROM e ORDER BY _offset',
  refused: 'SELECT _offset FROM "e$errors"',
  sums: 'SELECT g, n, total FROM sums ORDER BY g',
  quotients: 'SELECT k, q FROM quotients ORDER BY k',
  quotientErrors: 'SELECT "row" FROM "quotients$errors" ORDER BY 1',
  joined: 'SELECT k, n FROM joined ORDER BY k',
  log: 'SELECT _offset, unit FROM log ORDER BY _offset',
  frontier: 'SELECT partition, next_offset FROM millrace.frontier ORDER BY partition',
  xlog: 'SELECT _partition, _offset, g FROM xlog ORDER BY 1, 2',
  xbad: 'SELECT _partition, _offset FROM "x$errors" ORDER BY 1, 2',
  xwindows: 'SELECT window_start, n FROM xwindows ORDER BY 1',
  xlate: 'SELECT _partition, _offset FROM "xwindows$late" ORDER BY 1, 2',
} as const;

const readWindows = (view: string): string => `SELECT extract(epoch FROM window_start) * 1000, n, total FROM ${view} ORDER BY 1`;
const readLate = (view: string): string => `SELECT _offset FROM "${view}$late" ORDER BY 1`;

type Sight = {
  readonly step: number;
  readonly rows: Readonly<Record<keyof typeof READS, Rows>>;
  readonly windows: Map<string, [Rows, Rows]>;
};

/** Everything that a client can see, of one step. */
async function look(engine: InlineEngine, views: readonly string[]): Promise<Sight> {
  const session = engine.session();
  const names = Object.keys(READS) as (keyof typeof READS)[];
  const statements = [...names.map(name => READS[name]), ...views.flatMap(view => [readWindows(view), readLate(view)])];
  const [step, ...results] = await session.all(['SELECT millrace_step()', ...statements].join('; '));
  return {
    step: Number(step!.rows[0]![0]),
    rows: Object.fromEntries(names.map((name, i) => [name, results[i]!.rows])) as Sight['rows'],
    windows: new Map(views.map((view, i) => [view, [results[names.length + 2 * i]!.rows, results[names.length + 2 * i + 1]!.rows]])),
  };
}

const counted = (values: Iterable<number>): [number, number][] => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b);
};
function groupBy<T>(items: readonly T[], keyOf: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
const texts = (rows: readonly (readonly number[])[]): string[][] => rows.map(row => row.map(String));
const windowTexts = (windows: readonly WindowContents[]): string[] => windows.map(({start, count, sum}) => `${start} ${count} ${sum}`);

/** One engine after the other over one disk, and what is known of what they must hold. */
class CrashRun {
  engine!: InlineEngine;
  readonly topic: ShuffledTopic;
  readonly #random: (n: number) => number;
  readonly #workload: CrashWorkload;
  readonly #views = new Map<string, {readonly openedAt: number; readonly emitOnClose: boolean}>([
    ['windows', {openedAt: -1, emitOnClose: false}],
    ['closed', {openedAt: -1, emitOnClose: true}],
  ]);
  /** As the time stamps of the topic. */
  #xtime = 1_700_000_000_000;
  #life = 0;
  #failures: unknown[] = [];

  constructor(seed: number) {
    this.#random = seededIntegers(seed);
    this.topic = new ShuffledTopic(PARTITIONS, () => this.#random(1 << 20) / (1 << 20));
    this.#workload = new CrashWorkload(this.#random, START);
  }

  async start(): Promise<void> {
    let clock = START * 1000;
    const files = new ForgetfulFiles();
    files.syncDelay = () => this.#turns(this.#random(6));
    files.survivors = tail => (this.#random(2) === 0 ? 0 : this.#random(tail + 1));
    this.engine = await InlineEngine.start({
      files,
      slices: new RandomSlices(this.#random),
      connectors: {generator: this.topic.open},
      now: () => (clock += 1 + this.#random(5000)),
    });
    const session = this.engine.session();
    for (const statement of SCHEMA) await session.all(statement);
  }

  async #turns(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await new Promise(resolve => setImmediate(resolve));
  }

  /** Clients write, records come, checkpoints are taken; then the end comes, at any moment or in quiet. */
  async round(): Promise<void> {
    const random = this.#random;
    const life = ++this.#life;
    const quiet = random(3) === 0;
    const work = async (client: number): Promise<void> => {
      const session = this.engine.session();
      for (let n = 5 + random(20); n > 0 && this.#life === life; n--) await this.#workload.run(client, session);
    };
    const checkpoints = async (): Promise<void> => {
      const session = this.engine.session();
      for (let n = random(4); n > 0 && this.#life === life; n--) {
        await this.#turns(random(60));
        await session.all('CHECKPOINT').catch(() => {});
      }
    };
    const failed = (error: unknown): void => void this.#failures.push(error);
    const running = Promise.all([...Array.from({length: CLIENTS}, (_, client) => work(client)), checkpoints(), this.#feed(life)]).catch(
      failed,
    );
    let seen = 0;
    if (quiet) {
      await running;
      await this.#reachEnds();
    } else {
      for (let n = random(5); n >= 0; n--) {
        await this.#turns(random(30));
        seen = Number((await this.engine.session().rows('SELECT millrace_step()'))[0]![0]);
      }
    }
    expect(this.#failures).toEqual([]);
    // A write that is acknowledged makes durable what the steps before it have read.
    if (quiet) await this.engine.session().all('CREATE TABLE IF NOT EXISTS idle (a int); INSERT INTO idle VALUES (1)');
    if (quiet) await this.#settle(await this.#committed());
    const before = quiet ? await look(this.engine, this.#known()) : undefined;
    this.#life++;
    const power = random(2) === 0;
    this.engine = await this.engine.crash({power});
    await this.#check(before);
    const {step} = await look(this.engine, []);
    if (!power) expect(step).toBeGreaterThanOrEqual(seen);
    this.#workload.forget();
  }

  async #feed(life: number): Promise<void> {
    const random = this.#random;
    for (let n = random(8); n > 0 && this.#life === life; n--) {
      this.topic.add(
        random(PARTITIONS),
        Array.from({length: 1 + random(12)}, (): TopicRecord => {
          if (random(12) === 0) return null;
          if (random(12) === 0) return '{"g": oops';
          this.#xtime += random(500);
          return JSON.stringify({ts: new Date(this.#xtime - random(9000)).toISOString().slice(0, -1), g: random(5)});
        }),
      );
      await this.#turns(random(20));
    }
  }

  async #reachEnds(): Promise<void> {
    for (let turn = 0; turn < 10_000; turn++) {
      const frontier = new Map((await this.engine.session().rows(READS.frontier)).map(([p, next]) => [Number(p), Number(next)]));
      if (this.topic.ends.every((end, p) => (frontier.get(p) ?? 0) === end)) return;
      await this.#turns(1);
    }
    throw new Error('the stream never reached its end');
  }

  #known(): string[] {
    return [...this.#views.keys()];
  }

  /** Ids of transactions, in the order in which they were committed, and when. */
  async #committed(): Promise<ReadonlyMap<number, number>> {
    return new Map((await this.engine.session().rows(READS.txlog)).map(([, id, time]) => [Number(id), Number(time)]));
  }

  async #check(before: Sight | undefined): Promise<void> {
    const committed = await this.#committed();
    await this.#settle(committed);
    const sight = await look(this.engine, this.#known());
    if (before !== undefined) expect({...sight, step: before.step}).toEqual(before);
    this.#checkTransactions(sight);
    this.#checkTables(sight, [...committed.keys()]);
    this.#checkWindows(sight);
    this.#checkReadings(sight);
  }

  /** What became of every transaction; which views there are. */
  async #settle(committed: ReadonlyMap<number, number>): Promise<void> {
    const {units} = this.#workload;
    const events = new Set((await this.engine.session().rows('SELECT unit FROM e')).map(([unit]) => Number(unit)));
    for (const [id] of committed) expect(units[id]?.state, `transaction ${id}`).not.toBe('refused');
    for (const unit of units) {
      const {id, marked, effects, state} = unit;
      if (state === 'acknowledged' && marked) expect(committed.has(id), `transaction ${id} was acknowledged`).toBe(true);
      if (state !== 'pending') {
        if (state === 'acknowledged') this.#noteViews(unit, committed);
        continue;
      }
      if (marked) unit.state = committed.has(id) ? 'acknowledged' : 'refused';
      else if (effects.some(e => e.kind === 'event'))
        unit.state = events.has(id) || effects.every(e => e.kind === 'event' && e.refused) ? 'acknowledged' : 'refused';
      if (unit.state === 'acknowledged') this.#noteViews(unit, committed);
    }
  }

  #noteViews({id, effects}: Unit, committed: ReadonlyMap<number, number>): void {
    for (const effect of effects) {
      if (effect.kind === 'create-view' && !this.#dropped.has(effect.name))
        this.#views.set(effect.name, {openedAt: committed.get(id)!, emitOnClose: effect.emitOnClose});
      if (effect.kind === 'drop-view') {
        this.#views.delete(effect.name);
        this.#dropped.add(effect.name);
      }
    }
  }
  readonly #dropped = new Set<string>();

  #checkTransactions({rows}: Sight): void {
    expect(rows.txlog.map(([offset]) => Number(offset))).toEqual([...rows.txlog.keys()]);
    const offsets = rows.e.map(([offset]) => Number(offset));
    expect([...new Set(offsets)].sort((a, b) => a - b)).toEqual(offsets);
    const time = new Map(rows.txlog.map(([, id, at]) => [Number(id), Number(at)]));
    const events = groupBy(rows.e, ([, , , unit]) => Number(unit));
    for (const [unit] of events) expect(this.#workload.units[unit]?.state, `events of transaction ${unit}`).toBe('acknowledged');
    let refused = 0;
    for (const {id, state, effects} of this.#workload.units) {
      if (state !== 'acknowledged') continue;
      const mine = events.get(id) ?? [];
      const wanted = effects.flatMap(e => (e.kind === 'event' ? [e] : []));
      refused += wanted.filter(e => e.refused).length;
      const taken = wanted.filter(e => !e.refused).map(e => `${e.time} ${e.value}`);
      expect(
        mine.map(([, , ts, , v]) => `${Number(ts)} ${v}`),
        `events of transaction ${id}`,
      ).toEqual(taken);
      if (time.has(id)) for (const [, at] of mine) expect(Number(at)).toBe(time.get(id));
    }
    expect(rows.refused.length).toBeGreaterThanOrEqual(0);
    if (!this.#workload.units.some(u => u.effects.length > 0 && u.effects.every(e => e.kind === 'event' && e.refused)))
      expect(rows.refused.length).toBe(refused);
  }

  #checkTables({rows}: Sight, order: readonly number[]): void {
    const {units} = this.#workload;
    const actual = new Map(rows.t.map(([k, v]) => [Number(k), Number(v)]));
    const isShared = (e: Effect): boolean => e.kind === 'put' && e.key >= SHARED_KEYS;
    const table = new Map<number, number>();
    for (const unit of units) {
      if (unit.state === 'refused') continue;
      const own = unit.effects.filter(e => !isShared(e));
      if (unit.state === 'pending') {
        // It is the last of its client: its range is as it was before or as it is after.
        const after = new Map(table);
        for (const effect of own) applyEffect(after, effect);
        const range = (of: ReadonlyMap<number, number>): string =>
          JSON.stringify([...of].filter(([k]) => Math.floor(k / 100) === unit.client).sort(([a], [b]) => a - b));
        unit.state = range(after) === range(actual) ? 'acknowledged' : 'refused';
        if (unit.state === 'refused') continue;
      }
      for (const effect of own) applyEffect(table, effect);
    }
    for (const id of order) for (const effect of units[id]!.effects.filter(isShared)) applyEffect(table, effect);
    const sorted = [...table].sort(([a], [b]) => a - b);
    expect(rows.t).toEqual(texts(sorted));
    const groups = groupBy(sorted, ([k]) => Math.floor(k / 100));
    expect(rows.sums).toEqual(texts([...groups].map(([g, of]) => [g, of.length, of.reduce((sum, [, v]) => sum + v, 0)])));
    expect(rows.quotients).toEqual(texts(sorted.filter(([, v]) => v !== 0).map(([k, v]) => [k, Math.trunc(60 / v)])));
    expect(rows.quotientErrors.length).toBe(sorted.filter(([, v]) => v === 0).length);
    const byValue = new Map(counted(rows.e.map(row => Number(row[4]))));
    expect(rows.joined).toEqual(texts(sorted.filter(([, v]) => byValue.has(v)).map(([k, v]) => [k, byValue.get(v)!])));
    expect(rows.log).toEqual(rows.e.map(([offset, , , unit]) => [offset, unit]));
  }

  #checkWindows({rows, windows}: Sight): void {
    const timed = rows.e.map(([offset, step, ts, , v]): TimedRow => ({
      offset: Number(offset),
      step: Number(step),
      time: Number(ts),
      value: Number(v),
    }));
    for (const [view, {openedAt, emitOnClose}] of this.#views) {
      const expected = tumble(timed, {...WINDOW, openedAt});
      const [held, late] = windows.get(view)!;
      expect(
        held.map(([start, n, total]) => `${Number(start)} ${n} ${total}`),
        `windows of ${view}`,
      ).toEqual(windowTexts(emitOnClose ? expected.closed : expected.windows));
      expect(
        late.map(([offset]) => Number(offset)),
        `late rows of ${view}`,
      ).toEqual(expected.late);
    }
  }

  /** The prefix of the topic that the frontier names, no more and no less. */
  #checkReadings({rows}: Sight): void {
    const frontier = new Map(rows.frontier.map(([p, next]) => [Number(p), Number(next)]));
    const good: string[][] = [];
    const bad: string[][] = [];
    for (const [p, records] of this.topic.partitions.entries()) {
      for (const [offset, record] of records.slice(0, frontier.get(p) ?? 0).entries()) {
        if (record === null) continue;
        if (record.includes('oops')) bad.push([String(p), String(offset)]);
        else good.push([String(p), String(offset), String((JSON.parse(record) as {g: number}).g)]);
      }
    }
    expect(rows.xlog).toEqual(good);
    expect(rows.xbad).toEqual(bad);
    const inWindows = rows.xwindows.reduce((sum, [, n]) => sum + Number(n), 0);
    expect(inWindows + rows.xlate.length).toBe(good.length);
  }
}

test.each(SEEDS)(
  'kills and power loss at any moment: what was acknowledged is there, nothing is there by half (seed %i)',
  {timeout: 60_000},
  async seed => {
    const run = new CrashRun(seed);
    await run.start();
    for (let round = 0; round < ROUNDS; round++) await run.round();
  },
);
