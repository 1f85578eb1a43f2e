import pg from 'pg';
import type {Row} from '../server/query.ts';
import type {Ask} from './snapshot.ts';

/** Text of every value as the server sent it. */
const AS_SENT = {getTypeParser: () => (value: string) => value};

/** Uses a connection until `use` is done. Answers whether it was: false when the server was killed meanwhile. */
export async function untilKilled(port: number, use: (ask: Ask) => Promise<void>): Promise<boolean> {
  const client = new pg.Client({host: '127.0.0.1', port, user: 'tester', database: 'millrace'});
  // A killed server ends connections at any time; the statement in progress reports it.
  client.on('error', () => {});
  try {
    await client.connect();
    await use(async (text, name): Promise<readonly Row[]> => {
      const {rows} = await client.query<string[]>({text, rowMode: 'array', types: AS_SENT, ...(name === undefined ? {} : {name})});
      return rows;
    });
    return true;
  } catch (error) {
    if (isLostConnection(error)) return false;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

function isLostConnection(error: unknown): boolean {
  const {code, message} = error as {code?: unknown; message?: unknown};
  return (
    code === 'ECONNRESET' || code === 'ECONNREFUSED' || code === 'EPIPE' || /^Connection terminated|connection error/.test(String(message))
  );
}
