import type {SentTransactions} from './sent-transactions.ts';
import {ACCOUNTS} from './transactions.ts';

/** The oracle: what the views must hold for a prefix of every partition. It goes forward with the frontier that a client saw. */
export class Ledger {
  readonly #sent: SentTransactions;
  readonly frontier: number[];
  readonly credits = new Float64Array(ACCOUNTS);
  readonly debits = new Float64Array(ACCOUNTS);
  rows = 0;
  ids = 0;
  amount = 0;

  constructor(sent: SentTransactions) {
    this.#sent = sent;
    this.frontier = sent.end.map(() => 0);
  }

  /** Takes in what lies below `frontier`, which is not before the one reached. Throws for offsets where nothing was ever sent. */
  advance(frontier: readonly number[]): void {
    const {id, from, to, amount} = this.#sent.transactions;
    for (const [partition, end] of frontier.entries()) {
      for (let offset = this.frontier[partition]!; offset < end; offset++) {
        const place = this.#sent.placeOf(partition, offset);
        if (place === undefined) throw new Error(`nothing was sent to offset ${offset} of partition ${partition}`);
        this.credits[to[place]!]! += amount[place]!;
        this.debits[from[place]!]! += amount[place]!;
        this.amount += amount[place]!;
        this.ids += id[place]!;
        this.rows++;
      }
      this.frontier[partition] = end;
    }
  }

  /** Balance of an account; undefined where the inner join of credits and debits has no row. */
  balance(account: number): number | undefined {
    const credits = this.credits[account]!;
    const debits = this.debits[account]!;
    return credits === 0 || debits === 0 ? undefined : credits - debits;
  }

  /** Sum of the balances: 0 as soon as every account is on both sides; undefined while there is none. */
  total(): number | undefined {
    let total: number | undefined;
    for (let account = 0; account < ACCOUNTS; account++) {
      const balance = this.balance(account);
      if (balance !== undefined) total = (total ?? 0) + balance;
    }
    return total;
  }
}
