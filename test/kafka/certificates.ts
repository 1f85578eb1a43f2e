import {execFile} from 'node:child_process';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);

/** PEM files of a throw-away authority, a broker certificate for 127.0.0.1 and a client certificate. */
export type TestCertificates = {
  readonly caFile: string;
  readonly brokerPemFile: string;
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
};

/** Makes them with openssl in `folder`; valid for a day. */
export async function makeCertificates(folder: string): Promise<TestCertificates> {
  const at = (name: string): string => path.join(folder, name);
  const openssl = (...args: string[]): Promise<unknown> => run('openssl', args, {cwd: folder});
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '1', '-subj', '/CN=Millrace test authority');
  await writeFile(at('broker.ext'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  for (const name of ['broker', 'client']) {
    await openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const extensions = name === 'broker' ? ['-extfile', 'broker.ext'] : [];
    const sign = ['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1'];
    await openssl(...sign, '-out', `${name}.pem`, ...extensions);
  }
  // Kafka's PEM key store wants PKCS#8 key and certificate chain in one file.
  const {stdout: key} = await run('openssl', ['pkcs8', '-topk8', '-nocrypt', '-in', 'broker.key'], {cwd: folder});
  const {stdout: certificate} = await run('openssl', ['x509', '-in', 'broker.pem'], {cwd: folder});
  await writeFile(at('broker-store.pem'), key + certificate);
  return {caFile: at('ca.pem'), brokerPemFile: at('broker-store.pem'), clientCertFile: at('client.pem'), clientKeyFile: at('client.key')};
}
