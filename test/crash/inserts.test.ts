import {setTimeout as sleep} from 'node:timers/promises';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {query, withConnection} from '../server/query.ts';
import {KillableServer} from './killable-server.ts';
import {below, seededRandom, type Random} from '../../src/common/testing/seeded-random.ts';

const ROUNDS = Number(process.env['MILLRACE_CRASH_INSERT_ROUNDS'] ?? 6);
const WRITERS = 3;
const SEED = Number(process.env['MILLRACE_CRASH_SEED'] ?? Date.now() % 2 ** 31);

let server: KillableServer;
beforeEach(async () => {
  server = await KillableServer.create();
});
afterEach(() => server.dispose());

/** What the writers know: transactions whose end was acknowledged, and those that may or may not have happened. */
type Account = {readonly committed: Set<number>; readonly uncertain: Set<number>; next: number};

test(
  `INSERTs: what was acknowledged survives a kill, and a transaction is whole or absent (seed ${SEED})`,
  {timeout: 120_000},
  async () => {
    const random = seededRandom(SEED);
    const account: Account = {committed: new Set(), uncertain: new Set(), next: 1};
    let port = await server.restart();
    await withConnection(port, async run => {
      await run('CREATE TABLE t (tx bigint, part int, note text, PRIMARY KEY (tx, part))');
      await run('CREATE MATERIALIZED VIEW per_tx AS SELECT tx, count(*) AS parts FROM t GROUP BY tx');
      await run('CREATE MATERIALIZED VIEW failing AS SELECT tx, part, 10 / (part - 1) AS x FROM t');
      await run('CREATE MATERIALIZED VIEW above AS SELECT count(*) AS c FROM failing');
    });
    for (let round = 0; round < ROUNDS; round++) {
      const writers = Array.from({length: WRITERS}, () => writeUntilKilled(port, account, random));
      await sleep(100 + below(random, 600));
      if (random() < 0.5) {
        void query(port, 'CHECKPOINT').catch(() => {});
        await sleep(below(random, 30));
      }
      await server.kill();
      await Promise.all(writers);
      port = await server.restart();

      const rows = await query(port, 'SELECT tx, count(*) FROM t GROUP BY tx');
      const found = new Map(rows.map(([tx, parts]) => [Number(tx), Number(parts)]));
      const lost = [...account.committed].filter(tx => !found.has(tx));
      expect(lost, 'acknowledged and lost').toEqual([]);
      const torn = [...found].filter(([tx, parts]) => parts !== partsOf(tx));
      expect(torn, 'transactions in part').toEqual([]);
      expect(
        [...found.keys()].filter(tx => !account.committed.has(tx) && !account.uncertain.has(tx)),
        'never written',
      ).toEqual([]);
      expect(new Set(await texts(port, 'SELECT tx, parts FROM per_tx'))).toEqual(new Set(rows.map(row => row.join())));
      const bad = (await texts(port, 'SELECT tx, part FROM t WHERE part = 1')).sort();
      for (const view of ['failing', 'above'])
        expect((await texts(port, `SELECT "row"->>'tx', "row"->>'part' FROM "${view}$errors"`)).sort(), `${view}$errors`).toEqual(bad);
      // What was found once stays: the uncertain ones are decided.
      for (const tx of found.keys()) account.committed.add(tx);
      account.uncertain.clear();
    }
    expect(account.committed.size).toBeGreaterThan(ROUNDS);
  },
);

/** Every fourth transaction is a block of single statements, the others one INSERT each. */
const partsOf = (tx: number): number => (tx % 4 === 0 ? 3 : 1 + (tx % 2));

async function writeUntilKilled(port: number, account: Account, random: Random): Promise<void> {
  try {
    await withConnection(port, async run => {
      for (;;) {
        const tx = account.next++;
        account.uncertain.add(tx);
        const row = (part: number): string => `(${tx}, ${part}, 'note ${below(random, 1e9)}')`;
        const rows = Array.from({length: partsOf(tx)}, (_, part) => row(part));
        if (tx % 4 === 0) {
          await run('BEGIN');
          for (const values of rows) await run(`INSERT INTO t VALUES ${values}`);
          await run('COMMIT');
        } else await run(`INSERT INTO t VALUES ${rows.join()}`);
        account.uncertain.delete(tx);
        account.committed.add(tx);
      }
    });
  } catch (error) {
    // The kill ends the connection; anything that the server itself says would be a finding.
    if (typeof (error as {code?: unknown}).code === 'string' && /^[0-9A-Z]{5}$/.test((error as {code: string}).code)) throw error;
  }
}

async function texts(port: number, sql: string): Promise<string[]> {
  return (await query(port, sql)).map(row => row.join());
}
