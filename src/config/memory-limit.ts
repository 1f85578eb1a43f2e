import os from 'node:os';

const UNITS: Readonly<Record<string, number>> = {b: 1, kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30, tb: 2 ** 40};

/** Bytes that this process may have: the machine's memory, or the limit that was set on its group of processes. */
function availableMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, os.totalmem()) : os.totalmem();
}

/** `2GB`, `512MB`, `70%` of what there is, or `none`; undefined for anything else. */
export function parseMemoryLimit(text: string): number | undefined {
  if (text === 'none') return Infinity;
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(%|[a-z]+)?$/i.exec(text.trim()) ?? [];
  const value = Number(number);
  if (!(value > 0)) return undefined;
  if (unit === '%') return value <= 100 ? Math.floor((availableMemory() * value) / 100) : undefined;
  const factor = UNITS[(unit ?? 'b').toLowerCase()];
  return factor === undefined ? undefined : Math.floor(value * factor);
}
