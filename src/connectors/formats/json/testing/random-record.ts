import {T, arrayOf, type SqlType} from '../../../../types/sql-type.ts';
import type {DecodeColumn} from '../decode-column.ts';
import type {SeededRandom} from './seeded-random.ts';

const SCALARS: readonly SqlType[] = [
  T.int8,
  T.int8,
  T.int4,
  T.int2,
  T.bool,
  T.float8,
  T.float4,
  T.text,
  T.text,
  T.text,
  {kind: 'varchar', length: 5},
  T.timestamp,
  T.timestamp,
  T.timestamptz,
  T.date,
  T.time,
  T.uuid,
  T.json,
  T.numeric,
  {kind: 'numeric', precision: 10, scale: 2},
  arrayOf(T.int8),
];
const NAMES = [
  'id',
  'Id',
  'price',
  'dateTime',
  'a',
  'emailAddress',
  'aVeryLongColumnNameIndeed',
  'aVeryLongColumnNameIndeeD',
  'naïve',
  'x y',
  'extra',
  '',
];

export function randomColumns(random: SeededRandom): DecodeColumn[] {
  return randomNames(random, 1 + random.below(7)).map(name => ({name, type: randomType(random, 2), notNull: random.chance(0.1)}));
}

const randomNames = (random: SeededRandom, count: number): string[] => random.shuffled(NAMES).slice(0, count);

function randomType(random: SeededRandom, depth: number): SqlType {
  if (depth === 0 || random.chance(0.75)) return random.pick(SCALARS);
  const fields = randomNames(random, random.below(6)).map(name => ({name, type: randomType(random, depth - 1)}));
  return {kind: 'composite', fields};
}

/** A record's JSON text: mostly right for the columns, with everything that the grammar allows and now and then what it does not. */
export function randomRecord(random: SeededRandom, columns: readonly DecodeColumn[]): Buffer {
  // A style lasts for a record: most producers are regular.
  const style: Style = {
    random,
    space: random.chance(0.25),
    escape: random.chance(0.2),
    odd: random.chance(0.4) ? 0.04 : 0,
    shuffle: random.chance(0.3),
  };
  if (random.chance(0.01)) return Buffer.from(anyValue(style, 2));
  const text = gap(style) + objectText(style, columns) + gap(style);
  const bytes = Buffer.from(text);
  return random.chance(0.15) ? mutate(random, bytes) : bytes;
}

type Style = {
  readonly random: SeededRandom;
  readonly space: boolean;
  readonly escape: boolean;
  readonly odd: number;
  readonly shuffle: boolean;
};

function gap({random, space}: Style): string {
  return space && random.chance(0.5) ? random.pick([' ', '\n', '\t', '\r\n', '  ']) : '';
}

function objectText(style: Style, fields: readonly {readonly name: string; readonly type: SqlType}[]): string {
  const {random, odd} = style;
  const entries = (style.shuffle ? random.shuffled(fields) : [...fields]).flatMap(f => {
    if (random.chance(odd)) return [];
    const entry = (): string => `${stringText(style, randomCase(style, f.name))}${gap(style)}:${gap(style)}${valueText(style, f.type)}`;
    return random.chance(odd / 4) ? [entry(), entry()] : [entry()];
  });
  while (random.chance(odd * 3)) {
    const key = stringText(style, random.pick([...NAMES, 'unknown', 'quo"te', '\u0000']));
    entries.splice(random.below(entries.length + 1), 0, `${key}${gap(style)}:${gap(style)}${anyValue(style, 3)}`);
  }
  return `{${gap(style)}${entries.join(`${gap(style)},${gap(style)}`)}${gap(style)}}`;
}

function randomCase({random, odd}: Style, name: string): string {
  if (!random.chance(odd)) return name;
  return random.pick([name.toLowerCase(), name.toUpperCase(), name.replace(/[a-z]/, c => c.toUpperCase())]);
}

function anyValue(style: Style, depth: number): string {
  const {random} = style;
  switch (random.below(depth === 0 ? 6 : 8)) {
    case 0:
      return 'null';
    case 1:
      return 'true';
    case 2:
      return numberText(style);
    case 3:
      return integerText(style);
    case 4:
      return 'false';
    case 5:
      return stringText(style, randomText(style));
    case 6:
      return `[${gap(style)}${Array.from({length: random.below(4)}, () => anyValue(style, depth - 1)).join(`${gap(style)},`)}]`;
    default:
      return objectText(
        style,
        random
          .shuffled(NAMES)
          .slice(0, random.below(3))
          .map(name => ({name, type: random.pick(SCALARS)})),
      );
  }
}

function valueText(style: Style, type: SqlType): string {
  const {random, odd} = style;
  if (random.chance(odd)) return random.chance(0.6) ? 'null' : anyValue(style, 2);
  switch (type.kind) {
    case 'int8':
      return integerText(style);
    case 'int4':
    case 'int2':
      return random.chance(0.9) ? String(random.below(65536) - 32768) : integerText(style);
    case 'bool':
      return random.chance(0.5) ? 'true' : 'false';
    case 'float4':
    case 'float8':
    case 'numeric':
      return numberText(style);
    case 'timestamp':
    case 'timestamptz':
      return stringText(style, timestampText(style));
    case 'date':
      return stringText(style, dateText(style));
    case 'time':
      return stringText(style, timeText(style));
    case 'uuid': {
      const hex = Array.from({length: 32}, () => random.pick('0123456789abcdefA'.split(''))).join('');
      return stringText(style, hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, random.chance(0.9) ? '$1-$2-$3-$4-' : '$1$2$3$4'));
    }
    case 'json':
      return anyValue(style, 2);
    case 'array':
      return `[${Array.from({length: random.below(4)}, () => valueText(style, type.element)).join(',')}]`;
    case 'composite':
      return objectText(style, type.fields);
    default:
      return stringText(style, randomText(style));
  }
}

function digits(random: SeededRandom, count: number): string {
  return Array.from({length: count}, () => random.below(10)).join('');
}

function integerText({random, odd}: Style): string {
  if (random.chance(odd)) {
    return random.pick([
      '-0',
      '0',
      '1.0',
      '1e3',
      '12.50e1',
      '1.5',
      '01',
      '-',
      '9007199254740991',
      '9007199254740992',
      '-9007199254740993',
      '9223372036854775807',
      '9223372036854775808',
      '-9223372036854775808',
      '-9223372036854775809',
      '99999999999999999999',
      '1e400',
      '+1',
      '1.',
      '.5',
    ]);
  }
  const text = digits(random, 1 + random.below(random.chance(0.1) ? 19 : 9)).replace(/^0+(?=\d)/, '');
  return random.chance(0.2) ? `-${text}` : text;
}

function numberText(style: Style): string {
  const {random} = style;
  let text = integerText(style);
  if (random.chance(0.7)) text += `.${digits(random, 1 + random.below(random.chance(0.2) ? 17 : 3))}`;
  if (random.chance(0.1)) text += `${random.pick(['e', 'E'])}${random.pick(['', '+', '-'])}${random.below(random.chance(0.1) ? 320 : 25)}`;
  return text;
}

const two = (n: number): string => String(n).padStart(2, '0');

function dateText({random, odd}: Style): string {
  const year = random.chance(odd) ? random.pick([0, 1, 1900, 2000, 9999]) : 1960 + random.below(100);
  return `${String(year).padStart(4, '0')}-${two(1 + random.below(12 + (random.chance(odd) ? 1 : 0)))}-${two(1 + random.below(random.chance(odd) ? 32 : 28))}`;
}

function timeText({random, odd}: Style): string {
  const limit = random.chance(odd) ? 1 : 0;
  let text = `${two(random.below(24 + limit))}:${two(random.below(60 + limit))}`;
  if (random.chance(0.1)) return text;
  text += `:${two(random.below(60 + limit))}`;
  return random.chance(0.7) ? `${text}.${digits(random, 1 + random.below(random.chance(odd) ? 11 : 6))}` : text;
}

function timestampText(style: Style): string {
  const {random, odd} = style;
  if (random.chance(odd)) return dateText(style);
  const zone = random.chance(0.7) ? '' : random.pick(['Z', 'z', '+00', '-05', '+0530', '+05:30', '-15:59', '+16', '-1']);
  return `${dateText(style)}${random.pick(['T', ' ', ' '])}${timeText(style)}${zone}`;
}

const CHARACTERS = [
  ...'abcdefghijklmnopqrstuvwxyz0123456789 '.split(''),
  ...'"\\/\b\f\n\r\t\u007f'.split(''),
  'é',
  'ß',
  '€',
  '漢',
  '😀',
  '\u2028',
];
const RARE = ['\ud800', '\udc00', '\u0000', '\uffff'];

function randomText({random, odd}: Style): string {
  const length = random.below(random.chance(0.2) ? 80 : 12);
  return Array.from({length}, () => (random.chance(odd / 20) ? random.pick(RARE) : random.pick(CHARACTERS))).join('');
}

const SHORT: Readonly<Record<string, string>> = {'"': '\\"', '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t'};

function stringText({random, escape}: Style, text: string): string {
  let out = '"';
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    const code = text.charCodeAt(i);
    const lone =
      (code & 0xf800) === 0xd800 &&
      !text
        .codePointAt(i)!
        .toString(16)
        .match(/^1?[0-9a-f]{5}$/) &&
      (code >= 0xdc00 ? i === 0 || (text.charCodeAt(i - 1) & 0xfc00) !== 0xd800 : true);
    if (lone || (escape && random.chance(0.15))) out += unicodeEscape(random, code);
    else if ((code & 0xfc00) === 0xd800 && escape && random.chance(0.5)) {
      out += unicodeEscape(random, code) + unicodeEscape(random, text.charCodeAt(++i));
    } else if (SHORT[c] !== undefined) out += SHORT[c];
    else if (code < 0x20) out += unicodeEscape(random, code);
    else if (c === '/' && escape) out += '\\/';
    else if ((code & 0xfc00) === 0xd800) out += c + text[++i]!;
    else out += c;
  }
  return `${out}"`;
}

function unicodeEscape(random: SeededRandom, code: number): string {
  const hex = code.toString(16).padStart(4, '0');
  return `\\u${random.chance(0.5) ? hex : hex.toUpperCase()}`;
}

/** One change of a few bytes: what truncation, corruption and careless producers do. */
function mutate(random: SeededRandom, bytes: Buffer): Buffer {
  const at = random.below(bytes.length + 1);
  const piece = (): Buffer =>
    random.chance(0.3)
      ? Buffer.from([random.pick([0, 1, 0x7f, 0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xed, 0xf0, 0xf5, 0xff, random.below(256)])])
      : Buffer.from(
          random.pick([
            ...'{}[]:,"\\ue0123456789-+. \t\n'.split(''),
            'null',
            'nul',
            'tru',
            '""',
            ',,',
            '\\u12',
            '\\ud800',
            '\\',
            '//',
            '\ufeff',
            ' ',
            'é',
          ]),
        );
  switch (random.below(5)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes, piece()]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(3))]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), piece(), bytes.subarray(at)]);
    default:
      return Buffer.concat([bytes.subarray(0, at), piece(), bytes.subarray(at + 1)]);
  }
}
