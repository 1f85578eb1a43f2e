import {toSqlError} from '../../src/common/sql-error.ts';
import type {InlineEngine} from '../../src/engine/testing/inline-engine.ts';
import type {InlineSession} from '../../src/engine/testing/inline-session.ts';
import type {SltRecord} from './parse-slt.ts';

/** What happens to the engine after each statement; it returns the engine that goes on. */
export type Disturbance = (engine: InlineEngine) => Promise<InlineEngine>;

/** Runs a file against an engine; throws at the first entry that does not do what it says. Returns the engine that is left. */
export async function runSlt(records: readonly SltRecord[], start: InlineEngine, disturb: Disturbance): Promise<InlineEngine> {
  let engine = start;
  let session = engine.session();
  for (const record of records) {
    await runRecord(record, session);
    const next = await disturb(engine);
    if (next === engine) continue;
    engine = next;
    session = engine.session();
  }
  return engine;
}

async function runRecord(record: SltRecord, session: InlineSession): Promise<void> {
  const fail = (message: string): never => {
    throw new Error(`line ${record.line}: ${message}\n${record.sql}`);
  };
  if (record.kind === 'statement') {
    const error = await session.all(record.sql).then(
      () => undefined,
      (e: unknown) => toSqlError(e),
    );
    if (record.expects === 'ok') {
      if (error !== undefined) fail(`${error.code}: ${error.message}`);
    } else if (error === undefined) fail(`succeeded instead of failing with ${record.expects.error}`);
    else if (error.code !== record.expects.error) fail(`failed with ${error.code} (${error.message}) instead of ${record.expects.error}`);
    return;
  }
  const found = await session.rows(record.sql).catch((e: unknown) => fail(`${toSqlError(e).code}: ${toSqlError(e).message}`));
  if (found.some(row => row.length !== record.columns)) fail(`${found[0]?.length ?? 0} columns instead of ${record.columns}`);
  const rows = record.sort === 'valuesort' ? found.flat().map(cell => [cell]) : found;
  const lines = rows.map(row => row.map(shown).join(' ').replaceAll(/\s+/g, ' ').trim());
  const expected = [...record.rows];
  if (record.sort !== 'nosort') {
    lines.sort();
    expected.sort();
  }
  if (lines.join('\n') !== expected.join('\n')) fail(`expected\n${expected.join('\n')}\nfound\n${lines.join('\n')}`);
}

const shown = (cell: string | null) => (cell === null ? 'NULL' : cell === '' ? '(empty)' : cell);
