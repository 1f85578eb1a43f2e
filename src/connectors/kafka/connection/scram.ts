import {createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual} from 'node:crypto';
import {promisify} from 'node:util';

const derive = promisify(pbkdf2);
const MIN_ITERATIONS = 4096;
const MAX_ITERATIONS = 1_000_000;

export type ScramHash = 'sha256' | 'sha512';

/** One SCRAM conversation of the client's side (RFC 5802) without channel binding. Errors are plain Errors with a readable reason. */
export class ScramClient {
  readonly #hash: ScramHash;
  readonly #password: string;
  readonly #nonce: string;
  readonly #firstBare: string;
  #serverSignature: Buffer | undefined;

  constructor(hash: ScramHash, username: string, password: string, nonce = randomBytes(24).toString('base64')) {
    this.#hash = hash;
    this.#password = password.normalize('NFKC');
    this.#nonce = nonce;
    const name = username.normalize('NFKC').replaceAll('=', '=3D').replaceAll(',', '=2C');
    this.#firstBare = `n=${name},r=${nonce}`;
  }

  firstMessage(): Buffer {
    return Buffer.from(`n,,${this.#firstBare}`, 'utf8');
  }

  async finalMessage(serverFirst: Buffer): Promise<Buffer> {
    const text = serverFirst.toString('utf8');
    const attributes = parseAttributes(text);
    const nonce = attributes.get('r');
    const salt = attributes.get('s');
    const iterations = Number(attributes.get('i'));
    if (nonce === undefined || salt === undefined) throw new Error('the broker answered SCRAM without nonce or salt');
    if (!nonce.startsWith(this.#nonce) || nonce === this.#nonce) throw new Error('the broker answered SCRAM with a foreign nonce');
    if (!(iterations >= MIN_ITERATIONS && iterations <= MAX_ITERATIONS))
      throw new Error(`the broker asks for ${iterations} SCRAM iterations`);
    const length = this.#hash === 'sha256' ? 32 : 64;
    const salted = await derive(this.#password, Buffer.from(salt, 'base64'), iterations, length, this.#hash);
    const clientKey = this.#hmac(salted, 'Client Key');
    const storedKey = createHash(this.#hash).update(clientKey).digest();
    const withoutProof = `c=biws,r=${nonce}`;
    const authMessage = `${this.#firstBare},${text},${withoutProof}`;
    const signature = this.#hmac(storedKey, authMessage);
    const proof = Buffer.from(clientKey.map((byte, i) => byte ^ signature[i]!));
    this.#serverSignature = this.#hmac(this.#hmac(salted, 'Server Key'), authMessage);
    return Buffer.from(`${withoutProof},p=${proof.toString('base64')}`, 'utf8');
  }

  /** The broker must prove that it knows the password too. */
  verify(serverFinal: Buffer): void {
    const attributes = parseAttributes(serverFinal.toString('utf8'));
    const refusal = attributes.get('e');
    if (refusal !== undefined) throw new Error(`the broker refused: ${refusal}`);
    const proof = Buffer.from(attributes.get('v') ?? '', 'base64');
    const expected = this.#serverSignature;
    if (expected === undefined || proof.length !== expected.length || !timingSafeEqual(proof, expected)) {
      throw new Error('the broker could not prove that it knows the password');
    }
  }

  #hmac(key: Uint8Array, text: string): Buffer {
    return createHmac(this.#hash, key).update(text).digest();
  }
}

function parseAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const part of text.split(',')) if (part[1] === '=') attributes.set(part[0]!, part.slice(2));
  return attributes;
}
