import {expect, test} from 'vitest';
import {seededIntegers} from '../../common/testing/seeded-random.ts';
import {ForgetfulFiles} from '../../runtime/durability/forgetful-files.ts';
import {finishedLines} from '../testing/finished-files.ts';
import {InlineEngine} from '../testing/inline-engine.ts';
import {RandomSlices} from '../testing/random-slices.ts';
import {ShuffledTopic, type TopicRecord} from '../testing/shuffled-topic.ts';

const FIRST_SEED = Number(process.env['MILLRACE_FUZZ_SEED'] ?? 1);
const SEEDS = Array.from({length: 3 * Number(process.env['MILLRACE_FUZZ_FACTOR'] ?? 1)}, (_, i) => FIRST_SEED + i);
const LIVES = 7;
const PARTITIONS = 2;
const START = Date.UTC(2026, 0, 1, 12);

/** Queries whose rows stay, and tell apart every row of theirs. */
const QUERIES = {
  records: 'SELECT _partition AS p, _offset AS o, g FROM x',
  joined: 'SELECT x._partition AS p, x._offset AS o, e._offset AS eo, e.v AS g FROM x JOIN e ON x.g = e.v',
  closed: `SELECT window_start AS p, count(*) AS o, sum(v) % 3 AS g
    FROM TUMBLE(e, ts, INTERVAL '10 seconds') GROUP BY window_start, window_end EMIT ON WINDOW CLOSE`,
  over: 'SELECT p, o, g FROM records WHERE g > 0',
} as const;
type QueryName = keyof typeof QUERIES;
const NAMES = Object.keys(QUERIES) as QueryName[];

type KnownSink = {readonly query: QueryName; readonly name: string};
const pathOf = ({name}: KnownSink): string => `/out/${name}`;

/** One engine after the other over one disk, with sinks beside views of the same queries. */
class SinkRun {
  engine!: InlineEngine;
  readonly #files = new ForgetfulFiles();
  readonly #topic: ShuffledTopic;
  readonly #random: (n: number) => number;
  readonly #sinks: KnownSink[] = [];
  #next = 0;
  #time = START;

  constructor(seed: number) {
    this.#random = seededIntegers(seed);
    this.#topic = new ShuffledTopic(PARTITIONS, () => this.#random(1 << 20) / (1 << 20));
  }

  async start(): Promise<void> {
    let clock = START * 1000;
    this.#files.syncDelay = () => this.#turns(this.#random(6));
    this.#files.survivors = tail => this.#random(tail + 1);
    this.engine = await InlineEngine.start({
      files: this.#files,
      slices: new RandomSlices(this.#random),
      connectors: {generator: this.#topic.open},
      now: () => (clock += 1 + this.#random(50_000)),
    });
    const session = this.engine.session();
    await session.all(`CREATE STREAM e (ts timestamp, v int, WATERMARK FOR ts AS ts - INTERVAL '2 seconds')`);
    await session.all(`CREATE STREAM x (g int) WITH (connector = 'generator', generator = 'sequence', partitions = ${PARTITIONS})`);
    for (const name of NAMES) await session.all(`CREATE MATERIALIZED VIEW ${name} AS ${QUERIES[name]}`);
    for (const query of NAMES) await this.#create(query);
  }

  async #turns(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await new Promise(resolve => setImmediate(resolve));
  }

  async #create(query: QueryName): Promise<void> {
    const sink = {query, name: `s${this.#next++}`};
    const partitions = this.#random(2) === 0 ? ", partition_by = 'g'" : '';
    this.#sinks.push(sink);
    await this.engine.session().all(
      `CREATE SINK ${sink.name} AS ${QUERIES[query]} WITH (connector = 'filesystem', path = '${pathOf(sink)}', format = 'json',
         rollover_size = '${80 + this.#random(400)} bytes', rollover_interval = '${1 + this.#random(3)} seconds'${partitions})`,
    );
  }

  async #insert(): Promise<void> {
    const rows = Array.from({length: 1 + this.#random(6)}, () => {
      this.#time += this.#random(4000);
      return `('${new Date(this.#time).toISOString().slice(0, -1)}', ${this.#random(6)})`;
    });
    await this.engine.session().all(`INSERT INTO e VALUES ${rows.join(', ')}`);
  }

  #feed(): void {
    const record = (): TopicRecord => (this.#random(12) === 0 ? null : JSON.stringify({g: this.#random(4)}));
    this.#topic.add(this.#random(PARTITIONS), Array.from({length: 1 + this.#random(12)}, record));
  }

  /** Writes, reads and checkpoints until the end comes at any moment; then a start, and a look at what is there. */
  async life(): Promise<void> {
    const {engine} = this;
    const random = this.#random;
    let isOver = false;
    const work = async (): Promise<void> => {
      for (let n = 4 + random(20); n > 0 && !isOver; n--) {
        const kind = random(12);
        if (kind < 5) await this.#insert();
        else if (kind < 9) this.#feed();
        else if (kind === 9) await engine.services.checkpoint().catch(() => {});
        else if (kind === 10)
          await engine
            .session()
            .all('CHECKPOINT')
            .catch(() => {});
        else if (random(2) === 0 && this.#sinks.length < 9) await this.#create(NAMES[random(NAMES.length)]!);
        if (random(15) === 0) this.#files.capacity = this.#files.used + random(3000);
        if (random(3) === 0) this.#files.capacity = Infinity;
        // Nothing can be made of what sinks write, over the end of the process too.
        if (random(12) === 0) this.#files.refuse = file => (file.startsWith('/out') ? new Error('no permission') : undefined);
        if (random(4) === 0) this.#files.refuse = () => undefined;
        await this.#turns(random(12));
      }
    };
    const failures: unknown[] = [];
    void work().catch((error: unknown) => failures.push(error));
    await this.#turns(random(300));
    isOver = true;
    this.#files.capacity = Infinity;
    this.engine = await engine.crash({power: random(2) === 0});
    this.#files.refuse = () => undefined;
    // A full disk refuses statements; nothing else may go wrong.
    for (const error of failures) expect(error).toMatchObject({code: expect.stringMatching(/53100|58030/) as string});
    const known = new Set((await this.engine.session().rows('SHOW SINKS')).map(([, name]) => name));
    for (let i = this.#sinks.length - 1; i >= 0; i--) if (!known.has(this.#sinks[i]!.name)) this.#sinks.splice(i, 1);
    await this.#check(false);
  }

  /** Everything has been read, and is finished. */
  async end(): Promise<void> {
    const session = this.engine.session();
    await expect
      .poll(async () => {
        const status = await session.rows('SHOW STATUS');
        const frontier = new Map(
          (await session.rows('SELECT partition, next_offset FROM millrace.frontier')).map(([p, next]) => [Number(p), Number(next)]),
        );
        return this.#topic.ends.every((end, p) => (frontier.get(p) ?? 0) === end) && status.every(row => row[2] !== 'hydrating');
      })
      .toBe(true);
    await session.all('CHECKPOINT');
    await this.#check(true);
    expect(
      this.#files.all.filter(file => file.includes('.in-progress') && this.#sinks.some(sink => file.startsWith(pathOf(sink)))),
    ).toEqual([]);
    for (const {name} of this.#sinks) await session.all(`DROP SINK ${name}`);
    await this.#check(true);
  }

  async #check(isAll: boolean): Promise<void> {
    for (const sink of this.#sinks) {
      const rows = await this.engine.session().rows(`SELECT * FROM ${sink.query}`);
      const expected = rows.map(row => row.join());
      const seen = Object.entries(finishedLines(this.#files, pathOf(sink))).flatMap(([directory, lines]) =>
        lines.map(line =>
          [...Object.values(JSON.parse(line) as object), ...(directory === '' ? [] : [directory.slice(2)])].join().replace('T', ' '),
        ),
      );
      expect(new Set(seen).size, `rows of ${sink.name} (${sink.query}) are there once`).toBe(seen.length);
      const extra = seen.filter(line => !expected.includes(line));
      expect(extra, `rows of ${sink.name} (${sink.query}) that the view does not have`).toEqual([]);
      if (isAll) expect(seen.length, `rows of ${sink.name} (${sink.query})`).toBe(expected.length);
    }
  }
}

test.each(SEEDS)(
  'finished files hold the rows of their queries, each once, whatever ends the process (seed %s)',
  {timeout: 120_000},
  async seed => {
    const run = new SinkRun(seed);
    await run.start();
    for (let life = 0; life < LIVES; life++) await run.life();
    await run.end();
  },
);
