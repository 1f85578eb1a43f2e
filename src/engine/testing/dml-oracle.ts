import type {PGlite} from '@electric-sql/pglite';
import type {InlineSession, StatementResult} from './inline-session.ts';

/** What a text answers: tags and rows, or the SQLSTATE (with message and detail) that it fails with. */
export type Answer =
  {readonly results: readonly {readonly tag: string; readonly rows: StatementResult['rows']}[]} | {readonly error: string};

export async function answerOf(session: InlineSession, sql: string): Promise<Answer> {
  try {
    return {results: (await session.all(sql)).map(({tag, rows}) => ({tag, rows}))};
  } catch (error) {
    const {code, message, fields} = error as {code: string; message: string; fields?: {detail?: string}};
    return {error: `${code} ${message} | ${fields?.detail ?? ''}`};
  }
}

/** The same from PostgreSQL. */
export async function oracleAnswer(pg: PGlite, sql: string): Promise<Answer> {
  try {
    const {messages} = await pg.execProtocol(simpleQuery(sql), {throwOnError: true});
    const results: {tag: string; rows: (string | null)[][]}[] = [];
    let rows: (string | null)[][] = [];
    for (const message of messages) {
      if (message.name === 'dataRow') rows.push((message as unknown as {fields: (string | null)[]}).fields.map(text));
      if (message.name !== 'commandComplete') continue;
      results.push({tag: (message as unknown as {text: string}).text, rows});
      rows = [];
    }
    return {results};
  } catch (error) {
    const {code, message, detail} = error as {code: string; message: string; detail?: string};
    await pg.execProtocol(SYNC);
    return {error: `${code} ${message} | ${detail ?? ''}`};
  }
}

const text = (value: unknown): string | null =>
  value === null ? null : value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
const SYNC = Uint8Array.of(0x53, 0, 0, 0, 4);

function simpleQuery(sql: string): Uint8Array {
  const body = Buffer.from(`${sql}\0`);
  const message = Buffer.alloc(5 + body.length);
  message.write('Q');
  message.writeInt32BE(4 + body.length, 1);
  body.copy(message, 5);
  return message;
}
