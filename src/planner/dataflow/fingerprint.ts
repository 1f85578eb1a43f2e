import type {DataflowPlan} from './dataflow-plan.ts';

const cache = new WeakMap<DataflowPlan, string>();

/** A text that is the same for subtrees that compute the same, over restarts too: nodes with equal fingerprints are shared. */
export function fingerprint(plan: DataflowPlan): string {
  const known = cache.get(plan);
  if (known !== undefined) return known;
  const text = canonical(plan);
  cache.set(plan, text);
  return text;
}

function canonical(value: unknown): string {
  if (value === undefined) return 'null';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0';
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, v]) => v !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${fields.map(([k, v]) => `${k}:${canonical(v)}`).join(',')}}`;
}
