import type {Row} from '../server/query.ts';
import type {SentTransactions} from './sent-transactions.ts';
import {ACCOUNTS} from './transactions.ts';

const WINDOW_SECONDS = 10;
const WINDOWS = 6;

/** The oracle for windows: what must be in each of them for a prefix of every partition, less the rows listed as late. */
export class WindowLedger {
  readonly #sent: SentTransactions;
  readonly frontier: number[];
  readonly #credits = new Float64Array(WINDOWS * ACCOUNTS);
  readonly #debits = new Float64Array(WINDOWS * ACCOUNTS);
  late = 0;

  constructor(sent: SentTransactions) {
    this.#sent = sent;
    this.frontier = sent.end.map(() => 0);
  }

  /** `frontier`: [partition, next offset]; `late`: [partition, offset]. A row is late from the step on that took it, or never. */
  advance(frontier: readonly Row[], late: readonly Row[]): void {
    const left = new Set(late.map(row => row.join()));
    if (left.size !== late.length) throw new Error('a row is listed as late twice');
    const {from, to, amount, second} = this.#sent.transactions;
    let found = this.late;
    for (const [partition, end] of frontier.map(row => row.map(Number) as [number, number])) {
      if (end < this.frontier[partition]!) throw new Error(`partition ${partition} at ${end} after ${this.frontier[partition]!} was seen`);
      for (let offset = this.frontier[partition]!; offset < end; offset++) {
        const place = this.#sent.placeOf(partition, offset);
        if (place === undefined) throw new Error(`nothing was sent to offset ${offset} of partition ${partition}`);
        if (left.has(`${partition},${offset}`)) {
          found++;
          continue;
        }
        const window = Math.floor(second[place]! / WINDOW_SECONDS) * ACCOUNTS;
        this.#credits[window + to[place]!]! += amount[place]!;
        this.#debits[window + from[place]!]! += amount[place]!;
      }
      this.frontier[partition] = end;
    }
    if (found !== left.size) throw new Error(`${left.size} rows are late, ${found} of them below the frontier and in time to be told`);
    this.late = found;
  }

  /** Lines of window, account, credits, debits, balance. */
  balances(): string[] {
    return [...this.#rows()].map(row => row.join(' ')).sort();
  }

  /** Lines of window and total. */
  totals(): string[] {
    const totals = new Map<number, number>();
    for (const [window, , , , balance] of this.#rows()) totals.set(window, (totals.get(window) ?? 0) + balance);
    return [...totals].map(row => row.join(' ')).sort();
  }

  *#rows(): Generator<[window: number, account: number, credits: number, debits: number, balance: number]> {
    for (let i = 0; i < WINDOWS * ACCOUNTS; i++) {
      const credits = this.#credits[i]!;
      const debits = this.#debits[i]!;
      if (credits > 0 && debits > 0) yield [Math.floor(i / ACCOUNTS), i % ACCOUNTS, credits, debits, credits - debits];
    }
  }
}
