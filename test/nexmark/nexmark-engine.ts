import path from 'node:path';
import {statementsOf} from '../../bench/nexmark/statements.ts';
import {InlineEngine} from '../../src/engine/testing/inline-engine.ts';
import type {InlineSession} from '../../src/engine/testing/inline-session.ts';
import {MemoryTopic} from '../../src/engine/testing/memory-topic.ts';
import type {FinishedFile} from '../files/finished-rows.ts';
import type {Row} from '../server/query.ts';
import {BID_STEPS} from './tied-queries.ts';

/** Nexmark in an inline engine: the schema over a topic in memory, and views on it. */
export class NexmarkEngine {
  readonly #topic = new MemoryTopic();
  #engine: InlineEngine;
  #session: InlineSession;

  private constructor(topic: MemoryTopic, engine: InlineEngine) {
    this.#topic = topic;
    this.#engine = engine;
    this.#session = engine.session();
  }

  /** `variables`: of the queries' files. */
  static async start(queries: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<NexmarkEngine> {
    const topic = new MemoryTopic();
    const engine = await InlineEngine.start({connectors: {generator: topic.open}});
    const nexmark = new NexmarkEngine(topic, engine);
    await nexmark.#session.all(inMemory(statementsOf('schema')));
    for (const query of queries) await nexmark.#session.all(statementsOf(query, variables));
    if (queries.includes('q12')) await nexmark.#session.all(BID_STEPS);
    return nexmark;
  }

  /** Appends records and waits until every view has them. */
  async append(records: readonly Uint8Array[]): Promise<void> {
    this.#topic.append(records);
    await this.#caughtUp();
  }

  rows(sql: string): Promise<readonly Row[]> {
    return this.#session.rows(sql);
  }

  async restart(): Promise<void> {
    await this.#goOnAs(await this.#engine.restart());
  }

  /** A kill, or a loss of power. */
  async crash(power: boolean): Promise<void> {
    await this.#goOnAs(await this.#engine.crash({power}));
  }

  /** What a reader of a sink's directory sees. */
  finishedFiles(directory: string): FinishedFile[] {
    const {files} = this.#engine.world;
    const names = files.all.map(file => path.relative(directory, file)).filter(name => !name.startsWith('.'));
    return names.map(name => ({name, text: Buffer.from(files.read(path.join(directory, name))).toString()}));
  }

  async #goOnAs(engine: InlineEngine): Promise<void> {
    this.#engine = engine;
    this.#session = this.#engine.session();
    await this.#caughtUp();
  }

  async #caughtUp(): Promise<void> {
    for (;;) {
      // The engine works between turns of the event loop, as long as nobody asks it.
      await new Promise(resolve => setTimeout(resolve, 5));
      const status = await this.#session.rows('SHOW STATUS');
      const stream = status.find(row => row[0] === 'stream');
      if (Number(stream?.[5]) > 0) throw new Error(`${stream?.[5]} events were refused`);
      const [[reached] = []] = await this.#session.rows('SELECT next_offset FROM millrace.frontier');
      if (Number(reached) >= this.#topic.records.length) return;
    }
  }
}

/** The stream reads the topic in memory in place of Kafka; columns and views are the file's. */
function inMemory(schema: string): string {
  return schema.replace(/WITH \(connector = 'kafka'[^)]*\)/, `WITH (connector = 'generator', generator = 'nexmark')`);
}
