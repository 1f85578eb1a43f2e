import {withConnection, type Row} from '../server/query.ts';
import {differenceOf} from './compare-rows.ts';
import type {CrashView} from './crash-views.ts';
import {PARTITIONS, type Frontier, type Produced} from './produced.ts';

/** What one transaction saw. */
export type Sighting = {
  /** One beyond the last record of each partition that the transaction saw, be it a row or an error. */
  readonly frontier: Frontier;
  readonly views: readonly {readonly view: CrashView; readonly rows: readonly Row[]}[];
  /** [partition, offset] of the records among the stream's errors. */
  readonly errors: readonly Row[];
};

/**
 * Reads views and errors of the stream `e` in one transaction. Which prefix of the topic they stand for is taken from the offsets in the
 * view `projection`, which has every record, so that it belongs to the same moment for certain.
 */
export function readViews(port: number, views: readonly CrashView[]): Promise<Sighting> {
  return withConnection(port, async run => {
    await run('BEGIN READ ONLY');
    const read = [];
    for (const view of views) read.push({view, rows: await run(`SELECT ${view.select} FROM ${view.name}`)});
    const errors = await run('SELECT _partition, _offset FROM "e$errors"');
    const last = await run('SELECT p, max(o) FROM projection GROUP BY p');
    await run('COMMIT');
    const frontier = Array.from({length: PARTITIONS}, () => 0);
    for (const [partition, offset] of [...last, ...errors])
      frontier[Number(partition)] = Math.max(frontier[Number(partition)]!, Number(offset) + 1);
    return {frontier, views: read, errors};
  });
}

/** Next offset of each partition of the stream `e`. */
export async function readFrontier(run: (sql: string) => Promise<Row[]>): Promise<Frontier> {
  const rows = await run("SELECT partition, next_offset FROM millrace.frontier WHERE stream = 'e' ORDER BY partition");
  return rows.map(([, next]) => Number(next));
}

/** Everything in which a sighting differs from what the produced records below its frontier mean. */
export function contradictions({frontier, views, errors}: Sighting, produced: Produced): string[] {
  const rows = [...produced.rows(frontier)];
  const found = views.map(({view, rows: actual}) => ({name: view.name, difference: differenceOf(actual, view.expected(rows))}));
  found.push({name: 'e$errors', difference: differenceOf(errors, produced.bad(frontier))});
  return found.flatMap(({name, difference}) => (difference === undefined ? [] : [`${name} at ${frontier.join('/')}: ${difference}`]));
}
