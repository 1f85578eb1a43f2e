/**
 * Generated source text. Names are generated (`v0`, `v1` …) and values are passed in by position (`K[0]` …), so that nothing a user wrote
 * ever becomes source.
 */
export class SourceWriter {
  #lines: string[] = [];
  #indent = 2;
  #nextName = 0;
  readonly constants: unknown[] = [];

  line(text: string): void {
    this.#lines.push(`${'  '.repeat(this.#indent)}${text}`);
  }

  /** `head { … }`; what `body` writes goes inside. */
  block(head: string, body: () => void): void {
    this.line(`${head} {`);
    this.#indent++;
    body();
    this.#indent--;
    this.line('}');
  }

  name(prefix = 'v'): string {
    return `${prefix}${this.#nextName++}`;
  }

  /** The expression for a value that is passed in. */
  constant(value: unknown): string {
    // -0 is not 0.
    let index = this.constants.findIndex(known => Object.is(known, value));
    if (index < 0) index = this.constants.push(value) - 1;
    return `k${index}`;
  }

  /** Runs `body` and returns what it wrote instead of keeping it, with `body`'s result. */
  capture<R>(body: () => R): {readonly lines: readonly string[]; readonly result: R} {
    const kept = this.#lines;
    this.#lines = [];
    try {
      const result = body();
      return {lines: this.#lines, result};
    } finally {
      this.#lines = kept;
    }
  }

  append(lines: readonly string[]): void {
    this.#lines.push(...lines);
  }

  text(): string {
    return this.#lines.join('\n');
  }
}
