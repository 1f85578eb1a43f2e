import {freshPostgres} from '../../common/testing/fresh-postgres.ts';
import pg from 'pg';

/** What PostgreSQL made of an expression: its text (null for NULL), or the SQLSTATE and message. */
export type Answer = {readonly text: string | null} | {readonly code: string; readonly message: string};

/**
 * Real PostgreSQL as an oracle: PGlite, or the server that the environment variable MILLRACE_TEST_POSTGRES names (a connection string).
 * Sessions run in UTC with ISO dates.
 */
export interface PostgresOracle {
  readonly version: number;
  /** Evaluates each SQL expression by itself, so that one error does not spoil the batch; in the session time zone given. */
  ask(expressions: readonly string[], timeZone?: string): Promise<Answer[]>;
  /** Runs one query and returns its first column, which must be text. */
  column(sql: string): Promise<(string | null)[]>;
  close(): Promise<void>;
}

const SETUP = `
CREATE OR REPLACE FUNCTION pg_temp.answer(e text, OUT t text, OUT c text, OUT m text) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE 'SELECT (' || e || ')::text' INTO t;
EXCEPTION WHEN OTHERS THEN
  c := SQLSTATE; m := SQLERRM;
END $$`;
const ASK = `SELECT a.t, a.c, a.m FROM unnest($1::text[]) WITH ORDINALITY AS q(e, n), LATERAL pg_temp.answer(q.e) AS a ORDER BY q.n`;

type AnswerRow = {readonly t: string | null; readonly c: string | null; readonly m: string | null};

export async function startOracle(): Promise<PostgresOracle> {
  const run = await connect();
  await run.query(SETUP, []);
  const [row] = await run.query(`SELECT current_setting('server_version_num') AS v`, []);
  return {
    version: Math.floor(Number(row?.['v']) / 10000),
    async ask(expressions, timeZone = 'UTC') {
      await run.query(`SELECT set_config('TimeZone', $1, false)`, [timeZone]);
      const rows = (await run.query(ASK, [expressions])) as AnswerRow[];
      return rows.map(({t, c, m}) => (c === null ? {text: t} : {code: c, message: m ?? ''}));
    },
    async column(sql) {
      const rows = await run.query(sql, []);
      return rows.map(r => {
        const value = Object.values(r)[0];
        return typeof value === 'string' ? value : null;
      });
    },
    close: run.close,
  };
}

type Connection = {
  readonly query: (sql: string, parameters: readonly unknown[]) => Promise<Record<string, unknown>[]>;
  readonly close: () => Promise<void>;
};

async function connect(): Promise<Connection> {
  const url = process.env['MILLRACE_TEST_POSTGRES'];
  if (url === undefined) {
    const db = await freshPostgres();
    return {
      query: async (sql, parameters) => (await db.query<Record<string, unknown>>(sql, [...parameters])).rows,
      close: () => db.close(),
    };
  }
  const client = new pg.Client({connectionString: url});
  await client.connect();
  return {
    query: async (sql, parameters) => ((await client.query(sql, [...parameters])).rows ?? []) as Record<string, unknown>[],
    close: () => client.end(),
  };
}

/** A SQL string literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Runs our side and words its outcome like an oracle's answer. */
export function outcome(run: () => string | null): Answer {
  try {
    return {text: run()};
  } catch (error) {
    const {code, message} = error as {code?: string; message: string};
    if (code === undefined) throw error;
    return {code, message};
  }
}

/** [SQL expression, our way to the same text] */
export type Case = readonly [sql: string, ours: () => string | null];

/** Asks for all cases in one batch and lists those where the two sides differ. */
export async function differences(oracle: PostgresOracle, cases: readonly Case[], timeZone = 'UTC'): Promise<object[]> {
  const answers = await oracle.ask(
    cases.map(([sql]) => sql),
    timeZone,
  );
  return cases.flatMap(([sql, ours], i) => {
    const mine = outcome(ours);
    const theirs = answers[i];
    return JSON.stringify(mine) === JSON.stringify(theirs) ? [] : [{sql, mine, theirs}];
  });
}
