export type Endpoint = {readonly host: string; readonly port: number};

export function formatEndpoint({host, port}: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
