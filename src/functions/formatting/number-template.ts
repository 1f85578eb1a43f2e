import {sqlError} from '../../common/sql-error.ts';

/** A template of to_char for numbers, analysed. `parts` in order; digits know whether they are before the decimal point. */
export type NumberTemplate = {
  readonly parts: readonly NumberPart[];
  /** Digit positions before and after the decimal point. */
  readonly before: number;
  readonly after: number;
  /** Positions before the point that are shown even when empty: from the first 0 on. */
  readonly zeros: number;
  /** A 0 after the point keeps the places up to it under FM. */
  readonly keptAfter: number;
  readonly fill: boolean;
  readonly sign: 'none' | 'S' | 'SG' | 'MI' | 'PL' | 'PR' | 'MIPL';
  readonly signFirst: boolean;
  /** Powers of ten by which V multiplies. */
  readonly shift: number;
  readonly roman: 'RN' | 'rn' | undefined;
  readonly exponent: boolean;
};
export type NumberPart = {
  readonly kind: 'digit' | 'point' | 'group' | 'sign' | 'plus' | 'minus' | 'ordinal' | 'currency' | 'literal';
  readonly text: string;
  readonly locale?: boolean | undefined;
};

const TOKENS = ['EEEE', 'FM', 'MI', 'PL', 'PR', 'RN', 'SG', 'TH', 'SP', '0', '9', 'B', 'C', 'D', 'G', 'L', 'S', 'V', '.', ','];

export function numberTemplate(template: string): NumberTemplate {
  return new NumberTemplateReader().read(template);
}

function malformed(message: string) {
  return sqlError('syntax_error', message);
}

class NumberTemplateReader {
  readonly #parts: NumberPart[] = [];
  #before = 0;
  #after = 0;
  #firstZero = -1;
  #keptAfter = 0;
  #fill = false;
  #point = false;
  #sign: NumberTemplate['sign'] = 'none';
  #signFirst = false;
  #shift = 0;
  #shifting = false;
  #roman: 'RN' | 'rn' | undefined;
  #exponent = false;

  read(template: string): NumberTemplate {
    let rest = template;
    while (rest !== '') {
      const token = TOKENS.find(candidate => rest.slice(0, candidate.length).toUpperCase() === candidate);
      if (token === undefined) {
        const quoted = /^"((?:[^"\\]|\\.)*)("|$)/su.exec(rest);
        const [first = ''] = rest;
        this.#parts.push({kind: 'literal', text: quoted === null ? first : (quoted[1] ?? '').replaceAll(/\\(.)/gsu, '$1')});
        rest = rest.slice(quoted?.[0].length ?? first.length);
      } else {
        this.#token(token, rest.slice(0, token.length));
        rest = rest.slice(token.length);
      }
    }
    return {
      parts: this.#parts,
      before: this.#before,
      after: this.#after,
      zeros: this.#firstZero < 0 ? 0 : this.#before - this.#firstZero,
      keptAfter: this.#keptAfter,
      fill: this.#fill,
      sign: this.#sign,
      signFirst: this.#signFirst,
      shift: this.#shift,
      roman: this.#roman,
      exponent: this.#exponent,
    };
  }

  #token(token: string, text: string): void {
    if (this.#exponent && token !== 'FM') throw malformed('"EEEE" must be the last pattern used');
    switch (token) {
      case '9':
      case '0':
        return this.#digit(token);
      case '.':
      case 'D':
        if (this.#point) throw malformed('multiple decimal points');
        if (this.#shifting) throw malformed('cannot use "V" and decimal point together');
        this.#point = true;
        this.#parts.push({kind: 'point', text: '.', locale: token === 'D'});
        return;
      case ',':
      case 'G':
        this.#parts.push({kind: 'group', text: ',', locale: token === 'G'});
        return;
      case 'FM':
        this.#fill = true;
        return;
      case 'S':
        if (this.#sign !== 'none')
          throw malformed(this.#sign === 'S' ? 'cannot use "S" twice' : 'cannot use "S" and "PL"/"MI"/"SG"/"PR" together');
        this.#sign = 'S';
        this.#signFirst = this.#before + this.#after === 0;
        this.#parts.push({kind: 'sign', text});
        return;
      case 'SG':
        this.#single('SG');
        this.#parts.push({kind: 'sign', text});
        return;
      case 'MI':
        this.#plusMinus('MI', 'PL');
        this.#parts.push({kind: 'minus', text});
        return;
      case 'PL':
        this.#plusMinus('PL', 'MI');
        this.#parts.push({kind: 'plus', text});
        return;
      case 'PR':
        this.#single('PR');
        return;
      case 'TH':
        this.#parts.push({kind: 'ordinal', text});
        return;
      case 'L':
      case 'C':
        this.#parts.push({kind: 'currency', text: ''});
        return;
      case 'V':
        if (this.#point) throw malformed('cannot use "V" and decimal point together');
        this.#shifting = true;
        return;
      case 'RN':
        this.#roman = text === 'rn' ? 'rn' : 'RN';
        return;
      case 'EEEE':
        this.#exponent = true;
        return;
      default:
        return;
    }
  }

  #single(sign: 'SG' | 'PR'): void {
    if (this.#sign !== 'none') throw malformed(`cannot use "${sign}" and "S"/"PL"/"MI"/"SG"/"PR" together`);
    this.#sign = sign;
  }

  #plusMinus(sign: 'MI' | 'PL', other: 'MI' | 'PL'): void {
    if (this.#sign === 'S') throw malformed(`cannot use "S" and "${sign}" together`);
    this.#sign = this.#sign === other ? 'MIPL' : sign;
  }

  #digit(token: '9' | '0'): void {
    if (this.#sign === 'PR') throw malformed(`"${token}" must be ahead of "PR"`);
    this.#parts.push({kind: 'digit', text: token});
    if (this.#point) {
      this.#after++;
      if (token === '0') this.#keptAfter = this.#after;
      return;
    }
    if (this.#shifting) this.#shift++;
    if (token === '0' && this.#firstZero < 0) this.#firstZero = this.#before;
    this.#before++;
  }
}
