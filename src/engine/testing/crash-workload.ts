import {toSqlError} from '../../common/sql-error.ts';
import type {InlineSession} from './inline-session.ts';

/** What a transaction does, in terms of the model. */
export type Effect =
  | {readonly kind: 'put'; readonly key: number; readonly value: number}
  | {readonly kind: 'add'; readonly from: number; readonly to: number; readonly by: number}
  | {readonly kind: 'delete'; readonly key: number}
  /** `refused`: ahead of its time. */
  | {readonly kind: 'event'; readonly time: number; readonly value: number; readonly refused: boolean}
  | {readonly kind: 'create-view' | 'drop-view'; readonly name: string; readonly emitOnClose: boolean};

/** A transaction. With a marker its id is in `txlog` if it was committed; without, it is a single statement. */
export type Unit = {
  readonly id: number;
  readonly client: number;
  readonly marked: boolean;
  readonly effects: readonly Effect[];
  state: 'pending' | 'acknowledged' | 'refused';
};

const KEYS = 8;
const ownKey = (client: number): number => client * 100;
/** Keys that all clients write, in marked transactions only: the markers tell the order. */
export const SHARED_KEYS = 900;
const REFUSALS: ReadonlySet<string> = new Set(['40001', '23505']);
const timestamp = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

type Random = (below: number) => number;

/** Clients that write at random, each in its own range of keys, and the list of what they did. */
export class CrashWorkload {
  readonly units: Unit[] = [];
  /** Views that were made on the way. */
  readonly #views: string[] = [];
  readonly #random: Random;
  #nextView = 0;
  /** Event time goes on, ms. */
  #time: number;

  constructor(random: Random, time: number) {
    this.#random = random;
    this.#time = time;
  }

  /** One transaction of a client, awaited to its end. */
  async run(client: number, session: InlineSession): Promise<void> {
    const random = this.#random;
    const ddl = random(10) === 0;
    const marked = ddl || random(3) > 0;
    const effects = ddl ? [this.#ddl()] : this.#effects(client, marked);
    const unit: Unit = {id: this.units.length, client, marked, effects, state: 'pending'};
    this.units.push(unit);
    const statements = statementsOf(unit);
    const rolledBack = marked && random(8) === 0;
    try {
      if (!marked) await session.all(statements.join('; '));
      else if (!rolledBack && random(2) === 0) await session.all([...statements, `INSERT INTO txlog VALUES (${unit.id})`].join('; '));
      else {
        for (const statement of ['BEGIN', ...statements, `INSERT INTO txlog VALUES (${unit.id})`]) await session.all(statement);
        await session.all(rolledBack ? 'ROLLBACK' : 'COMMIT');
      }
      unit.state = rolledBack ? 'refused' : 'acknowledged';
      for (const effect of effects) if (effect.kind === 'create-view' && !rolledBack) this.#views.push(effect.name);
    } catch (error) {
      const {code} = toSqlError(error);
      if (!REFUSALS.has(code)) throw error;
      unit.state = 'refused';
      await session.all('ROLLBACK');
    }
  }

  #ddl(): Effect {
    const random = this.#random;
    if (this.#views.length > 0 && random(3) === 0) {
      const [name] = this.#views.splice(random(this.#views.length), 1);
      return {kind: 'drop-view', name: name!, emitOnClose: false};
    }
    const name = `w${this.#nextView++}`;
    return {kind: 'create-view', name, emitOnClose: random(2) === 0};
  }

  /** After a crash: views that nobody knows to exist, or to be gone, are left alone. */
  forget(): void {
    this.#views.length = 0;
  }

  #effects(client: number, marked: boolean): Effect[] {
    const random = this.#random;
    const own = ownKey(client);
    const effect = (kind: number): Effect => {
      if (kind === 0) return {kind: 'put', key: own + random(KEYS), value: random(6)};
      if (kind === 1) return {kind: 'add', from: own + random(KEYS), to: own + random(KEYS), by: 1 + random(3)};
      if (kind === 2) return {kind: 'delete', key: own + random(KEYS)};
      if (kind === 3) return {kind: 'put', key: SHARED_KEYS + random(4), value: random(6)};
      this.#time += random(900);
      if (random(25) === 0) return {kind: 'event', time: this.#time + 4 * 3_600_000, value: random(50), refused: true};
      return {kind: 'event', time: this.#time - (random(4) === 0 ? random(25_000) : random(3000)), value: random(50), refused: false};
    };
    if (marked) return Array.from({length: 1 + random(4)}, () => effect(random(6)));
    return random(2) === 0 ? [effect(random(3))] : Array.from({length: 1 + random(5)}, () => effect(4));
  }
}

function statementsOf({id, effects}: Unit): string[] {
  const events = effects.flatMap(e => (e.kind === 'event' ? [`('${timestamp(e.time)}', ${id}, ${e.value})`] : []));
  const others = effects.flatMap((e): string[] => {
    switch (e.kind) {
      case 'put':
        return [`INSERT INTO t VALUES (${e.key}, ${e.value}) ON CONFLICT (k) DO UPDATE SET v = excluded.v`];
      case 'add':
        return [`UPDATE t SET v = v + ${e.by} WHERE k BETWEEN ${e.from} AND ${e.to}`];
      case 'delete':
        return [`DELETE FROM t WHERE k = ${e.key}`];
      case 'create-view':
        return [`CREATE MATERIALIZED VIEW ${e.name} AS ${WINDOWS}${e.emitOnClose ? ' EMIT ON WINDOW CLOSE' : ''}`];
      case 'drop-view':
        return [`DROP MATERIALIZED VIEW ${e.name}`];
      case 'event':
        return [];
    }
  });
  return events.length === 0 ? others : [...others, `INSERT INTO e VALUES ${events.join(', ')}`];
}

export const WINDOWS =
  "SELECT window_start, count(*) AS n, sum(v) AS total FROM TUMBLE(e, ts, INTERVAL '10 seconds') GROUP BY window_start, window_end";

/** The table as the effects make it. */
export function applyEffect(table: Map<number, number>, effect: Effect): void {
  if (effect.kind === 'put') table.set(effect.key, effect.value);
  else if (effect.kind === 'delete') table.delete(effect.key);
  else if (effect.kind === 'add')
    for (const [key, value] of table) if (key >= effect.from && key <= effect.to) table.set(key, value + effect.by);
}
