import {sqlError} from '../../common/sql-error.ts';
import type {Decimal} from '../../types/datum.ts';
import {decimal, decimalMultiply, decimalToText} from '../../types/decimal.ts';
import {decimalRound} from '../../types/decimal-round.ts';
import {pow10} from '../../types/pow10.ts';
import {numberTemplate, type NumberTemplate} from './number-template.ts';
import {withOrdinal} from './ordinal.ts';

/** How floats are shown: no more significant digits than the type has, ties to even. */
export type FloatDigits = 6 | 15;

/**
 * to_char of a number. A value with more digits than the template has places gives # signs. 42601 for contradictory templates.
 */
export function formatNumber(value: Decimal, text: string, floatDigits?: FloatDigits): string {
  const template = numberTemplate(text);
  if (template.roman !== undefined) return formatRoman(value, template);
  if (template.exponent) return formatExponent(value, template);
  const shifted = template.shift === 0 ? value : decimalMultiply(value, decimal(pow10(template.shift), 0));
  if (shifted.special === 'NaN' && template.before >= 3) return new NumberWriter(template, false, 'NaN', undefined).write();
  const overflow = (negative: boolean, places: number) =>
    new NumberWriter(template, negative, '#'.repeat(template.before), '#'.repeat(places), true).write();
  if (shifted.special !== undefined)
    return overflow(shifted.special === '-Infinity', floatDigits === 6 && shifted.special !== 'NaN' ? 0 : template.after);
  const places = floatDigits === undefined ? template.after : placesOfFloat(shifted, template.after, floatDigits);
  const rounded = floatDigits === undefined ? decimalRound(shifted, places) : roundToEven(shifted, places);
  const negative = floatDigits === undefined ? rounded.unscaled < 0n : shifted.unscaled < 0n;
  const [whole = '', fraction = ''] = decimalToText(
    decimal(rounded.unscaled < 0n ? -rounded.unscaled : rounded.unscaled, rounded.scale),
  ).split('.');
  if (whole.length > template.before) return overflow(negative, places);
  return new NumberWriter(template, negative, whole === '0' ? '' : whole, fraction.padEnd(places, '0')).write();
}

function placesOfFloat(value: Decimal, wanted: number, digits: FloatDigits): number {
  const whole = String(roundToEven(value, 0).unscaled).replace('-', '').length;
  return whole >= digits ? 0 : Math.min(wanted, digits - whole);
}

function roundToEven(value: Decimal, places: number): Decimal {
  const rounded = decimalRound(value, places);
  if (value.scale <= places) return rounded;
  const unit = pow10(value.scale - places);
  const tie = (value.unscaled % unit) * 2n;
  const isTie = tie === unit || tie === -unit;
  return isTie && rounded.unscaled % 2n !== 0n ? decimal(rounded.unscaled + (rounded.unscaled > 0n ? -1n : 1n), rounded.scale) : rounded;
}

class NumberWriter {
  readonly #template: NumberTemplate;
  readonly #negative: boolean;
  readonly #whole: string;
  /** Undefined: nothing is written from the point on (NaN). */
  readonly #fraction: string | undefined;
  readonly #overflow: boolean;
  #out = '';
  /** Digits before the point still to come, shown or not. */
  #left: number;
  #started = false;
  #signWritten: boolean;
  #place = 0;

  constructor(template: NumberTemplate, negative: boolean, whole: string, fraction: string | undefined, overflow = false) {
    this.#template = template;
    this.#negative = negative;
    this.#overflow = overflow;
    this.#fraction = template.fill && !overflow && fraction !== undefined ? trimZeros(fraction, template.keptAfter) : fraction;
    // A lone zero is shown where no fraction follows.
    this.#whole = whole === '' && this.#fraction === '' && template.before > 0 ? '0' : whole;
    this.#left = template.before;
    const {sign} = template;
    this.#signWritten = sign === 'SG' || sign === 'MI' || sign === 'MIPL' || (sign === 'S' && !template.signFirst);
  }

  write(): string {
    const {parts, sign, fill, before, after} = this.#template;
    if (before + after === 0) this.#signWritten = true;
    if (before === 0) this.#start();
    for (const part of parts) {
      switch (part.kind) {
        case 'digit':
          this.#digit();
          break;
        case 'point':
          if (this.#fraction === undefined) return this.#out;
          if (!this.#started) this.#start();
          this.#out += '.';
          this.#left = -1;
          break;
        case 'group':
          if (this.#started) this.#out += part.text;
          else if (!fill) this.#out += ' ';
          break;
        case 'sign':
          if (sign === 'SG') this.#out += this.#negative ? '-' : '+';
          else if (!this.#template.signFirst) this.#out += this.#negative ? '-' : '+';
          break;
        case 'minus':
          this.#out += this.#negative ? '-' : fill ? '' : ' ';
          break;
        case 'plus':
          this.#out += this.#negative ? (fill ? '' : ' ') : '+';
          break;
        case 'ordinal':
          if (!this.#negative && !this.#overflow && after === 0) this.#out = withOrdinal(this.#out, part.text === 'th' ? 'th' : 'TH');
          break;
        case 'literal':
          this.#out += part.text;
          break;
        case 'currency':
          if (!fill) this.#out += ' ';
          break;
      }
    }
    if (sign === 'PR') this.#out += this.#negative ? '>' : fill ? '' : ' ';
    return this.#out;
  }

  #digit(): void {
    if (this.#left < 0) {
      this.#out += this.#fraction?.[this.#place++] ?? '';
      return;
    }
    const remaining = this.#left--;
    const visible = remaining <= this.#whole.length || remaining <= this.#template.zeros;
    if (!visible) {
      if (!this.#template.fill) this.#out += ' ';
      return;
    }
    if (!this.#started) this.#start();
    this.#out += remaining <= this.#whole.length ? (this.#whole[this.#whole.length - remaining] ?? '0') : '0';
  }

  /** The sign stands directly before the first digit. */
  #start(): void {
    this.#started = true;
    if (this.#signWritten) return;
    this.#signWritten = true;
    const {sign, fill} = this.#template;
    if (sign === 'PR') this.#out += this.#negative ? '<' : fill ? '' : ' ';
    else if (sign === 'S') this.#out += this.#negative ? '-' : '+';
    else this.#out += this.#negative ? '-' : fill ? '' : ' ';
  }
}

function trimZeros(fraction: string, kept: number): string {
  let end = fraction.length;
  while (end > kept && fraction[end - 1] === '0') end--;
  return fraction.slice(0, end);
}

const ROMAN: readonly (readonly [number, string])[] = [
  [1000, 'M'],
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
];
const ROMAN_WIDTH = 15;

function formatRoman(value: Decimal, {roman, fill}: NumberTemplate): string {
  let number = value.special === undefined ? Number(decimalRound(value).unscaled) : 0;
  let text = '';
  if (number < 1 || number > 3999) text = '#'.repeat(ROMAN_WIDTH);
  else {
    for (const [size, symbol] of ROMAN) {
      while (number >= size) {
        text += symbol;
        number -= size;
      }
    }
  }
  const cased = roman === 'rn' ? text.toLowerCase() : text;
  return fill ? cased : cased.padStart(ROMAN_WIDTH);
}

function formatExponent(value: Decimal, {after, before, fill, shift, sign}: NumberTemplate): string {
  if (shift > 0 || fill || sign !== 'none') {
    throw sqlError('syntax_error', '"EEEE" is incompatible with other formats', {
      detail: '"EEEE" may only be used together with digit and decimal point patterns.',
    });
  }
  if (value.special !== undefined) return ` ${'#'.repeat(Math.max(before, 1))}.${'#'.repeat(after)}####`;
  const negative = value.unscaled < 0n;
  const digits = String(negative ? -value.unscaled : value.unscaled);
  let exponent = value.unscaled === 0n ? 0 : digits.length - 1 - value.scale;
  let mantissa = decimalRound(decimal(BigInt(digits), digits.length - 1), after);
  if (mantissa.unscaled >= pow10(mantissa.scale + 1)) {
    exponent++;
    mantissa = decimalRound(decimal(BigInt(digits), digits.length), after);
  }
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${negative ? '-' : ' '}${decimalToText(mantissa)}e${exponent < 0 ? '-' : '+'}${size}`;
}
