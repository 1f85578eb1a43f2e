import net from 'node:net';
import tls from 'node:tls';
import type {Endpoint} from './endpoint.ts';
import type {FrameReader} from './frame-reader.ts';
import type {TlsOptions} from './security.ts';

type OpenSocketArgs = {
  readonly endpoint: Endpoint;
  readonly tls: TlsOptions | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly frames: FrameReader;
  /** Bytes have been handed to `frames`. */
  readonly onProgress: () => void;
  /** The stream is not Kafka's protocol. */
  readonly onBroken: (error: unknown) => void;
};

/** Opens a TCP or TLS socket whose bytes go straight into `frames`. Rejects with the socket's error. */
export function openSocket({
  endpoint,
  tls: security,
  timeoutMs,
  signal,
  frames,
  onProgress,
  onBroken,
}: OpenSocketArgs): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const onread = {
      // A function: Node asks for the next target after every read.
      buffer: () => frames.target(),
      callback: (count: number): boolean => {
        try {
          frames.received(count);
        } catch (error) {
          onBroken(error);
          return false;
        }
        onProgress();
        return true;
      },
    };
    const base = {host: endpoint.host, port: endpoint.port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000, onread};
    const socket = security === undefined ? net.connect(base) : tls.connect({...base, ...secureOptions(endpoint, security)});
    const timer = setTimeout(() => socket.destroy(new Error(`no connection within ${timeoutMs} ms`)), timeoutMs);
    const onAbort = (): void => void socket.destroy(new Error('the connection was closed'));
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.removeListener('error', settle);
      socket.removeListener('close', onClose);
      if (error === undefined) resolve(socket);
      else reject(error);
    };
    const onClose = (): void => settle(new Error('the connection was closed'));
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener('abort', onAbort);
    socket.once('error', settle);
    socket.once('close', onClose);
    socket.once(security === undefined ? 'connect' : 'secureConnect', () => settle());
  });
}

function secureOptions(endpoint: Endpoint, security: TlsOptions): tls.ConnectionOptions {
  return {
    ...(security.ca === undefined ? {} : {ca: security.ca}),
    ...(security.cert === undefined ? {} : {cert: security.cert}),
    ...(security.key === undefined ? {} : {key: security.key}),
    ...(security.passphrase === undefined ? {} : {passphrase: security.passphrase}),
    ...(net.isIP(endpoint.host) === 0 ? {servername: endpoint.host} : {}),
    ...(security.checkHostname ? {} : {checkServerIdentity: () => undefined}),
  };
}
