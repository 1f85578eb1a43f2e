/** Lets one loop sleep until somebody has news for it; news that comes while it works is not lost. */
export class Signal {
  #news = false;
  #wake: (() => void) | undefined;

  notify(): void {
    this.#news = true;
    this.#wake?.();
  }

  /** Resolves at the next (or a missed) `notify`, at the latest after `timeoutMs`. */
  async wait(timeoutMs?: number): Promise<void> {
    if (!this.#news) {
      await new Promise<void>(resolve => {
        const timer = timeoutMs === undefined ? undefined : setTimeout(resolve, timeoutMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#news = false;
  }
}
