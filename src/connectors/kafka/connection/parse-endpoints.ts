import type {Endpoint} from './endpoint.ts';

const DEFAULT_PORT = 9092;

/** `host:port,[::1]:port,host` → endpoints; the port defaults to 9092. Throws RangeError that names the broken part. */
export function parseEndpoints(text: string): Endpoint[] {
  const parts = text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '');
  if (parts.length === 0) throw new RangeError('no broker address');
  return parts.map(part => {
    const match = /^(?:[A-Z_]+:\/\/)?(?:\[([0-9a-fA-F:]+)\]|([^:/\s]+))(?::(\d+))?$/.exec(part);
    const host = match?.[1] ?? match?.[2];
    const port = Number(match?.[3] ?? DEFAULT_PORT);
    if (host === undefined || port < 1 || port > 65535) throw new RangeError(`"${part}" is no broker address of the form host:port`);
    return {host, port};
  });
}
