import {sqlError} from '../../common/sql-error.ts';
import type {Decimal} from '../../types/datum.ts';
import {decimalFromText, parseDecimal} from '../../types/decimal.ts';
import {decimalRound} from '../../types/decimal-round.ts';
import {numberTemplate} from './number-template.ts';

/** to_number: the digits that the template's places find in the text. 22P02 when there are none. NULL for an empty text or template. */
export function parseNumber(text: string, template: string): Decimal | null {
  const {parts, before, after, sign} = numberTemplate(template);
  if (template === '') return null;
  let rest = text.trimStart();
  let digits = '';
  let taken = 0;
  const bracketed = sign === 'PR' && rest.startsWith('<');
  let negative = rest.startsWith('-') || bracketed || ((sign === 'MI' || sign === 'S' || sign === 'SG') && /-\s*$/.test(rest));
  if (/^[-+]/.test(rest) || bracketed) rest = rest.slice(1);
  for (const part of parts) {
    if (rest === '') break;
    switch (part.kind) {
      case 'digit':
        rest = rest.trimStart();
        if (rest.startsWith('.') && after > 0 && !digits.includes('.')) {
          // Fewer digits before the point than the template has places.
          digits += '.';
          rest = rest.slice(1);
        }
        if (/^\d/.test(rest)) {
          digits += rest.slice(0, 1);
          taken++;
        }
        // Whatever stands at the place of a digit is passed over.
        rest = rest.slice(1);
        break;
      case 'point':
        if (rest.startsWith('.') && !digits.includes('.')) {
          digits += '.';
          rest = rest.slice(1);
        }
        break;
      case 'group':
        if (rest.startsWith(',')) rest = rest.slice(1);
        break;
      case 'sign':
      case 'minus':
      case 'plus':
        if (rest.startsWith('-')) negative = true;
        rest = rest.replace(/^[-+ ]/, '');
        break;
      case 'currency':
        rest = rest.replace(/^[^\d.,+-]/, '');
        break;
      default:
        rest = rest.slice(1);
    }
  }
  if (taken === 0 || before + after === 0)
    throw sqlError('invalid_text_representation', `invalid input syntax for type numeric: "${text.trim() === '' ? ' ' : text}"`);
  const value = parseDecimal(`${negative ? '-' : ''}${digits}`) ?? decimalFromText('0');
  return after < value.scale ? decimalRound(value, after) : value;
}
