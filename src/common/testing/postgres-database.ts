import pg from 'pg';
import {freshPostgres} from './fresh-postgres.ts';

export type TextRow = readonly (string | null)[];

/** An empty database of PostgreSQL's own. Values come back as the text that they are sent as. */
export interface PostgresDatabase {
  exec(sql: string): Promise<void>;
  query(sql: string, parameters: readonly unknown[]): Promise<void>;
  textRows(sql: string): Promise<TextRow[]>;
  close(): Promise<void>;
}

/** In the server that MILLRACE_TEST_POSTGRES names (a connection string), else in PGlite, which large amounts of rows take longer in. */
export function openPostgresDatabase(): Promise<PostgresDatabase> {
  const url = process.env['MILLRACE_TEST_POSTGRES'];
  return url === undefined ? inProcess() : onServer(url);
}

async function inProcess(): Promise<PostgresDatabase> {
  const db = await freshPostgres();
  return {
    exec: async sql => void (await db.exec(sql)),
    query: async (sql, parameters) => void (await db.query(sql, [...parameters])),
    textRows: async sql => {
      const {resultFields} = await db.describeQuery(sql);
      const parsers = Object.fromEntries(resultFields.map(({dataTypeID}) => [dataTypeID, (value: string) => value]));
      return (await db.query<(string | null)[]>(sql, [], {rowMode: 'array', parsers})).rows;
    },
    close: () => db.close(),
  };
}

const asText = {getTypeParser: () => (value: string) => value};
let count = 0;

async function onServer(url: string): Promise<PostgresDatabase> {
  const name = `millrace_${process.pid}_${++count}`;
  const server = new pg.Client({connectionString: url});
  await server.connect();
  await server.query(`CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const client = new pg.Client({connectionString: own.href});
  await client.connect();
  return {
    exec: async sql => void (await client.query(sql)),
    query: async (sql, parameters) => void (await client.query(sql, [...parameters])),
    textRows: async text => (await client.query<(string | null)[]>({text, rowMode: 'array', types: asText})).rows,
    close: async () => {
      await client.end();
      await server.query(`DROP DATABASE ${name}`);
      await server.end();
    },
  };
}
