import path from 'node:path';
import pg from 'pg';
import {readRecording, type RecordedStatement} from './recording.ts';

/** A statement that PostgreSQL answered and this server refused. */
export type Refusal = {readonly number: number; readonly sql: string; readonly code: string; readonly message: string};
export type Replay = {readonly client: string; readonly sent: number; readonly refused: readonly Refusal[]};

/**
 * Sends what a recorded client sent, each connection on one of its own, parameters in their formats. An error that follows from an earlier
 * one (an aborted block, a cursor that is not there) counts once: the block is ended and the next statement goes on.
 */
export async function replay(port: number, folder: string, name: string): Promise<Replay> {
  const refused: Refusal[] = [];
  let sent = 0;
  const clients = new Map<number, pg.Client>();
  const statements = readRecording(path.join(folder, name)).filter(isReplayed);
  try {
    for (const statement of statements) {
      const client = clients.get(statement.connection) ?? (await connect(port));
      clients.set(statement.connection, client);
      sent++;
      try {
        await send(client, statement);
      } catch (error) {
        const {code = 'connection', message} = error as {code?: string; message: string};
        if (!statement.failed) refused.push({number: statement.number, sql: statement.sql, code, message});
        if (/transaction is aborted/.test(message)) refused.pop();
        await client.query('ROLLBACK');
      }
    }
  } finally {
    await Promise.all(Array.from(clients.values(), client => client.end().catch(() => {})));
  }
  return {client: name.replace(/\.sql$/, ''), sent, refused};
}

/** Left out: COPY (its data were not recorded), waiting on purpose, and what only other servers have. */
function isReplayed({sql, special}: RecordedStatement): boolean {
  return sql !== '' && !special && !/pg_sleep|^\s*copy\b|pg_terminate_backend|pg_cancel_backend/i.test(sql);
}

async function connect(port: number): Promise<pg.Client> {
  const client = new pg.Client({host: '127.0.0.1', port, user: 'app', database: 'streamdb', query_timeout: 20_000});
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function send(client: pg.Client, {sql, extended, parameters, parameterTypes}: RecordedStatement): Promise<void> {
  if (!extended) {
    await client.query(sql);
    return;
  }
  const values = parameters.map(p => (p === null || typeof p === 'string' ? p : Buffer.from(p.hex, 'hex')));
  // node-postgres hands `types` to Parse and asks it for parsers of the result.
  const types = Object.assign([...parameterTypes], {getTypeParser: () => (value: unknown) => value});
  await client.query({text: sql, values, types, queryMode: 'extended'} as pg.QueryConfig);
}
