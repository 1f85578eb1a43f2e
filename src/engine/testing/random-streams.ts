import type {PGlite} from '@electric-sql/pglite';
import {CONNECTORS} from '../ingest/connectors.ts';
import {InlineEngine} from './inline-engine.ts';
import type {InlineSession} from './inline-session.ts';
import {ShuffledTopic} from './shuffled-topic.ts';

/** `partitions` of the topic behind stream a; 0 = it is embedded, as b is. `late`: rows come behind their watermark too. */
export type RandomStreamsSpec = {readonly partitions: number; readonly late: boolean};
type Stream = 'a' | 'b';

const START = Date.UTC(2026, 0, 1, 12) / 1000;
const COLUMNS = 'id int, ts timestamp, k int, v int, s text';

export const stamp = (epoch: number): string => new Date(epoch * 1000).toISOString().replace('T', ' ').replace('Z', '');

/**
 * Streams a and b with watermarks and a table t that change at random, in an engine that is killed at random; PostgreSQL has the same rows, those
 * of streams in all_a and all_b with their partitions and offsets. Times of b have a fraction, by which `$late` tells the streams apart.
 */
export class RandomStreams {
  session!: InlineSession;
  /** Of the clock, seconds. */
  now = START;
  /** Seconds that both streams allow rows to be late. */
  readonly allowed: number;
  readonly #spec: RandomStreamsSpec;
  readonly #below: (n: number) => number;
  readonly #postgres: PGlite;
  readonly #topic: ShuffledTopic;
  readonly #ids = new Map<string, number>();
  #engine!: InlineEngine;
  #offset = {a: 0, b: 0};
  #id = 0;

  constructor(spec: RandomStreamsSpec, below: (n: number) => number, postgres: PGlite) {
    this.#spec = spec;
    this.#below = below;
    this.#postgres = postgres;
    this.allowed = below(3) === 0 ? 2 : 0;
    this.#topic = new ShuffledTopic(Math.max(1, spec.partitions), () => below(1 << 20) / (1 << 20));
  }

  async start(): Promise<void> {
    const {partitions} = this.#spec;
    this.#engine = await InlineEngine.start(partitions > 0 ? {connectors: {...CONNECTORS, generator: this.#topic.open}} : {});
    this.session = this.#engine.session();
    await this.session.all(`SET millrace.clock = '${stamp(this.now)}'`);
    const idle = this.#pick(["'20 days'", "'5 seconds'", "'5 seconds', on_idle = 'advance'"]);
    const topic = `, connector = 'generator', generator = 'sequence', rate = 0, partitions = ${partitions}, max_ahead = '3650 days'`;
    for (const stream of ['a', 'b']) {
      await this.session.all(`CREATE STREAM ${stream} (${COLUMNS}, WATERMARK FOR ts AS ts - INTERVAL '3 seconds')
        WITH (allowed_lateness = '${this.allowed} seconds', idle_timeout = ${idle}${partitions > 0 && stream === 'a' ? topic : ''})`);
    }
    await this.session.all(`CREATE TABLE t (${COLUMNS}, PRIMARY KEY (id))`);
    const columns = `${COLUMNS} COLLATE "C"`;
    await this.#postgres.exec(`DROP SCHEMA IF EXISTS r CASCADE; CREATE SCHEMA r; SET search_path = r; SET TIME ZONE 'UTC';
      CREATE TABLE all_a (part int, off int, ${columns}); CREATE TABLE all_b (part int, off int, ${columns}); CREATE TABLE t (${columns})`);
  }

  async stop(): Promise<void> {
    await this.#engine.stop();
  }

  /** The id of a record. */
  idOf(stream: Stream, partition: number, offset: number): number {
    return this.#ids.get(`${stream}/${partition}/${offset}`)!;
  }

  /** Rows come, the table changes, time passes, the server is killed. */
  async step(): Promise<void> {
    const below = this.#below;
    const what = below(10);
    if (what < 7) await this.#insert(below(3) === 0 ? ['a', 'b'] : [this.#pick(['a', 'a', 'b'])]);
    if (what >= 5) await this.#change();
    if (below(2) === 0) {
      this.now += below(6);
      await this.session.all(`SET millrace.clock = '${stamp(this.now)}'`);
    }
    if (below(6) > 0) return;
    if (below(2) === 0) await this.#engine.checkpoints.run();
    this.#engine = await (below(2) === 0 ? this.#engine.crash({power: false}) : this.#engine.restart());
    this.session = this.#engine.session();
  }

  /** A last row in every partition, an hour behind the others: by what came before it all windows are over. */
  async end(): Promise<void> {
    const at = this.now - 60;
    for (let partition = 0; partition < Math.max(1, this.#spec.partitions); partition++) {
      await this.#send('a', `${this.#id++}, '${stamp(at)}', 0, 0, 'end'`, partition);
    }
    await this.#send('b', `${this.#id++}, '${stamp(at + 0.5)}', 0, 0, 'end'`);
  }

  /** Waits until the topic has been read; nothing reads it while there is no view. */
  async arrived(): Promise<void> {
    if (this.#spec.partitions === 0) return;
    for (let turn = 0; turn < 20_000; turn++) {
      const rows = await this.session.rows(`SELECT partition, next_offset FROM millrace.frontier WHERE stream = 'a'`);
      const at = new Map(rows.map(([partition, next]) => [Number(partition), Number(next)]));
      if (this.#topic.ends.every((end, partition) => (at.get(partition) ?? 0) === end)) return;
      await new Promise(resolve => setImmediate(resolve));
    }
    throw new Error('the stream never reached its end');
  }

  /** Seconds; −Infinity = none yet. */
  async watermarkOf(stream: Stream): Promise<number> {
    const row = (await this.session.rows(`SHOW WATERMARKS FOR ${stream}`)).find(([, partition]) => partition === null);
    return row?.[2] == null ? -Infinity : Date.parse(row[2].replace(' ', 'T').replace('+00', 'Z')) / 1000;
  }

  async #insert(streams: readonly Stream[]): Promise<void> {
    const statements: string[] = [];
    for (const stream of streams) {
      const rows = Array.from({length: 1 + this.#below(5)}, () => {
        const time = this.#below(20) === 0 ? 'NULL' : `'${stamp(this.#time() + (stream === 'b' ? 0.5 : 0))}'`;
        return `${this.#id++}, ${time}, ${this.#int(3)}, ${this.#int(6)}, ${this.#text()}`;
      });
      if (this.#isTopic(stream)) for (const row of rows) await this.#send(stream, row, this.#below(this.#spec.partitions));
      else statements.push(`INSERT INTO ${stream} VALUES ${(await this.#noted(stream, rows)).map(row => `(${row})`).join(', ')}`);
    }
    if (statements.length > 0) await this.session.all(`BEGIN; ${statements.join('; ')}; COMMIT`);
  }

  async #send(stream: Stream, row: string, partition = 0): Promise<void> {
    await this.#noted(stream, [row], partition);
    if (!this.#isTopic(stream)) return void (await this.session.all(`INSERT INTO ${stream} VALUES (${row})`));
    const [id, ts, k, v, s] = row.split(', ').map(x => (x === 'NULL' ? null : x.startsWith("'") ? x.slice(1, -1) : Number(x)));
    this.#topic.add(partition, [JSON.stringify({id, ts, k, v, s})]);
  }

  /** Rows that go into a stream, where they will be in it. */
  async #noted(stream: Stream, rows: readonly string[], partition = 0): Promise<readonly string[]> {
    for (const row of rows) {
      const offset = this.#isTopic(stream) ? this.#topic.ends[partition]! : this.#offset[stream]++;
      this.#ids.set(`${stream}/${partition}/${offset}`, parseInt(row, 10));
      await this.#postgres.exec(`INSERT INTO all_${stream} VALUES (${partition}, ${offset}, ${row})`);
    }
    return rows;
  }

  async #change(): Promise<void> {
    const below = this.#below;
    const row = (): string =>
      `(${this.#id++}, ${below(6) === 0 ? 'NULL' : `'${stamp(this.#time())}'`}, ${this.#int(3)}, ${this.#int(6)}, ${this.#text()})`;
    const sql = this.#pick([
      () => `INSERT INTO t VALUES ${row()}, ${row()}`,
      () => `INSERT INTO t VALUES ${row()}, ${row()}, ${row()}`,
      () => `UPDATE t SET v = ${below(6)}, ts = '${stamp(this.#time())}' WHERE id % 3 = ${below(3)}`,
      () => `UPDATE t SET k = ${below(3)}, v = v + 1 WHERE id % 4 = ${below(4)}`,
      () => `UPDATE t SET s = ${this.#text()} WHERE id % 2 = ${below(2)}`,
      () => `DELETE FROM t WHERE id % 4 = ${below(4)}`,
    ])();
    await this.session.all(sql);
    await this.#postgres.exec(sql);
  }

  #isTopic(stream: Stream): boolean {
    return stream === 'a' && this.#spec.partitions > 0;
  }

  /** An hour behind the clock, so that a last row can come after all others. */
  #time(): number {
    const behind = !this.#spec.late ? 0 : this.#below(4) === 0 ? this.#below(25) : this.#below(3);
    return this.now - 3600 + this.#below(4) - behind;
  }

  #int(end: number): string {
    return this.#below(8) === 0 ? 'NULL' : String(this.#below(end));
  }

  #text(): string {
    const long = 'long text '.repeat(1 + this.#below(8));
    return this.#pick(['NULL', "''", "'a'", "'b'", "'ba'", `'${long}${this.#below(3)}'`, `'ä${this.#below(4)}'`]);
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#below(list.length)]!;
  }
}
