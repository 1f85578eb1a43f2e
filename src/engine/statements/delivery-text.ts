import type {DeliveryStatus} from '../dataflow/status.ts';

const count = (n: number, one: string): string => `${n} ${n === 1 ? one : `${one}s`}`;

/** What SHOW STATUS says of a sink that delivers its rows. */
export function deliveryText(sink: DeliveryStatus, name: string): {readonly state: string; readonly message: string} {
  const {rows, finishedFiles, finishedRows, stopped, problem, lost, notServed, obstacle, errors, firstError, late} = sink;
  const parts = [`${count(finishedRows, 'row')} in ${count(finishedFiles, 'finished file')}, ${rows - finishedRows} in progress`];
  if (errors > 0) parts.push(`${count(errors, 'error')} in "${name}$errors": ${firstError ?? ''}`);
  if (late > 0) parts.push(`${count(late, 'row')} in "${name}$late"`);
  const trouble = [stopped ?? notServed, obstacle, problem, lost].filter(text => text !== undefined);
  const state = stopped !== undefined ? 'stopped' : problem !== undefined ? 'waiting' : sink.state === 'hydrating' ? sink.state : 'running';
  return {state, message: [...trouble, ...parts].join('; ')};
}
