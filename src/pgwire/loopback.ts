import {lookup} from 'node:dns/promises';
import {BlockList, isIP} from 'node:net';
import {sqlError} from '../common/sql-error.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an IP address (IPv4-mapped IPv6 too) can only be reached from this machine. */
export function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  const version = isIP(plain);
  return version !== 0 && loopback.check(plain, version === 6 ? 'ipv6' : 'ipv4');
}

/**
 * The address to listen on for `host`. Connections are not authenticated, so only this machine's own addresses are accepted.
 * @throws SqlError 28000 for any other host unless `insecure`.
 */
export async function listenAddress(host: string, insecure: boolean): Promise<string> {
  if (insecure) return host;
  const addresses = isIP(host) === 0 ? await lookup(host, {all: true}) : [{address: host}];
  if (addresses.every(({address}) => isLoopback(address)) && addresses[0] !== undefined) return addresses[0].address;
  throw sqlError('invalid_authorization_specification', `refusing to listen on ${host}: every client that reaches it would be trusted`, {
    detail: 'Connections are not authenticated, so anyone in that network could read and change everything.',
    hint: 'Listen on 127.0.0.1 (and reach it from elsewhere through ssh -L or a proxy), or pass --insecure if the network itself is trusted.',
  });
}
