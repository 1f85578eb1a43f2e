import pg from 'pg';

/** Text of every value as the server sent it: no driver conversion stands between the server and what a test compares. */
const AS_SENT = {getTypeParser: () => (value: string) => value};

export type Row = readonly (string | null)[];

/** Runs statements on a connection of their own; `use` gets a function that answers with rows of text. */
export async function withConnection<T>(port: number, use: (run: (sql: string) => Promise<Row[]>) => Promise<T>): Promise<T> {
  const client = new pg.Client({host: '127.0.0.1', port, user: 'tester', database: 'millrace'});
  // A killed server ends connections at any time; the statement in progress reports it.
  client.on('error', () => {});
  await client.connect();
  try {
    return await use(async sql => (await client.query<string[]>({text: sql, rowMode: 'array', types: AS_SENT})).rows);
  } finally {
    await client.end().catch(() => {});
  }
}

/** One statement on a connection of its own. */
export function query(port: number, sql: string): Promise<Row[]> {
  return withConnection(port, run => run(sql));
}
