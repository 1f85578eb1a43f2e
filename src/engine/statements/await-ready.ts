import {setTimeout as sleep} from 'node:timers/promises';
import type {DataflowStatus} from '../dataflow/status.ts';
import type {EngineServices} from '../services.ts';

const LONGEST_WAIT_MS = 10_000;
const POLL_MS = 10;

/**
 * Waits a while for views that are still catching up, so that a script may create one view over the other. Those that take longer are
 * refused by the dataflow side.
 */
export async function awaitReady(relations: readonly number[], {dataflow}: EngineServices): Promise<void> {
  for (const deadline = Date.now() + LONGEST_WAIT_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const {views} = (await dataflow.send({kind: 'status', session: 0})).data as DataflowStatus;
    if (!views.some(v => relations.includes(v.relation) && v.state === 'hydrating' && v.obstacle === undefined)) return;
  }
}
