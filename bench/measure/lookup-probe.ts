import type pg from 'pg';

/** Asks one prepared question after the other until it is told to stop; wall latencies in ms. */
export class LookupProbe {
  readonly latencies: number[] = [];
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(client: pg.Client, text: string, parameter: () => unknown) {
    this.#done = this.#run(client, text, parameter);
  }

  async #run(client: pg.Client, text: string, parameter: () => unknown): Promise<void> {
    while (!this.#stopped) {
      const from = performance.now();
      await client.query({name: 'probe', text, values: [parameter()]});
      this.latencies.push(performance.now() - from);
    }
  }

  async stop(): Promise<readonly number[]> {
    this.#stopped = true;
    await this.#done;
    return this.latencies;
  }
}
