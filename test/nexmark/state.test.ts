import {expect, test} from 'vitest';
import {statementsOf} from '../../bench/nexmark/statements.ts';
import {InlineEngine} from '../../src/engine/testing/inline-engine.ts';
import type {DataflowStatus} from '../../src/engine/dataflow/status.ts';

/** Events of the shorter run, the longer one has twice as many: both end at the same place in a window of 10 s. 5,000,000 is the full size. */
const EVENTS = Number(process.env['MILLRACE_STATE_EVENTS'] ?? 200_000);
/** What time bounds at 10,000 events a second of event time. */
const QUERIES = ['q4', 'q5', 'q7', 'q8', 'q9', 'q11'];

/** Rows and bytes of state after so many events, what the views hold for their readers left out. */
async function stateAfter(events: number): Promise<Map<string, {rows: number; bytes: number}>> {
  const engine = await InlineEngine.start();
  const session = engine.session();
  const source = `WITH (connector = 'generator', generator = 'nexmark', rate = 0, limit = ${events})`;
  await session.all(statementsOf('schema').replace(/WITH \(connector = 'kafka'[^)]*\)/, source));
  for (const query of QUERIES) await session.all(statementsOf(query));
  const statusNow = async () => (await engine.services.dataflow.send({kind: 'status', session: 0})).data as DataflowStatus;
  for (;;) {
    const {streams, views} = await statusNow();
    if (streams.every(s => s.partitions.every(p => p.nextOffset === events)) && views.every(v => v.state === 'ready')) break;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  const {operators, views} = await statusNow();
  const state = new Map<string, {rows: number; bytes: number}>();
  for (const {relation} of views) {
    const name = engine.services.catalogs.current.relation(relation)!.name;
    // The winning bids of q9 are its result, served from the operator that finds them.
    const own = operators.filter(o => o.relation === relation && !o.label.startsWith('view(') && !o.label.startsWith('first-row'));
    state.set(name, {rows: own.reduce((n, o) => n + o.stateRows, 0), bytes: own.reduce((n, o) => n + o.stateBytes, 0)});
  }
  return state;
}

test(`state that event time bounds is as large after ${2 * EVENTS} events as after ${EVENTS}`, {timeout: 3_600_000}, async () => {
  const [shorter, longer] = [await stateAfter(EVENTS), await stateAfter(2 * EVENTS)];
  const grown = QUERIES.filter(query => {
    const [before, after] = [shorter.get(query)!, longer.get(query)!];
    // Memory is reserved by the page.
    return after.bytes > before.bytes * 1.2 + 512 * 1024 || after.rows > before.rows * 1.2;
  });
  expect({grown, shorter: Object.fromEntries(shorter), longer: Object.fromEntries(longer)}).toMatchObject({grown: []});
});
