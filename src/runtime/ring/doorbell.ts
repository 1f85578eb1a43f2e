/**
 * Wakes one sleeping thread that listens to several queues: whoever fills a queue rings afterwards; the sleeper reads the count, looks at
 * its queues, and sleeps only while the count is unchanged, so that no ring is missed.
 */
export class Doorbell {
  readonly #word: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.#word = new Int32Array(buffer);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(8);
  }

  /** The count to give to `sleep`/`heard`; read it before looking at the queues. */
  get count(): number {
    return Atomics.load(this.#word, 0);
  }

  ring(): void {
    Atomics.add(this.#word, 0, 1);
    if (Atomics.load(this.#word, 1) > 0) Atomics.notify(this.#word, 0);
  }

  /** Blocks the thread until rung after `count` was read, at most `timeout` ms. */
  sleep(count: number, timeout: number): void {
    Atomics.add(this.#word, 1, 1);
    Atomics.wait(this.#word, 0, count, timeout);
    Atomics.sub(this.#word, 1, 1);
  }

  /** The same for a thread with an event loop. Without a timeout: each would leave a timer behind, thousands of them under load. */
  async heard(count: number): Promise<void> {
    Atomics.add(this.#word, 1, 1);
    const wait = Atomics.waitAsync(this.#word, 0, count);
    if (wait.async) await wait.value;
    Atomics.sub(this.#word, 1, 1);
  }
}
