import {RandomChoices, seconds, type Column, type Relation} from './random-choices.ts';

/**
 * TUMBLE, HOP, CUMULATE and SESSION over a relation. PostgreSQL's query leaves out the rows of windows that `missed (id, s, e)` lists: records that
 * were late for some windows only.
 */
export abstract class RandomWindows extends RandomChoices {
  /** Seconds: the longest grace period that was written; and how many windows. */
  protected grace: number | undefined;
  protected windows = 0;

  protected window(input: Relation): Relation {
    const times = input.columns.filter(c => c.type === 'time');
    if (times.length === 0) return input;
    const time = this.pick(times).name;
    const [q, start, end] = [this.alias(), this.column(), this.column()];
    const kept = this.renamed(input.columns);
    const list = kept.map(({from, to}) => `${q}.${from.name} AS ${to.name}`);
    const columns: Column[] = [
      ...kept.map(k => k.to),
      {name: start, type: 'time', window: 'start'},
      {name: end, type: 'time', window: 'end'},
    ];
    const own = (from: string): string =>
      `(SELECT ${[...list, `${q}.window_start AS ${start}`, `${q}.window_end AS ${end}`].join(', ')} FROM ${from} AS ${q})`;
    const postgres = (from: string, s: string, e: string): string =>
      `(SELECT ${[...list, `${s} AS ${start}`, `${e} AS ${end}`].join(', ')} FROM ${from})`;
    const offset = this.chance(0.3) ? this.pick([3, -4, 17]) : 0;
    const shift = offset === 0 ? '' : `, ${seconds(offset)}`;
    const origin = `TIMESTAMP '1970-01-01' + ${seconds(offset)}`;
    const {streams} = input;
    const patience = this.chance(0.15) ? this.pick([0, 4]) : undefined;
    const grace = patience === undefined ? '' : `, grace => ${seconds(patience)}`;
    this.windows++;
    if (patience !== undefined) this.grace = Math.max(this.grace ?? 0, patience);
    const identity = input.columns.find(c => c.identity)?.name;
    const missed = (s: string, e: string): string =>
      identity === undefined ? 'true' : `NOT EXISTS (SELECT FROM missed m WHERE m.id = ${q}.${identity} AND m.s = ${s} AND m.e = ${e})`;
    switch (this.below(4)) {
      case 0: {
        const size = this.pick([4, 10, 7]);
        const bin = `date_bin(${seconds(size)}, ${q}.${time}, ${origin})`;
        return {
          own: own(`TUMBLE(${input.own}, ${time}, ${seconds(size)}${shift}${grace})`),
          postgres: postgres(
            `${input.postgres} AS ${q} WHERE ${missed(bin, `${bin} + ${seconds(size)}`)}`,
            bin,
            `${bin} + ${seconds(size)}`,
          ),
          columns,
          streams,
        };
      }
      case 1: {
        const [slide, size] = this.pick([
          [2, 6],
          [4, 10],
          [5, 3],
          [3, 3],
        ] as const);
        const w = this.alias();
        const series = `generate_series(date_bin(${seconds(slide)}, ${q}.${time}, ${origin}), ${q}.${time} - ${seconds(size)} + INTERVAL '1 microsecond', -${seconds(slide)})`;
        return {
          own: own(`HOP(${input.own}, ${time}, ${seconds(slide)}, ${seconds(size)}${shift}${grace})`),
          postgres: postgres(
            `${input.postgres} AS ${q} LEFT JOIN LATERAL ${series} AS ${w}(s) ON true WHERE (${w}.s IS NOT NULL OR ${q}.${time} IS NULL) AND ${missed(`${w}.s`, `${w}.s + ${seconds(size)}`)}`,
            `${w}.s`,
            `${w}.s + ${seconds(size)}`,
          ),
          columns,
          streams,
        };
      }
      case 2: {
        const [step, size] = this.pick([
          [2, 6],
          [5, 10],
        ] as const);
        const w = this.alias();
        const bin = `date_bin(${seconds(size)}, ${q}.${time}, ${origin})`;
        const series = `(SELECT e FROM generate_series(${bin} + ${seconds(step)}, ${bin} + ${seconds(size)}, ${seconds(step)}) AS g(e) WHERE e > ${q}.${time})`;
        return {
          own: own(`CUMULATE(${input.own}, ${time}, ${seconds(step)}, ${seconds(size)}${shift}${grace})`),
          postgres: postgres(
            `${input.postgres} AS ${q} LEFT JOIN LATERAL ${series} AS ${w} ON true WHERE ${missed(bin, `${w}.e`)}`,
            bin,
            `${w}.e`,
          ),
          columns,
          streams,
        };
      }
      default: {
        const gap = this.pick([2, 5]);
        const ints = input.columns.filter(c => c.type === 'int').map(c => c.name);
        const by = this.chance(0.7) && ints.length > 0 ? ` PARTITION BY ${this.pick(ints)}` : '';
        const [x, y] = [this.alias(), this.alias()];
        const over = by.replace(' PARTITION BY ', `PARTITION BY `);
        const marked = `(SELECT ${x}.*, CASE WHEN lag(${time}) OVER (${over} ORDER BY ${time}) > ${time} - ${seconds(gap)} THEN 0 ELSE 1 END AS fresh FROM ${input.postgres} AS ${x})`;
        const numbered = `(SELECT ${y}.*, sum(fresh) OVER (${over} ORDER BY ${time}) AS island FROM ${marked} AS ${y})`;
        const island = `OVER (${over === '' ? 'PARTITION BY' : `${over},`} island, ${time} IS NULL)`;
        return {
          own: own(`SESSION(${input.own}, ${time}, ${seconds(gap)}${grace}${by})`),
          postgres: postgres(`${numbered} AS ${q}`, `min(${time}) ${island}`, `max(${time}) ${island} + ${seconds(gap)}`),
          columns,
          streams,
        };
      }
    }
  }
}
