import {unreachable} from '../common/unreachable.ts';
import {parsePlainRegex, type CharacterSet, type RegexNode} from './byte-regex-parser.ts';

/** Tries to go on at a byte; the end of the match, or −1. */
type Matcher = (at: number) => number;

/**
 * A plain regular expression on UTF-8 bytes, without making strings: backtracking as JavaScript's engine does it, first alternative first.
 * A character beyond ASCII counts as one.
 */
export class ByteRegex {
  /** Starts and ends of the groups of the last match, from index 2 on (group 0 = the match); −1 = the group took no part. */
  readonly groups: Int32Array;
  #data: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  readonly #match: Matcher;
  /** Bytes that a match can begin with elsewhere than at the start of the text; null = any. */
  readonly #first: Uint8Array | null;

  private constructor(node: RegexNode, groups: number) {
    this.groups = new Int32Array((groups + 1) * 2);
    this.#match = this.#compile(node, at => at);
    const first = new Uint8Array(256);
    this.#first = firstBytes(node, first) ? null : first;
  }

  /** Undefined when the pattern is not plain. */
  static compile(pattern: string): ByteRegex | undefined {
    const parsed = parsePlainRegex(pattern);
    return parsed === undefined ? undefined : new ByteRegex(parsed.node, parsed.groups);
  }

  /** Looks for the first match in a range; its groups are in `groups`. */
  exec(data: Uint8Array, start: number, end: number): boolean {
    this.#data = data;
    this.#start = start;
    this.#end = end;
    const first = this.#first;
    for (let at = start; at <= end; at++) {
      if (at > start) {
        if (first !== null) {
          while (at < end && first[data[at]!] === 0) at++;
          if (at === end) return false;
        } else if (at < end && (data[at]! & 0xc0) === 0x80) continue;
      }
      this.groups.fill(-1);
      const matched = this.#match(at);
      if (matched < 0) continue;
      this.groups[0] = at;
      this.groups[1] = matched;
      return true;
    }
    return false;
  }

  #compile(node: RegexNode, next: Matcher): Matcher {
    switch (node.kind) {
      case 'literal':
        return this.#literal(node.bytes, next);
      case 'set':
        return at => {
          const after = this.#step(node.set, at);
          return after < 0 ? -1 : next(after);
        };
      case 'repeat':
        return this.#repeat(node.set, node.min, node.max, next);
      case 'start':
        return at => (at === this.#start ? next(at) : -1);
      case 'end':
        return at => (at === this.#end ? next(at) : -1);
      case 'sequence':
        return node.parts.toReversed().reduce((rest: Matcher, part) => this.#compile(part, rest), next);
      case 'choice': {
        const options = node.options.map(option => this.#compile(option, next));
        return at => {
          for (const option of options) {
            const matched = option(at);
            if (matched >= 0) return matched;
          }
          return -1;
        };
      }
      case 'group':
        return this.#group(node.index * 2, node.body, next);
      default:
        return unreachable(node);
    }
  }

  #literal(bytes: Uint8Array, next: Matcher): Matcher {
    const length = bytes.length;
    return at => {
      if (at + length > this.#end) return -1;
      const data = this.#data;
      for (let i = 0; i < length; i++) if (data[at + i] !== bytes[i]) return -1;
      return next(at + length);
    };
  }

  /** Behind the character at a byte, if it belongs to the set; else −1. */
  #step({ascii, others}: CharacterSet, at: number): number {
    if (at >= this.#end) return -1;
    const byte = this.#data[at]!;
    if (byte < 128) return ascii[byte] === 1 ? at + 1 : -1;
    if (!others) return -1;
    let after = at + 1;
    while (after < this.#end && (this.#data[after]! & 0xc0) === 0x80) after++;
    return after;
  }

  #repeat(set: CharacterSet, min: number, max: number, next: Matcher): Matcher {
    return at => {
      let count = 0;
      let after = at;
      for (let stepped = at; count < max; count++) {
        stepped = this.#step(set, after);
        if (stepped < 0) break;
        after = stepped;
      }
      for (; count >= min; count--) {
        const matched = next(after);
        if (matched >= 0) return matched;
        if (after === at) return -1;
        after--;
        while ((this.#data[after]! & 0xc0) === 0x80) after--;
      }
      return -1;
    };
  }

  #group(slot: number, body: RegexNode, next: Matcher): Matcher {
    const {groups} = this;
    let opened = -1;
    const inner = this.#compile(body, at => {
      const [start, end] = [groups[slot]!, groups[slot + 1]!];
      groups[slot] = opened;
      groups[slot + 1] = at;
      const matched = next(at);
      if (matched >= 0) return matched;
      groups[slot] = start;
      groups[slot + 1] = end;
      return -1;
    });
    return at => {
      const before = opened;
      opened = at;
      const matched = inner(at);
      opened = before;
      return matched;
    };
  }
}

/** Notes the bytes that a match of `node` can begin with; true = it can also be empty, so that what follows it counts. */
function firstBytes(node: RegexNode, first: Uint8Array): boolean {
  switch (node.kind) {
    case 'literal':
      first[node.bytes[0]!] = 1;
      return false;
    case 'set':
      addSet(node.set, first);
      return false;
    case 'repeat':
      addSet(node.set, first);
      return node.min === 0;
    // Only at the start of the text, where every pattern is tried.
    case 'start':
      return false;
    case 'end':
      return true;
    case 'sequence':
      return node.parts.every(part => firstBytes(part, first));
    case 'choice':
      return node.options.filter(option => firstBytes(option, first)).length > 0;
    case 'group':
      return firstBytes(node.body, first);
    default:
      return unreachable(node);
  }
}

function addSet({ascii, others}: CharacterSet, first: Uint8Array): void {
  for (let byte = 0; byte < 128; byte++) if (ascii[byte] === 1) first[byte] = 1;
  if (others) first.fill(1, 0xc0);
}
