import net from 'node:net';

const START_UP = Buffer.from('\0\0\0\x23\0\x03\0\0user\0bench\0database\0bench\0\0', 'latin1');
const READY = 0x5a;
const DATA_ROW = 0x44;
const ERROR = 0x45;

/** A client that only counts: it reads answers without making anything of them, so that the server is what is measured. */
export class RawReader {
  rows = 0;
  bytes = 0;
  readonly socket: net.Socket;
  /** Bytes of the message at hand that are still to come, and what has come of the next one's head. */
  #skip = 0;
  #head = Buffer.alloc(0);
  #ready: () => void = () => {};
  #failed: (error: Error) => void = () => {};

  private constructor(socket: net.Socket) {
    this.socket = socket;
    socket.on('data', chunk => this.#read(chunk));
    socket.on('error', error => this.#failed(error));
  }

  static async connect(port: number): Promise<RawReader> {
    const reader = new RawReader(net.connect(port, '127.0.0.1'));
    const ready = reader.#untilReady();
    reader.socket.write(START_UP);
    await ready;
    return reader;
  }

  /** Sends a query by the extended protocol; resolves when all of its answer has come. `format` 0 = text, 1 = binary. */
  async query(sql: string, format: 0 | 1): Promise<void> {
    this.rows = this.bytes = 0;
    const ready = this.#untilReady();
    const bind = Buffer.from(`\0\0\0\0\0\0\0\x01\0${format === 1 ? '\x01' : '\0'}`, 'latin1');
    this.socket.write(
      Buffer.concat([
        message('P', Buffer.from(`\0${sql}\0\0\0`, 'latin1')),
        message('B', bind),
        message('E', Buffer.alloc(5)),
        message('S', Buffer.alloc(0)),
      ]),
    );
    await ready;
  }

  #untilReady(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#ready = resolve;
      this.#failed = reject;
    });
  }

  #read(chunk: Buffer): void {
    this.bytes += chunk.length;
    let at = Math.min(this.#skip, chunk.length);
    this.#skip -= at;
    if (this.#head.length > 0) {
      chunk = Buffer.concat([this.#head, chunk.subarray(at)]);
      at = 0;
    }
    while (this.#skip === 0 && at + 5 <= chunk.length) {
      const type = chunk[at]!;
      const end = at + 1 + chunk.readInt32BE(at + 1);
      if (type === DATA_ROW) this.rows++;
      if (type === ERROR) this.#failed(new Error(chunk.toString('latin1', at + 5, end)));
      if (type === READY) this.#ready();
      this.#skip = Math.max(0, end - chunk.length);
      at = Math.min(end, chunk.length);
    }
    this.#head = Buffer.from(chunk.subarray(at));
  }
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
