import {openPostgresDatabase, type PostgresDatabase} from '../../src/common/testing/postgres-database.ts';
import {selectOf} from '../../bench/nexmark/statements.ts';
import type {Row} from '../server/query.ts';
import {postgresText} from './postgres-text.ts';

/** PostgreSQL has these by other names. */
const FUNCTIONS = `
CREATE FUNCTION date_format(t timestamp, pattern text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT to_char(t, CASE pattern WHEN 'yyyy-MM-dd' THEN 'YYYY-MM-DD' WHEN 'HH:mm' THEN 'HH24:MI' END) $$;
CREATE FUNCTION hour(t timestamp) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT extract(hour FROM t)::int $$;
CREATE FUNCTION count_char(t text, c text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT length(t) - length(replace(t, c, '')) $$;
CREATE FUNCTION split_index(t text, delimiter text, n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT (string_to_array(t, delimiter))[n + 1] $$;
CREATE FUNCTION regexp_extract(t text, pattern text, n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT (regexp_match(t, pattern))[n] $$;
`;

const KINDS = ['person', 'auction', 'bid'] as const;
const COLUMNS: Readonly<Record<(typeof KINDS)[number], string>> = {
  person: 'id bigint, name text, "emailAddress" text, "creditCard" text, city text, state text, "dateTime" timestamp, extra text',
  auction:
    'id bigint, "itemName" text, description text, "initialBid" bigint, reserve bigint, "dateTime" timestamp, expires timestamp, seller bigint, category bigint, extra text',
  bid: 'auction bigint, bidder bigint, price bigint, channel text, url text, "dateTime" timestamp, extra text',
};
const namesOf = (kind: (typeof KINDS)[number]): string => COLUMNS[kind].replaceAll(/ (bigint|text|timestamp)/g, '');

/** Every event with its number; the views leave out those that are `late`, hopping windows those that came too late for them. */
const TABLES = `
CREATE TABLE late (n int);
CREATE TABLE late_windows (n int, window_start timestamp);
${KINDS.map(
  kind => `CREATE TABLE ${kind}_all (n int, ${COLUMNS[kind]});
CREATE VIEW ${kind} AS SELECT ${namesOf(kind)} FROM ${kind}_all WHERE n NOT IN (SELECT n FROM late);`,
).join('\n')}
CREATE TABLE side_input (key bigint PRIMARY KEY, value text);
INSERT INTO side_input SELECT i, i::text FROM generate_series(0, 9999) AS i;
`;
const LOAD_RECORDS = 5000;

/** The same events in PostgreSQL: tables grow as the topic does, every query is asked over what they hold. */
export class PostgresNexmark {
  readonly #pg: PostgresDatabase;
  #events = 0;

  private constructor(pg: PostgresDatabase) {
    this.#pg = pg;
  }

  static async start(): Promise<PostgresNexmark> {
    const pg = await openPostgresDatabase();
    await pg.exec(FUNCTIONS + TABLES);
    return new PostgresNexmark(pg);
  }

  async append(events: readonly Uint8Array[]): Promise<void> {
    for (let from = 0; from < events.length; from += LOAD_RECORDS) {
      const texts = events.slice(from, from + LOAD_RECORDS).map(e => Buffer.from(e).toString());
      for (const [type, kind] of KINDS.entries()) {
        const records = texts.flatMap((text, i) =>
          text.startsWith(`{"event_type":${type}`) ? [`{"n":${this.#events + i},${text.slice(1)}`] : [],
        );
        await this.#pg.query(
          `INSERT INTO ${kind}_all SELECT (e ->> 'n')::int, ${namesOf(kind)
            .split(', ')
            .map(name => `r.${name}`)
            .join(', ')}
           FROM json_array_elements($1::json) AS e, json_populate_record(NULL::${kind}, e -> '${kind}') AS r`,
          [`[${records.join(',')}]`],
        );
      }
      this.#events += texts.length;
    }
    await this.#pg.exec('ANALYZE');
  }

  /** From here on these events, by their numbers, count for nothing. */
  async leaveOut(late: readonly number[]): Promise<void> {
    await this.#pg.exec('TRUNCATE late');
    await this.#pg.query('INSERT INTO late SELECT unnest($1::int[])', [late]);
  }

  /** From here on these events, by their numbers, are in no hopping window with these starts. */
  async leaveOutOfWindows(events: readonly number[], starts: readonly string[]): Promise<void> {
    await this.#pg.query('INSERT INTO late_windows SELECT * FROM unnest($1::int[], $2::timestamp[])', [events, starts]);
  }

  /** The rows of a query, as text; of `sql` instead of the query's own text if it is given. */
  rows(query: string, sql: string = postgresText(selectOf(query))): Promise<Row[]> {
    return this.#pg.textRows(sql);
  }

  close(): Promise<void> {
    return this.#pg.close();
  }
}
