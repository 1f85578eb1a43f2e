import {DateTimeParseError} from './date-time-errors.ts';
import {isDateWord} from './date-time-words.ts';

/**
 * The fields of a date/time or interval text, split by PostgreSQL's rules:
 *  date    digits and separators, or a word with separators: 1999-01-08, 8-jan-1999, america/new_york
 *  time    digits with colons: 04:05:06.789
 *  number  digits, perhaps one point: 1999, 040506.789, .5
 *  zone    a sign and digits: +02, -08:00, -1.5
 *  word    letters
 *  special a sign and letters: -infinity
 */
export type DateTimeToken = {readonly kind: 'date' | 'time' | 'number' | 'zone' | 'word' | 'special'; readonly text: string};

const PUNCTUATION = /[!-/:-@[-`{-~]/;

export function tokenizeDateTime(input: string): DateTimeToken[] {
  const text = input.toLowerCase();
  const tokens: DateTimeToken[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  for (;;) {
    match(/[ \t-\r]*/y);
    if (at >= text.length) return tokens;
    const char = text.charAt(at);
    let token: string | undefined;
    if (/\d/.test(char)) {
      if ((token = match(/\d+:[\d:.]*/y)) !== undefined) tokens.push({kind: 'time', text: token});
      else if ((token = match(/\d+([-/.])\d+\1[\d\-/.]*|\d+([-/])\d+|\d+([-/.])(?=\D|$)[a-z0-9\-/.]*/y)) !== undefined) {
        // "12." is a number, "12.jan" and "1999-" are dates.
        tokens.push({kind: /^\d+\.$/.test(token) ? 'number' : 'date', text: token});
      } else if ((token = match(/\d+(\.\d*)?/y)) !== undefined) tokens.push({kind: 'number', text: token});
    } else if (char === '.') {
      token = match(/\.\d*/y);
      tokens.push({kind: 'number', text: token ?? ''});
    } else if (/[a-z]/.test(char)) {
      tokens.push(wordToken(match));
    } else if (char === '+' || char === '-') {
      at++;
      match(/[ \t-\r]*/y);
      if ((token = match(/\d[\d:.-]*/y)) !== undefined) tokens.push({kind: 'zone', text: char + token});
      else if ((token = match(/[a-z]+/y)) !== undefined) tokens.push({kind: 'special', text: char + token});
      else throw new DateTimeParseError('bad-format');
    } else if (PUNCTUATION.test(char)) at++;
    else throw new DateTimeParseError('bad-format');
    if (tokens.length > 25) throw new DateTimeParseError('bad-format');
  }
}

function wordToken(match: (pattern: RegExp) => string | undefined): DateTimeToken {
  const word = match(/[a-z]+/y) ?? '';
  // A separator, or a digit after an unknown word, makes it a date with a month's name or the name of a time zone.
  const rest = match(isDateWord(word) ? /[-/.][a-z0-9+\-/_.:]*/y : /[-/.+\d][a-z0-9+\-/_.:]*/y);
  return rest === undefined ? {kind: 'word', text: word} : {kind: 'date', text: word + rest};
}
