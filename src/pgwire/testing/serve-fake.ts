import {listenPgwire, type PgwireOptions, type PgwireServer} from '../server.ts';
import {FakeEngine} from './fake-engine.ts';
import {TestLogger} from './test-logger.ts';

export type FakeServer = PgwireServer & {readonly engine: FakeEngine; readonly logger: TestLogger};

/** The wire in front of a fake engine, on a free port. */
export async function serveFake(options: Partial<PgwireOptions> = {}): Promise<FakeServer> {
  const engine = new FakeEngine();
  const logger = new TestLogger();
  const server = await listenPgwire({engine, host: '127.0.0.1', port: 0, logger, ...options});
  return {...server, engine, logger};
}

/** Waits until `condition` holds; fails after five seconds. */
export async function eventually(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`still not: ${condition.toString()}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
