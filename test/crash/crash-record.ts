import {below, type Random} from '../../src/common/testing/seeded-random.ts';

/** A row as a stream with `CRASH_COLUMNS` must read it. `amount` counts ten-thousandths: numeric(18,4). */
export type CrashRow = {
  readonly id: number;
  readonly grp: number;
  readonly name: string | null;
  readonly amount: bigint | null;
  readonly score: number | null;
};

/** A record of the topic: its bytes and the row it means; `row` undefined = it must be found among the stream's errors. */
export type CrashRecord = {readonly value: Buffer; readonly row: CrashRow | undefined};

export const CRASH_COLUMNS = 'id bigint, grp int, name text, amount numeric(18,4), score bigint';

const GROUPS = 97;
const NAMES = ['plain', 'a "quoted" name', 'back\\slash', 'tab\tand\nline', 'grüße 😀', 'x\u0001y', '', 'trailing '];

/** A record that depends on `id` and the random numbers alone; about one in a thousand is bad. */
export function crashRecord(id: number, random: Random): CrashRecord {
  const grp = below(random, GROUPS);
  const name = random() < 0.05 ? null : `${NAMES[below(random, NAMES.length)]}${below(random, 40)}`;
  const amount = random() < 0.03 ? null : BigInt(below(random, 20_000_000) - 10_000_000);
  const score = random() < 0.02 ? null : below(random, 2) === 0 ? -below(random, 1000) : below(random, 2 ** 40);
  const row: CrashRow = {id, grp, name, amount, score};
  if (random() < 0.001) return {value: Buffer.from(badText(row, below(random, 4))), row: undefined};
  return {value: Buffer.from(jsonText(row, random() < 0.3)), row};
}

/** JSON of the row, with the text as JSON.stringify writes it or with every character as an escape. */
function jsonText({id, grp, name, amount, score}: CrashRow, escaped: boolean): string {
  const text = name === null ? 'null' : escaped ? escapeAll(name) : JSON.stringify(name);
  const money = amount === null ? 'null' : decimalText(amount);
  const fields = [`"id":${id}`, `"grp":${grp}`, `"name":${text}`, `"amount":${money}`];
  // A missing key is NULL too.
  if (score !== null) fields.push(`"score":${score}`);
  return escaped ? `{ ${fields.reverse().join(' , ')} }` : `{${fields.join(',')}}`;
}

function escapeAll(text: string): string {
  return `"${Array.from({length: text.length}, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`;
}

/** Ten-thousandths as a decimal number with four digits after the point. */
export function decimalText(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(5, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

function badText({id, grp}: CrashRow, kind: number): string {
  switch (kind) {
    case 0:
      return `{"id":${id},"grp":${grp},"name":"cut`;
    case 1:
      return `{"id":"not a number ${id}","grp":${grp}}`;
    case 2:
      return `{"id":${id},"grp":99999999999}`;
    default:
      return `no json ${id}`;
  }
}
