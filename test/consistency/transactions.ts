import {below, type Random} from '../../src/common/testing/seeded-random.ts';

export const ACCOUNTS = 10;
/** Seconds of event time that all transactions together span, and by how many one may come late. */
const SPAN_SECONDS = 60;
const DISORDER_SECONDS = 10;
const BEGIN_MS = Date.UTC(2021, 0, 1);

export const TRANSACTION_COLUMNS = 'id bigint, from_account int, to_account int, amount bigint, ts timestamp';

/**
 * Transfers between ten accounts, in the order in which they are sent: event times follow the ids, arrival is up to ten seconds of event
 * time out of order. What one account loses another gains, so the balances of any set of them add up to nothing. Place `i` is `id[i]` …
 */
export type Transactions = {
  readonly count: number;
  readonly id: Uint32Array;
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly amount: Uint8Array;
  readonly second: Uint8Array;
};

export function generateTransactions(count: number, random: Random): Transactions {
  const secondOf = (id: number): number => Math.floor((id * SPAN_SECONDS) / count);
  const arrival = Float64Array.from({length: count}, (_, id) => secondOf(id) + random() * DISORDER_SECONDS);
  const id = Uint32Array.from({length: count}, (_, i) => i).sort((a, b) => arrival[a]! - arrival[b]!);
  const bytes = (value: (i: number) => number): Uint8Array => Uint8Array.from({length: count}, (_, i) => value(i));
  return {
    count,
    id,
    from: bytes(() => below(random, ACCOUNTS)),
    to: bytes(() => below(random, ACCOUNTS)),
    amount: bytes(() => 1 + below(random, 99)),
    second: bytes(i => secondOf(id[i]!)),
  };
}

/** The record of place `i`. */
export function transactionJson({id, from, to, amount, second}: Transactions, i: number): string {
  const ts = new Date(BEGIN_MS + second[i]! * 1000).toISOString().slice(0, -1);
  return `{"id":${id[i]!},"from_account":${from[i]!},"to_account":${to[i]!},"amount":${amount[i]!},"ts":"${ts}"}`;
}
