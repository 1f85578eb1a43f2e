import {COMPARISON_SYMBOLS, comparisonSignatures} from '../../functions/comparison-operators.ts';
import {parameterOid} from '../../functions/parameter-type.ts';
import {FUNCTIONS} from '../../functions/registry.ts';
import {oidOf} from '../../types/oids.ts';
import {T} from '../../types/sql-type.ts';
import {PG_OPERATORS} from './pg-operator-facts.ts';

/** A row of pg_operator; `left` is 0 for prefix operators, `commutator` and `negator` when Millrace has none. */
export type OperatorEntry = {
  readonly oid: number;
  readonly symbol: string;
  readonly left: number;
  readonly right: number;
  readonly result: number;
  readonly commutator: number;
  readonly negator: number;
  readonly function: number;
  readonly mergeable: boolean;
  readonly hashable: boolean;
};

/** Operators that PostgreSQL does not have are numbered after their functions, above all of PostgreSQL's. */
const OWN_OPERATORS = 100000;

const FACTS = readFacts();

/** The operators of the registry and the comparisons, with PostgreSQL's facts about those that it has too. */
export const OPERATOR_ENTRIES: readonly OperatorEntry[] = collect();

function collect(): readonly OperatorEntry[] {
  const found = new Map<number, OperatorEntry>();
  for (const {operator, args, returns, oid} of FUNCTIONS) {
    if (operator === undefined) continue;
    const types = args.map(parameterOid);
    const [left, right] = types.length === 1 ? [0, types[0] ?? 0] : [types[0] ?? 0, types[1] ?? 0];
    const fact = FACTS.get(keyOf(operator, left, right));
    const own = {oid: OWN_OPERATORS + oid, symbol: operator, left, right, result: parameterOid(returns), function: oid};
    const entry = fact ?? {...own, commutator: 0, negator: 0, mergeable: false, hashable: false};
    found.set(entry.oid, {...entry, function: oid});
  }
  for (const symbol of COMPARISON_SYMBOLS) {
    for (const {left, right} of comparisonSignatures(symbol)) {
      const fact = FACTS.get(keyOf(symbol, oidOf(left), oidOf(right)));
      if (fact?.result === oidOf(T.bool)) found.set(fact.oid, fact);
    }
  }
  const known = (oid: number) => (found.has(oid) ? oid : 0);
  return [...found.values()]
    .map(entry => ({...entry, commutator: known(entry.commutator), negator: known(entry.negator)}))
    .sort((a, b) => a.oid - b.oid);
}

function readFacts(): ReadonlyMap<string, OperatorEntry> {
  const facts = new Map<string, OperatorEntry>();
  for (const line of PG_OPERATORS.trim().split('\n')) {
    const [oid, symbol = '', left, right, result, commutator, negator, fn, flags = ''] = line.split(' ');
    facts.set(keyOf(symbol, Number(left), Number(right)), {
      oid: Number(oid),
      symbol,
      left: Number(left),
      right: Number(right),
      result: Number(result),
      commutator: Number(commutator),
      negator: Number(negator),
      function: Number(fn),
      mergeable: flags.includes('m'),
      hashable: flags.includes('h'),
    });
  }
  return facts;
}

function keyOf(symbol: string, left: number, right: number): string {
  return `${left} ${symbol} ${right}`;
}
