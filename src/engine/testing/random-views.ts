import {RandomRanks} from './random-ranks.ts';
import {seconds, type Column, type Relation} from './random-choices.ts';

export type RandomView = {
  readonly own: string;
  readonly postgres: string;
  readonly streams: readonly string[];
  readonly columns: readonly Column[];
  /** The number of the column with the end of a window, if the view emits on close. */
  readonly emitsAt: number | undefined;
  /** Seconds: the longest grace period of its windows. */
  readonly grace: number | undefined;
  readonly windows: number;
};

const BASE: readonly Column[] = [
  {name: 'id', type: 'int', identity: true},
  {name: 'ts', type: 'time'},
  {name: 'k', type: 'int'},
  {name: 'v', type: 'int'},
  {name: 's', type: 'text'},
];

/** Queries that views can maintain, in the words of Millrace and of PostgreSQL; their results are determined by the rows alone. */
export class RandomViews extends RandomRanks {
  readonly #views: (RandomView & {readonly name: string})[] = [];

  /** A view that later ones may read. */
  add(name: string, view: RandomView): void {
    this.#views.push({...view, name});
  }

  remove(name: string): void {
    const at = this.#views.findIndex(v => v.name === name);
    if (at >= 0) this.#views.splice(at, 1);
  }

  next(): RandomView {
    this.grace = undefined;
    this.windows = 0;
    const relation = this.#relation(1 + this.below(4));
    const ends = relation.columns.filter(c => c.window === 'end');
    const emitsAt = ends.length > 0 && this.chance(0.35) ? ends[0]!.name : undefined;
    const q = this.alias();
    const list = relation.columns.map(c => `${q}.${c.name}`).join(', ');
    const make = (from: string): string => `SELECT ${list} FROM ${from} AS ${q}`;
    return {
      own: make(relation.own) + (emitsAt === undefined ? '' : ' EMIT ON WINDOW CLOSE'),
      postgres: make(relation.postgres),
      streams: relation.streams,
      columns: relation.columns,
      emitsAt: emitsAt === undefined ? undefined : relation.columns.findIndex(c => c.name === emitsAt),
      grace: this.grace,
      windows: this.windows,
    };
  }

  #relation(depth: number): Relation {
    if (depth === 0) return this.#scan();
    switch (this.below(12)) {
      case 0:
      case 1:
      case 2:
        return this.window(this.#relation(depth - 1));
      case 3:
      case 4:
        return this.#aggregate(this.chance(0.6) ? this.window(this.#relation(depth - 1)) : this.#relation(depth - 1));
      case 5:
        return this.top(this.#relation(depth - 1));
      case 6:
        return this.analytic(this.#relation(depth - 1));
      case 7:
        return this.#join(this.#relation(depth - 1), this.#relation(this.below(depth)));
      case 8:
        return this.#asOf(this.#relation(depth - 1), this.#relation(this.below(depth)));
      case 9:
        return this.#union(this.#relation(depth - 1), this.#relation(this.below(depth)));
      case 10:
        return this.#distinct(this.#relation(depth - 1));
      default:
        return this.#filter(this.#relation(depth - 1));
    }
  }

  #scan(): Relation {
    if (this.#views.length > 0 && this.chance(0.25)) {
      const {name, columns, streams} = this.pick(this.#views);
      // Its rows are no records of a stream any more.
      return {own: name, postgres: name, columns: columns.map(c => ({...c, identity: false})), streams: [...streams, name]};
    }
    const name = this.pick(['a', 'a', 'b', 't']);
    return {own: name, postgres: name, columns: BASE, streams: [name]};
  }

  #aggregate(input: Relation): Relation {
    const q = this.alias();
    const windows = input.columns.filter(c => c.window !== undefined);
    const keys = this.chance(0.8) && windows.length > 0 ? [...windows.slice(-2)] : [];
    if (this.chance(0.6) || keys.length === 0) {
      const more = this.pick(input.columns);
      if (!keys.includes(more)) keys.push(more);
    }
    if (keys.length > 1 && this.chance(0.15)) keys.shift();
    const ints = input.columns.filter(c => c.type === 'int');
    const times = input.columns.filter(c => c.type === 'time');
    const kept = this.renamed(keys, false);
    const columns: Column[] = kept.map(k => k.to);
    const list = kept.map(({from, to}) => `${q}.${from.name} AS ${to.name}`);
    for (let n = 1 + this.below(3); n > 0; n--) {
      const name = this.column();
      const int = ints.length === 0 ? undefined : `${q}.${this.pick(ints).name}`;
      const filter = int !== undefined && this.chance(0.2) ? ` FILTER (WHERE ${int} > ${this.below(4)})` : '';
      if (times.length > 0 && this.chance(0.2)) {
        list.push(`${this.pick(['min', 'max'])}(${q}.${this.pick(times).name})${filter} AS ${name}`);
        columns.push({name, type: 'time'});
        continue;
      }
      const texts = input.columns.filter(c => c.type === 'text');
      if (texts.length > 0 && this.chance(0.2)) {
        const text = `${q}.${this.pick(texts).name}`;
        if (this.chance(0.3)) {
          list.push(`count(DISTINCT ${text})${filter} AS ${name}`);
          columns.push({name, type: 'int'});
        } else {
          list.push(`${this.pick(['min', 'max'])}(${text})${filter} AS ${name}`);
          columns.push({name, type: 'text'});
        }
        continue;
      }
      const call =
        int === undefined
          ? 'count(*)'
          : this.pick([
              'count(*)',
              `count(${int})`,
              `sum(${int})`,
              `min(${int})`,
              `max(${int})`,
              `count(DISTINCT ${int})`,
              `sum(DISTINCT ${int})`,
              `round(avg(${int}) * 100)`,
            ]);
      list.push(call.startsWith('round') ? `round(avg(${int})${filter} * 100)::int8 AS ${name}` : `(${call}${filter})::int8 AS ${name}`);
      columns.push({name, type: 'int'});
    }
    const by = keys.map(k => `${q}.${k.name}`).join(', ');
    const having = this.chance(0.2) ? ` HAVING count(*) > ${this.below(3)}` : '';
    return this.over(input, from => `(SELECT ${list.join(', ')} FROM ${from} AS ${q} GROUP BY ${by}${having})`, columns);
  }

  #join(left: Relation, right: Relation): Relation {
    const [l, r] = [this.alias(), this.alias()];
    const [one, two] = [this.renamed(left.columns, false), this.renamed(right.columns, false)];
    const list = [
      ...one.map(({from, to}) => `${l}.${from.name} AS ${to.name}`),
      ...two.map(({from, to}) => `${r}.${from.name} AS ${to.name}`),
    ];
    const conditions: string[] = [];
    const ends = (columns: readonly Column[]): Column[] => columns.filter(c => c.window !== undefined).slice(-2);
    if (ends(left.columns).length === 2 && ends(right.columns).length === 2 && this.chance(0.7)) {
      ends(left.columns).forEach((c, i) => conditions.push(`${l}.${c.name} = ${r}.${ends(right.columns)[i]!.name}`));
    }
    const same = this.pick(['int', 'int', 'time', 'text'] as const);
    const [x, y] = [left.columns.filter(c => c.type === same), right.columns.filter(c => c.type === same)];
    if (x.length > 0 && y.length > 0 && (conditions.length === 0 || this.chance(0.4)))
      conditions.push(`${l}.${this.pick(x).name} = ${r}.${this.pick(y).name}`);
    const [s, t] = [left.columns.filter(c => c.type === 'time'), right.columns.filter(c => c.type === 'time')];
    if (s.length > 0 && t.length > 0 && (conditions.length === 0 || this.chance(0.5))) {
      const at = `${r}.${this.pick(t).name}`;
      conditions.push(`${l}.${this.pick(s).name} BETWEEN ${at} - ${seconds(this.below(5))} AND ${at} + ${seconds(this.below(5))}`);
    }
    if (conditions.length === 0) return left;
    return {
      own: `(SELECT ${list.join(', ')} FROM ${left.own} AS ${l} JOIN ${right.own} AS ${r} ON ${conditions.join(' AND ')})`,
      postgres: `(SELECT ${list.join(', ')} FROM ${left.postgres} AS ${l} JOIN ${right.postgres} AS ${r} ON ${conditions.join(' AND ')})`,
      columns: [...one.map(k => k.to), ...two.map(k => k.to)],
      streams: [...left.streams, ...right.streams],
    };
  }

  #asOf(left: Relation, right: Relation): Relation {
    const [l, r, g] = [this.alias(), this.alias(), this.alias()];
    const find = (columns: readonly Column[], type: Column['type']): string | undefined => {
      const found = columns.filter(c => c.type === type);
      return found.length === 0 ? undefined : this.pick(found).name;
    };
    const [lk, rk, lt, rt] = [
      find(left.columns, 'int'),
      find(right.columns, 'int'),
      find(left.columns, 'time'),
      find(right.columns, 'time'),
    ];
    if (lk === undefined || rk === undefined || lt === undefined || rt === undefined) return left;
    const kept = this.renamed(left.columns);
    const [k, t, n] = [this.column(), this.column(), this.column()];
    const list = [...kept.map(({from, to}) => `${l}.${from.name} AS ${to.name}`), `${r}.${k}`, `${r}.${t}`, `${r}.${n}`].join(', ');
    const grouped = (from: string): string =>
      `(SELECT ${g}.${rk} AS ${k}, ${g}.${rt} AS ${t}, count(*)::int8 AS ${n} FROM ${from} AS ${g} GROUP BY ${g}.${rk}, ${g}.${rt})`;
    const compare = this.pick(['>=', '>']);
    const outer = this.chance(0.5) ? 'LEFT ' : '';
    const on = `${l}.${lk} = ${r}.${k} AND ${l}.${lt} ${compare} ${r}.${t}`;
    return {
      own: `(SELECT ${list} FROM ${left.own} AS ${l} ASOF ${outer}JOIN ${grouped(right.own)} AS ${r} ON ${on})`,
      postgres: `(SELECT ${list} FROM ${left.postgres} AS ${l} ${outer}JOIN LATERAL (SELECT * FROM ${grouped(right.postgres)} AS ${r} WHERE ${on} ORDER BY ${r}.${t} DESC LIMIT 1) AS ${r} ON true)`,
      columns: [...kept.map(c => c.to), {name: k, type: 'int'}, {name: t, type: 'time'}, {name: n, type: 'int'}],
      streams: [...left.streams, ...right.streams],
    };
  }

  #union(left: Relation, right: Relation): Relation {
    const [l, r] = [this.alias(), this.alias()];
    const pairs: {x: Column; y: Column}[] = [];
    const rest = [...right.columns];
    for (const x of left.columns) {
      const at = rest.findIndex(y => y.type === x.type);
      if (at >= 0) pairs.push({x, y: rest.splice(at, 1)[0]!});
    }
    if (pairs.length === 0) return left;
    const columns = pairs.map(({x, y}): Column => ({
      name: this.column(),
      type: x.type,
      window: x.window === y.window ? x.window : undefined,
      identity: x.identity && y.identity,
    }));
    const make = (one: string, two: string): string =>
      `(SELECT ${pairs.map(({x}, i) => `${l}.${x.name}${x.type === 'int' ? '::int8' : ''} AS ${columns[i]!.name}`).join(', ')} FROM ${one} AS ${l} UNION ALL ` +
      `SELECT ${pairs.map(({y}) => `${r}.${y.name}${y.type === 'int' ? '::int8' : ''}`).join(', ')} FROM ${two} AS ${r})`;
    return {
      own: make(left.own, right.own),
      postgres: make(left.postgres, right.postgres),
      columns,
      streams: [...left.streams, ...right.streams],
    };
  }

  #distinct(input: Relation): Relation {
    const q = this.alias();
    const some = input.columns.filter(() => this.chance(0.6));
    const kept = this.renamed(some.length === 0 ? input.columns.slice(0, 1) : some, false);
    const list = kept.map(({from, to}) => `${q}.${from.name} AS ${to.name}`).join(', ');
    return this.over(
      input,
      from => `(SELECT DISTINCT ${list} FROM ${from} AS ${q})`,
      kept.map(k => k.to),
    );
  }

  #filter(input: Relation): Relation {
    const q = this.alias();
    const kept = this.renamed(input.columns);
    const list = kept.map(({from, to}) => `${q}.${from.name} AS ${to.name}`).join(', ');
    const column = this.pick(input.columns);
    const at = `${q}.${column.name}`;
    const columns = kept.map(k => k.to);
    if (column.type === 'time' && this.chance(0.7)) {
      const distance = seconds(this.below(12));
      const unit = this.pick(['minute', 'second', 'hour', 'day']);
      const condition = this.pick([
        `NOT (${at} > NOW - ${distance})`,
        `${at} ${this.pick(['<', '<=', '>', '>=', '='])} date_trunc('${unit}', NOW - ${distance})`,
        `date_trunc('${unit}', ${at}) = date_trunc('${unit}', NOW)`,
        `${at}::date ${this.pick(['=', '<', '<=', '>', '>='])} (NOW)::date`,
        `${at} ${this.pick(['<', '<=', '>', '>='])} (NOW)::date`,
        `${at} - NOW < ${distance}`,
        `${at} > NOW - ${distance}`,
        `${at} <= NOW - ${distance}`,
        `${at} BETWEEN NOW - ${distance} AND NOW`,
        `NOW < ${at} + ${distance}`,
      ]);
      const make = (from: string, now: string): string => `(SELECT ${list} FROM ${from} AS ${q} WHERE ${condition.replaceAll('NOW', now)})`;
      return {own: make(input.own, 'localtimestamp'), postgres: make(input.postgres, 'CLOCK'), columns, streams: input.streams};
    }
    const condition =
      column.type === 'text'
        ? this.pick([`${at} > 'b'`, `${at} LIKE '%a%'`, `length(${at}) > 2`])
        : column.type === 'time'
          ? `${at} IS NOT NULL`
          : this.pick([`${at} > ${this.below(3)}`, `${at} <= ${this.below(4)}`, `${at} IS NULL`, `${at} <> 1`]);
    return this.over(input, from => `(SELECT ${list} FROM ${from} AS ${q} WHERE ${condition})`, columns);
  }
}
