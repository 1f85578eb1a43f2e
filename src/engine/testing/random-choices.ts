/** A relation as it is written in FROM, for Millrace and for PostgreSQL, with its columns and the relations that it reads. */
export type Relation = {
  readonly own: string;
  readonly postgres: string;
  readonly columns: readonly Column[];
  readonly streams: readonly string[];
};
export type Column = {
  readonly name: string;
  readonly type: 'int' | 'time' | 'text';
  readonly window?: 'start' | 'end' | undefined;
  /** Tells the records of all streams apart. */
  readonly identity?: boolean | undefined;
};

export const seconds = (n: number): string => `INTERVAL '${n} seconds'`;

/** What random queries are made with. */
export abstract class RandomChoices {
  protected readonly below: (n: number) => number;
  #names = 0;

  /** `below`: gives an integer in [0, n). */
  constructor(below: (n: number) => number) {
    this.below = below;
  }

  /** An order of all columns: the same rows come first wherever it is asked for. */
  protected order(input: Relation, alias: string): string {
    const columns = [...input.columns];
    const first = columns.splice(this.below(columns.length), 1);
    return [...first, ...columns].map(c => `${alias}.${c.name}${this.direction()}`).join(', ');
  }

  protected direction(): string {
    return this.pick(['', ' DESC', ' NULLS FIRST', ' DESC NULLS LAST']);
  }

  protected over(input: Relation, make: (from: string) => string, columns: readonly Column[]): Relation {
    return {own: make(input.own), postgres: make(input.postgres), columns, streams: input.streams};
  }

  protected renamed(columns: readonly Column[], same = true): {readonly from: Column; readonly to: Column}[] {
    return columns.map(from => ({from, to: {...from, name: this.column(), identity: same && from.identity}}));
  }

  protected column(): string {
    return `c${this.#names++}`;
  }

  protected alias(): string {
    return `q${this.#names++}`;
  }

  protected chance(p: number): boolean {
    return this.below(1000) < p * 1000;
  }

  protected pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}
