import {readFileSync} from 'node:fs';
import {ConnectionFailure} from './connection-failure.ts';
import {formatReport, lineOf} from './format-report.ts';
import {formatTable} from './format-table.ts';
import {splitStatements} from './split-statements.ts';
import {SqlClient, type QueryListener, type ResultField, type SqlClientOptions} from './sql-client.ts';

/** `-c SQL`, sent as one Query; `-f FILE`, statement by statement; '-' is standard input. */
export type SqlInput = {readonly kind: 'command'; readonly sql: string} | {readonly kind: 'file'; readonly path: string};

export type RunSqlOptions = SqlClientOptions & {
  /** Worked off in order. */
  readonly inputs: readonly SqlInput[];
  readonly stdout: {write(text: string | Uint8Array): unknown};
  readonly stderr: {write(text: string): unknown};
  /** Aborting it (Ctrl-C) cancels the running statement; its error then ends the run. */
  readonly signal?: AbortSignal | undefined;
};

export const EXIT = {ok: 0, badInput: 1, connectionFailure: 2, sqlError: 3} as const;

/** Types that psql aligns to the right: int8, int2, int4, oid, xid, cid, float4, float8, money, numeric. */
const RIGHT_ALIGNED = new Set([20, 21, 23, 26, 28, 29, 700, 701, 790, 1700]);
/** Commands whose tag is shown below the rows that they returned. */
const TAG_WITH_ROWS = /^(?:INSERT|UPDATE|DELETE|MERGE)\b/;

/** `millrace sql`: runs statements and prints what they yield as psql does. Stops at the first error. Returns the exit code (`EXIT`). */
export async function runSql(options: RunSqlOptions): Promise<number> {
  const {stderr} = options;
  let client: SqlClient | undefined;
  const cancel = (): void => void client?.cancel().catch(() => {});
  try {
    const scripts = options.inputs.map(readInput);
    client = await SqlClient.connect(options, {notice: report => stderr.write(formatReport(report, ''))});
    options.signal?.addEventListener('abort', cancel);
    for (const {sql, line, file} of scripts.flat()) if (!(await runOne(client, sql, line, file, options))) return EXIT.sqlError;
    return EXIT.ok;
  } catch (error) {
    stderr.write(`millrace: error: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof ConnectionFailure ? EXIT.connectionFailure : EXIT.badInput;
  } finally {
    options.signal?.removeEventListener('abort', cancel);
    client?.close();
  }
}

type Piece = {readonly sql: string; readonly line: number; readonly file: string | undefined};

function readInput(input: SqlInput): Piece[] {
  if (input.kind === 'command') return [{sql: input.sql, line: 1, file: undefined}];
  const script = readFileSync(input.path === '-' ? 0 : input.path, 'utf8').replace(/^\ufeff/, '');
  return splitStatements(script).map(({sql, line}) => ({sql, line, file: input.path === '-' ? '<stdin>' : input.path}));
}

/** False when the statement failed. */
async function runOne(client: SqlClient, sql: string, line: number, file: string | undefined, options: RunSqlOptions): Promise<boolean> {
  const {stdout, stderr} = options;
  let succeeded = true;
  let fields: readonly ResultField[] | undefined;
  let copied = false;
  let rows: (readonly (string | null)[])[] = [];
  const place = (position: number | undefined): string =>
    file === undefined ? '' : `${file}:${line + (position === undefined ? 0 : lineOf(sql, position) - 1)}: `;
  const listener: QueryListener = {
    fields(described) {
      fields = described;
      rows = [];
    },
    row: values => rows.push(values),
    complete(tag) {
      if (fields !== undefined) stdout.write(formatTable(columnsOf(fields), rows));
      if ((fields === undefined && !copied) || TAG_WITH_ROWS.test(tag)) stdout.write(`${tag}\n`);
      fields = undefined;
      copied = false;
    },
    notice: report => stderr.write(place(report.position) + formatReport(report, sql)),
    error(report) {
      succeeded = false;
      stderr.write(place(report.position) + formatReport(report, sql));
    },
    copyData(bytes) {
      copied = true;
      stdout.write(bytes);
    },
  };
  await client.query(sql, listener);
  return succeeded;
}

const columnsOf = (fields: readonly ResultField[]): Parameters<typeof formatTable>[0] =>
  fields.map(({name, typeOid}) => ({name, align: RIGHT_ALIGNED.has(typeOid) ? 'right' : 'left'}));
