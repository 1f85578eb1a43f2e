/** Random SELECTs over the tables of the fixture (t, u, w) that PostgreSQL accepts and that cannot fail. */
export class RandomQuery {
  readonly #random: () => number;
  #aliases = 0;

  constructor(seed: number) {
    let state = seed >>> 0 || 1;
    // xorshift32
    this.#random = () => {
      state ^= state << 13;
      state >>>= 0;
      state ^= state >>> 17;
      state ^= state << 5;
      state >>>= 0;
      return state / 2 ** 32;
    };
  }

  query(): string {
    return this.#chance(0.15)
      ? `${this.#select([], 2)} ${this.#pick(['UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT'])} ${this.#select([], 2)}`
      : this.#select([], this.#int(1, 3));
  }

  /** `outer`: integer columns of enclosing queries. Gives `width` integer columns. */
  #select(outer: readonly string[], width: number, depth = 0): string {
    const {sql: from, columns} = this.#from(outer, depth);
    const where = this.#chance(0.7) ? ` WHERE ${this.#condition(columns, outer, depth)}` : '';
    if (this.#chance(0.3)) {
      const key = this.#pick(columns);
      const aggregates = Array.from({length: width}, (_, i) => (i === 0 ? `${key}::int8` : this.#aggregate(columns)));
      const having = this.#chance(0.3) ? ` HAVING ${this.#aggregate(columns)} > ${this.#int(0, 3)}` : '';
      return `SELECT ${aggregates.join(', ')} FROM ${from}${where} GROUP BY ${key}${having}`;
    }
    if (this.#chance(0.15)) return `SELECT ${Array.from({length: width}, () => this.#aggregate(columns)).join(', ')} FROM ${from}${where}`;
    const list = Array.from({length: width}, () => `${this.#value(columns, outer, depth)}::int8`);
    return `SELECT ${this.#chance(0.15) ? 'DISTINCT ' : ''}${list.join(', ')} FROM ${from}${where}`;
  }

  #from(outer: readonly string[], depth: number): {readonly sql: string; readonly columns: readonly string[]} {
    const first = this.#relation(outer, depth);
    if (this.#chance(0.5)) return first;
    const second = this.#relation(outer, depth);
    const columns = [...first.columns, ...second.columns];
    const kind = this.#pick(['JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', ',']);
    if (kind === ',') return {sql: `${first.sql}, ${second.sql}`, columns};
    const equality = `${this.#pick(first.columns)} = ${this.#pick(second.columns)}`;
    const extra = kind !== 'FULL JOIN' && this.#chance(0.3) ? ` AND ${this.#comparison(columns, outer, 9)}` : '';
    return {sql: `${first.sql} ${kind} ${second.sql} ON ${equality}${extra}`, columns};
  }

  #relation(outer: readonly string[], depth: number): {readonly sql: string; readonly columns: readonly string[]} {
    const alias = `q${this.#aliases++}`;
    if (depth < 2 && this.#chance(0.15)) {
      return {sql: `(${this.#select(outer, 2, depth + 1)}) AS ${alias}(x, y)`, columns: [`${alias}.x`, `${alias}.y`]};
    }
    if (depth < 2 && this.#chance(0.1))
      return {sql: `(${this.#ranked(outer, depth + 1)}) AS ${alias}(x, y)`, columns: [`${alias}.x`, `${alias}.y`]};
    const [name, columns] = this.#pick([
      ['t', ['id', 'a']],
      ['u', ['id', 'x']],
      ['w', ['k']],
    ] as const);
    return {sql: `${name} AS ${alias}`, columns: columns.map(c => `${alias}.${c}`)};
  }

  /** A column and a call over a window that does not depend on how ties are broken. */
  #ranked(outer: readonly string[], depth: number): string {
    const {sql: from, columns} = this.#from(outer, depth);
    const where = this.#chance(0.4) ? ` WHERE ${this.#condition(columns, outer, depth)}` : '';
    const call = this.#pick(['rank()', 'dense_rank()', 'count(*)', `sum(${this.#pick(columns)})`]);
    const partition = this.#chance(0.6) ? `PARTITION BY ${this.#pick(columns)} ` : '';
    const order = `ORDER BY ${this.#pick(columns)}${this.#pick(['', ' DESC', ' NULLS FIRST'])}`;
    return `SELECT ${this.#pick(columns)}::int8, (${call} OVER (${partition}${order}))::int8 FROM ${from}${where}`;
  }

  #condition(columns: readonly string[], outer: readonly string[], depth: number): string {
    if (this.#chance(0.3)) {
      const [a, b] = [this.#condition(columns, outer, depth + 1), this.#condition(columns, outer, depth + 1)];
      return `(${a} ${this.#pick(['AND', 'AND', 'OR'])} ${b})`;
    }
    if (depth < 2 && this.#chance(0.4)) return this.#subqueryTest(columns, outer, depth);
    return this.#chance(0.15) ? `NOT (${this.#comparison(columns, outer, depth)})` : this.#comparison(columns, outer, depth);
  }

  #subqueryTest(columns: readonly string[], outer: readonly string[], depth: number): string {
    const visible = this.#chance(0.6) ? [...outer, ...columns] : outer;
    const query = this.#select(visible, 1, depth + 1);
    const not = this.#chance(0.35) ? 'NOT ' : '';
    switch (this.#int(0, 2)) {
      case 0:
        return `${not}EXISTS (${query})`;
      case 1:
        return `${this.#pick(columns)} ${not}IN (${query})`;
      default:
        return `${this.#pick(columns)} ${this.#pick(['<', '>=', '<>'])} ${this.#pick(['ANY', 'ALL'])} (${query})`;
    }
  }

  #comparison(columns: readonly string[], outer: readonly string[], depth: number): string {
    const left = this.#value(columns, outer, depth);
    if (this.#chance(0.15)) return `${left} IS ${this.#chance(0.5) ? 'NOT ' : ''}NULL`;
    if (this.#chance(0.15)) return `${left} IN (${this.#int(0, 3)}, ${this.#int(1, 30)})`;
    return `${left} ${this.#pick(['=', '<', '>', '<=', '<>', 'IS DISTINCT FROM'])} ${this.#value(columns, outer, depth)}`;
  }

  #value(columns: readonly string[], outer: readonly string[], depth: number): string {
    const roll = this.#random();
    if (roll < 0.55) return this.#pick(columns);
    if (roll < 0.7 && outer.length > 0) return this.#pick(outer);
    if (roll < 0.85 || depth >= 2) return String(this.#int(0, 4));
    if (roll < 0.92) return `(${this.#pick(columns)} + ${this.#int(1, 3)})`;
    const visible = this.#chance(0.6) ? [...outer, ...columns] : outer;
    const {sql, columns: inner} = this.#from(visible, depth + 1);
    return `(SELECT ${this.#aggregate(inner)} FROM ${sql} WHERE ${this.#condition(inner, visible, depth + 1)})`;
  }

  #aggregate(columns: readonly string[]): string {
    const column = this.#pick(columns);
    return this.#pick([
      `count(*)`,
      `count(${column})`,
      `min(${column})::int8`,
      `max(${column})::int8`,
      `sum(${column})::int8`,
      `count(DISTINCT ${column})`,
    ]);
  }

  #chance(p: number): boolean {
    return this.#random() < p;
  }

  #int(from: number, to: number): number {
    return from + Math.floor(this.#random() * (to - from + 1));
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)]!;
  }
}
