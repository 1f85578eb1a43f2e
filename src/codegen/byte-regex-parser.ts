/**
 * One character class: which ASCII characters belong to it, and whether all others do. A class that would have to tell other characters
 * apart is none.
 */
export type CharacterSet = {readonly ascii: Uint8Array; readonly others: boolean};

export type RegexNode =
  | {readonly kind: 'literal'; readonly bytes: Uint8Array}
  | {readonly kind: 'set'; readonly set: CharacterSet}
  /** Greedy. */
  | {readonly kind: 'repeat'; readonly set: CharacterSet; readonly min: number; readonly max: number}
  | {readonly kind: 'start'}
  | {readonly kind: 'end'}
  | {readonly kind: 'sequence'; readonly parts: readonly RegexNode[]}
  | {readonly kind: 'choice'; readonly options: readonly RegexNode[]}
  | {readonly kind: 'group'; readonly index: number; readonly body: RegexNode};

const ASCII = 128;
const SPECIAL = new Set('.[]()*+?{}|^$\\');

/** Thrown within the parser where the pattern is left to the general engine. */
class NotPlain extends Error {}

/**
 * Reads the plain part of PostgreSQL's regular expressions: literals, `.`, brackets of ASCII characters, groups, alternatives, anchors, and
 * greedy repetition of single characters. Undefined for everything else, wrong patterns included.
 */
export function parsePlainRegex(pattern: string): {readonly node: RegexNode; readonly groups: number} | undefined {
  if (pattern.startsWith('***') || pattern.startsWith('(?')) return undefined;
  try {
    const parser = new Parser(pattern);
    return {node: parser.parse(), groups: parser.groups};
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

class Parser {
  readonly #text: readonly string[];
  #at = 0;
  groups = 0;

  constructor(pattern: string) {
    this.#text = [...pattern];
  }

  parse(): RegexNode {
    const node = this.#choice();
    if (this.#at < this.#text.length) throw new NotPlain();
    return node;
  }

  #choice(): RegexNode {
    const options = [this.#sequence()];
    while (this.#text[this.#at] === '|') {
      this.#at++;
      options.push(this.#sequence());
    }
    return options.length === 1 ? options[0]! : {kind: 'choice', options};
  }

  #sequence(): RegexNode {
    const parts: RegexNode[] = [];
    for (let c = this.#text[this.#at]; c !== undefined && c !== '|' && c !== ')'; c = this.#text[this.#at]) parts.push(this.#repeated());
    return parts.length === 1 ? parts[0]! : {kind: 'sequence', parts};
  }

  #repeated(): RegexNode {
    const atom = this.#atom();
    const quantifier = this.#quantifier();
    if (quantifier === undefined) return atom;
    const next = this.#text[this.#at];
    const set = atom.kind === 'set' ? atom.set : singleCharacter(atom);
    if (set === undefined || next === '?' || next === '*' || next === '+' || next === '{') throw new NotPlain();
    return {kind: 'repeat', set, ...quantifier};
  }

  #quantifier(): {min: number; max: number} | undefined {
    const c = this.#text[this.#at];
    if (c === '{') throw new NotPlain();
    if (c !== '*' && c !== '+' && c !== '?') return undefined;
    this.#at++;
    return {min: c === '+' ? 1 : 0, max: c === '?' ? 1 : Infinity};
  }

  #atom(): RegexNode {
    const c = this.#text[this.#at++]!;
    switch (c) {
      case '.':
        return {kind: 'set', set: {ascii: new Uint8Array(ASCII).fill(1), others: true}};
      case '^':
        return {kind: 'start'};
      case '$':
        return {kind: 'end'};
      case '[':
        return {kind: 'set', set: this.#brackets()};
      case '(':
        return this.#group();
      case '\\':
        return this.#escaped();
      default:
        if (SPECIAL.has(c)) throw new NotPlain();
        return {kind: 'literal', bytes: Buffer.from(c)};
    }
  }

  #group(): RegexNode {
    if (this.#text[this.#at] === '?') throw new NotPlain();
    const index = ++this.groups;
    const body = this.#choice();
    if (this.#text[this.#at++] !== ')') throw new NotPlain();
    return {kind: 'group', index, body};
  }

  /** A backslash before a character that is neither letter nor digit takes away its meaning. */
  #escaped(): RegexNode {
    const c = this.#text[this.#at++];
    if (c === undefined || /[\p{L}\p{N}_]/u.test(c)) throw new NotPlain();
    return {kind: 'literal', bytes: Buffer.from(c)};
  }

  #brackets(): CharacterSet {
    const ascii = new Uint8Array(ASCII);
    const negated = this.#text[this.#at] === '^';
    if (negated) this.#at++;
    for (let first = true; first || this.#text[this.#at] !== ']'; first = false) {
      const from = this.#bracketCharacter();
      if (this.#text[this.#at] !== '-' || this.#text[this.#at + 1] === ']') {
        ascii[from] = 1;
        continue;
      }
      this.#at++;
      const to = this.#bracketCharacter();
      if (to < from) throw new NotPlain();
      ascii.fill(1, from, to + 1);
    }
    this.#at++;
    return negated ? {ascii: ascii.map(member => 1 - member), others: true} : {ascii, others: false};
  }

  #bracketCharacter(): number {
    const c = this.#text[this.#at++];
    if (c === undefined || c === '[' || c === '\\' || c.codePointAt(0)! >= ASCII) throw new NotPlain();
    return c.codePointAt(0)!;
  }
}

function singleCharacter(atom: RegexNode): CharacterSet | undefined {
  if (atom.kind !== 'literal' || atom.bytes.length !== 1) return undefined;
  const ascii = new Uint8Array(ASCII);
  ascii[atom.bytes[0]!] = 1;
  return {ascii, others: false};
}
