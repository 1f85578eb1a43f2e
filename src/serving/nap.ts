/** How long a query has to wait because its expressions said so (pg_sleep); ms of performance.now. */
export class Nap {
  #until = 0;

  /** One behind the other: a query over three rows that sleeps a second for each takes three. */
  sleep(seconds: number): void {
    if (seconds > 0) this.#until = Math.max(this.#until, performance.now()) + seconds * 1000;
  }

  /** 0 = it may go on. */
  left(): number {
    return this.#until === 0 ? 0 : Math.max(0, this.#until - performance.now());
  }
}
