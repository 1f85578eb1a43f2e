import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';

/** A recorded parameter: text, NULL or bytes in hex (`cut` when the recording left some out). */
type RecordedParameter = string | null | {readonly hex: string};

/** A statement as a client sent it, and what PostgreSQL answered. */
export type RecordedStatement = {
  readonly number: number;
  readonly connection: number;
  readonly sql: string;
  readonly extended: boolean;
  readonly parameterTypes: readonly number[];
  readonly parameters: readonly RecordedParameter[];
  /** PostgreSQL refused it as well. */
  readonly failed: boolean;
  /** Not one statement and its answer: COPY data, a suspended portal. */
  readonly special: boolean;
};

type Entry = {
  n: number;
  c?: number;
  proto: string;
  stmt?: string;
  flow?: string;
  ptypes?: number[];
  params?: RecordedParameter[];
  copy?: string;
  sameSqlAs?: number;
  res?: unknown;
};

/** The folder of recordings, or undefined when there is none. */
export function recordingsFolder(): string | undefined {
  const fixtures = process.env['MILLRACE_FIXTURES'];
  return fixtures === undefined ? undefined : path.join(fixtures, 'pg-client-queries');
}

export function recordingNames(folder: string): string[] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.sql') && name !== 'recording-schema.sql')
    .sort();
}

export function readRecording(file: string): RecordedStatement[] {
  const statements: RecordedStatement[] = [];
  const texts = new Map<number, string>();
  /** Parameter types of prepared statements, which later statements execute. */
  const prepared = new Map<string, readonly number[]>();
  let entry: Entry | undefined;
  let lines: string[] = [];
  const end = (): void => {
    if (entry === undefined) return;
    const sql = entry.sameSqlAs === undefined ? lines.join('\n').trimEnd() : (texts.get(entry.sameSqlAs) ?? '');
    texts.set(entry.n, sql);
    const name = `${entry.c ?? 1}/${entry.stmt ?? ''}`;
    if (entry.ptypes !== undefined || entry.flow?.includes('P') === true) prepared.set(name, entry.ptypes ?? []);
    const answer = JSON.stringify(entry.res ?? '');
    statements.push({
      number: entry.n,
      connection: entry.c ?? 1,
      sql,
      extended: entry.proto === 'extended',
      parameterTypes: prepared.get(name) ?? [],
      parameters: entry.params ?? [],
      failed: answer.includes('"err"'),
      special:
        entry.copy !== undefined ||
        (entry.params === undefined && /\$\d/.test(sql)) ||
        answer.includes('…') ||
        (entry.params ?? []).some(isCut),
    });
    entry = undefined;
  };
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.startsWith('--! ')) end();
    else if (line.startsWith('--@ ')) {
      end();
      entry = JSON.parse(line.slice(4)) as Entry;
      lines = [];
    } else lines.push(line);
  }
  end();
  return statements;
}

const isCut = (parameter: RecordedParameter): boolean =>
  parameter !== null && (typeof parameter === 'string' ? parameter : parameter.hex).endsWith('…');
