import {Alternation, Alternative, NonTerminal, Option, Repetition, RepetitionMandatory, RepetitionMandatoryWithSeparator} from 'chevrotain';
import {
  RepetitionWithSeparator,
  Terminal,
  type Rule,
  type ILookaheadStrategy,
  type IProduction,
  type IToken,
  type TokenType,
} from 'chevrotain';

type First = {readonly types: ReadonlySet<TokenType>; readonly nullable: boolean};
type Composite = {readonly definition: readonly IProduction[]; readonly idx?: number};
type Reader = {LA_FAST(howMuch: number): IToken};
type Options = {readonly prodOccurrence: number; readonly rule: Rule};

/**
 * One token of lookahead, as tables by token type. Does what Chevrotain's own strategy does for k = 1, but finds the first sets of the whole
 * grammar in one pass, which makes building the parser several times faster. Where alternatives share a token the first of them is taken;
 * an alternative that may be empty is taken when no other fits.
 */
export class Ll1Lookahead implements ILookaheadStrategy {
  readonly #ofRule = new Map<Rule, First | 'unfinished'>();
  readonly #productions = new Map<Rule, Map<string, Composite>>();

  /** Left recursion shows in `#firstOfRule`; shared first tokens are intended, see the class. */
  validate(): [] {
    return [];
  }

  buildLookaheadForAlternation(
    options: Options & {readonly hasPredicates: boolean},
  ): (alternatives?: readonly {GATE?: () => boolean}[]) => number | undefined {
    const alternatives = this.#find(options, 'Alternation').definition.map(alternative => this.#first([alternative]));
    const empty = alternatives.findIndex(alternative => alternative.nullable);
    const fallback = empty < 0 ? undefined : empty;
    if (options.hasPredicates) {
      const tables = alternatives.map(({types}) => tableOf([types]));
      return function (this: Reader, alts) {
        const type = this.LA_FAST(1).tokenTypeIdx;
        for (let i = 0; i < tables.length; i++) if (tables[i]![type] === 0 && alts?.[i]?.GATE?.call(this) !== false) return i;
        return fallback;
      };
    }
    const table = tableOf(alternatives.map(({types}) => types));
    return function (this: Reader) {
      const choice = table[this.LA_FAST(1).tokenTypeIdx];
      return choice === undefined || choice < 0 ? fallback : choice;
    };
  }

  buildLookaheadForOptional(options: Options & {readonly prodType: string}): () => boolean {
    const {types} = this.#first(this.#find(options, options.prodType).definition);
    const table = tableOf([types]);
    return function (this: Reader) {
      return table[this.LA_FAST(1).tokenTypeIdx] === 0;
    };
  }

  #find({rule, prodOccurrence}: Options, type: string): Composite {
    let productions = this.#productions.get(rule);
    if (productions === undefined) this.#productions.set(rule, (productions = indexOf(rule)));
    return productions.get(`${type}${prodOccurrence}`)!;
  }

  #first(sequence: readonly IProduction[]): First {
    const types = new Set<TokenType>();
    for (const production of sequence) {
      const first = this.#firstOf(production);
      for (const type of first.types) types.add(type);
      if (!first.nullable) return {types, nullable: false};
    }
    return {types, nullable: true};
  }

  #firstOf(production: IProduction): First {
    if (production instanceof Terminal) return {types: new Set([production.terminalType]), nullable: false};
    if (production instanceof NonTerminal) return this.#firstOfRule(production.referencedRule);
    if (production instanceof Alternation) {
      const all = production.definition.map(alternative => this.#first((alternative as unknown as Composite).definition));
      return {types: new Set(all.flatMap(first => [...first.types])), nullable: all.some(first => first.nullable)};
    }
    const {types, nullable} = this.#first((production as unknown as Composite).definition);
    return {types, nullable: nullable || !isMandatory(production)};
  }

  #firstOfRule(rule: Rule): First {
    const known = this.#ofRule.get(rule);
    if (known === 'unfinished') throw new Error(`rule ${rule.name} is left recursive`);
    if (known !== undefined) return known;
    this.#ofRule.set(rule, 'unfinished');
    const first = this.#first(rule.definition);
    this.#ofRule.set(rule, first);
    return first;
  }
}

function isMandatory(production: IProduction): boolean {
  return (
    production instanceof Alternative || production instanceof RepetitionMandatory || production instanceof RepetitionMandatoryWithSeparator
  );
}

/** Token type index → number of the first set that has it, −1 for none. */
function tableOf(sets: readonly ReadonlySet<TokenType>[]): Int8Array {
  const members = sets.map(set => [...set].flatMap(type => [type.tokenTypeIdx!, ...(type.categoryMatches ?? [])]));
  const table = new Int8Array(Math.max(0, ...members.flat()) + 1).fill(-1);
  members.forEach((indexes, choice) => {
    for (const index of indexes) if (table[index] === -1) table[index] = choice;
  });
  return table;
}

/** The productions of a rule by type and occurrence. */
function indexOf(rule: Rule): Map<string, Composite> {
  const found = new Map<string, Composite>();
  const walk = (production: IProduction): void => {
    if (production instanceof Terminal || production instanceof NonTerminal) return;
    const composite = production as unknown as Composite;
    const type = TYPES.find(([constructor]) => production instanceof constructor)?.[1];
    if (type !== undefined) found.set(`${type}${composite.idx}`, composite);
    composite.definition.forEach(walk);
  };
  rule.definition.forEach(walk);
  return found;
}

const TYPES = [
  [Option, 'Option'],
  [Repetition, 'Repetition'],
  [RepetitionMandatory, 'RepetitionMandatory'],
  [RepetitionMandatoryWithSeparator, 'RepetitionMandatoryWithSeparator'],
  [RepetitionWithSeparator, 'RepetitionWithSeparator'],
  [Alternation, 'Alternation'],
] as const;
