import {seconds, type Column, type Relation} from './random-choices.ts';
import {RandomWindows} from './random-windows.ts';

/** The first rows of partitions, and functions over windows of rows. Orders are such that ties do not matter. */
export abstract class RandomRanks extends RandomWindows {
  protected top(input: Relation): Relation {
    const [q, r] = [this.alias(), this.alias()];
    const kept = this.renamed(input.columns);
    const inner = kept.map(({from, to}) => `${q}.${from.name} AS ${to.name}`).join(', ');
    const windows = input.columns.filter(c => c.window !== undefined).slice(-2);
    const partition = windows.length > 0 && this.chance(0.6) ? [...windows] : [];
    if (this.chance(0.5)) partition.push(this.pick(input.columns));
    const rank = this.column();
    const columns = kept.map(k => k.to);
    const unique = this.order(input, q);
    const by = partition.length === 0 ? '' : `PARTITION BY ${partition.map(c => `${q}.${c.name}`).join(', ')} `;
    if (this.chance(0.15) && partition.length > 0) {
      const on = partition.map(c => `${q}.${c.name}`).join(', ');
      return this.over(input, from => `(SELECT DISTINCT ON (${on}) ${inner} FROM ${from} AS ${q} ORDER BY ${on}, ${unique})`, columns);
    }
    const call = this.pick(['row_number()', 'row_number()', 'rank()', 'dense_rank()']);
    const order = call === 'row_number()' || this.chance(0.3) ? unique : `${q}.${this.pick(input.columns).name}${this.direction()}`;
    const bound = this.pick([
      `<= ${1 + this.below(3)}`,
      `< ${2 + this.below(3)}`,
      '= 1',
      '= 2',
      'BETWEEN 2 AND 3',
      'BETWEEN 1 AND 4',
      `> ${1 + this.below(3)}`,
    ]);
    const output = this.chance(0.5);
    const list = columns
      .map(c => `${r}.${c.name}`)
      .concat(output ? [`${r}.${rank}`] : [])
      .join(', ');
    return this.over(
      input,
      from =>
        `(SELECT ${list} FROM (SELECT ${inner}, ${call} OVER (${by}ORDER BY ${order}) AS ${rank} FROM ${from} AS ${q}) AS ${r} WHERE ${r}.${rank} ${bound})`,
      output ? [...columns, {name: rank, type: 'int'}] : columns,
    );
  }

  protected analytic(input: Relation): Relation {
    const q = this.alias();
    const kept = this.renamed(input.columns);
    const list = kept.map(({from, to}) => `${q}.${from.name} AS ${to.name}`);
    const columns: Column[] = kept.map(k => k.to);
    const windows = input.columns.filter(c => c.window !== undefined).slice(-2);
    const ints = input.columns.filter(c => c.type === 'int');
    if (ints.length === 0) return input;
    for (let n = 1 + this.below(2); n > 0; n--) {
      const partition = windows.length > 0 && this.chance(0.5) ? [...windows] : [];
      if (this.chance(0.5)) partition.push(this.pick(input.columns));
      const by = partition.length === 0 ? '' : `PARTITION BY ${partition.map(c => `${q}.${c.name}`).join(', ')} `;
      const name = this.column();
      const int = `${q}.${this.pick(ints).name}`;
      const filter = this.chance(0.2) ? ` FILTER (WHERE ${q}.${this.pick(ints).name} <> ${this.below(3)})` : '';
      const texts = input.columns.filter(c => c.type === 'text');
      const text = texts.length > 0 ? `${q}.${this.pick(texts).name}` : "'x'::text";
      const call = this.pick([
        `row_number()`,
        `rank()`,
        `dense_rank()`,
        `ntile(${1 + this.below(3)})`,
        `lag(${int})`,
        `length(${this.pick(['lag', 'lead', 'first_value', 'last_value', 'max', 'min'])}(${text})`,
        `lead(${int}, 2, -1)`,
        `first_value(${int})`,
        `last_value(${int})`,
        `nth_value(${int}, 2)`,
        `sum(${int})${filter}`,
        `count(*)${filter}`,
        `min(${int})${filter}`,
        `max(${int})${filter}`,
        `round(100 * cume_dist()`,
        `round(100 * percent_rank()`,
      ]);
      const unique = this.order(input, q);
      const loose = /^(rank|dense_rank|sum|count|min|max|round)/.test(call);
      const single = `${q}.${this.pick(input.columns).name}${this.direction()}`;
      const order = loose && this.chance(0.4) ? single : unique;
      const framed = /^(sum|count|min|max|first|last|nth)/.test(call) && this.chance(0.6);
      const sortedBy = input.columns.find(c => order === single && single.split(' ')[0] === `${q}.${c.name}`);
      const frame = framed ? this.#frame(sortedBy) : '';
      const closing = call.startsWith('round') || call.startsWith('length') ? ')' : '';
      list.push(`(${call} OVER (${by}ORDER BY ${order}${frame})${closing})::int8 AS ${name}`);
      columns.push({name, type: 'int'});
    }
    return this.over(input, from => `(SELECT ${list.join(', ')} FROM ${from} AS ${q})`, columns);
  }

  /** `by`: the column of the order, if it is the only one: distances may be those of its values then. */
  #frame(by: Column | undefined): string {
    const mode = this.pick(by === undefined ? ['ROWS', 'GROUPS', 'RANGE'] : ['GROUPS', 'RANGE']);
    const bound = (side: 'PRECEDING' | 'FOLLOWING'): string => {
      if (mode !== 'RANGE') return `${this.below(3)} ${side}`;
      if (by?.type === 'int') return `${this.below(4)} ${side}`;
      return by?.type === 'time' ? `${seconds(this.below(6))} ${side}` : 'CURRENT ROW';
    };
    const bounds = ['UNBOUNDED PRECEDING', bound('PRECEDING'), 'CURRENT ROW', bound('FOLLOWING'), 'UNBOUNDED FOLLOWING'];
    const from = this.below(4);
    const to = Math.max(1, from + this.below(5 - from));
    const exclude = this.chance(0.3) ? this.pick([' EXCLUDE CURRENT ROW', ' EXCLUDE GROUP', ' EXCLUDE TIES']) : '';
    return ` ${mode} BETWEEN ${bounds[from]} AND ${bounds[to]}${exclude}`;
  }
}
