import {createHash} from 'node:crypto';
import {sqlError} from '../../common/sql-error.ts';
import {sqlFormat} from './format-function.ts';
import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';
import {decodeBytes, encodeBytes} from './byte-encoding.ts';
import {quoteIdentifier, quoteLiteral} from './quoting.ts';
import {textOf} from './text-of.ts';

const {strict, nullable, variadic} = definer('text');

const infallible = {fallible: false};
const hash = (name: string, data: string | Uint8Array) => createHash(name).update(data).digest();

function chr(code: number): string {
  if (code < 0) throw sqlError('invalid_parameter_value', 'character number must be positive');
  if (code === 0) throw sqlError('program_limit_exceeded', 'null character not permitted');
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    throw sqlError('program_limit_exceeded', `requested character not valid for encoding: ${code}`);
  }
  return String.fromCodePoint(code);
}

const QUOTE_LITERAL = 'As a string constant of SQL';

export const TEXT_ENCODING: readonly FunctionDefinition[] = [
  strict('ascii', 1620, 'text', 'int4', 'Code point of the first character; 0 for empty text', a => a.codePointAt(0) ?? 0, infallible),
  strict('chr', 1621, 'int4', 'text', 'Character of a code point', chr),
  strict('to_hex', 2089, 'int4', 'text', 'Hexadecimal digits', a => (a >>> 0).toString(16), infallible),
  strict('to_hex', 2090, 'int8', 'text', 'Hexadecimal digits', a => BigInt.asUintN(64, a).toString(16), infallible),
  strict('md5', 2311, 'text', 'text', 'MD5 hash in hexadecimal', a => hash('md5', a).toString('hex'), infallible),
  strict('md5', 2321, 'bytea', 'text', 'MD5 hash in hexadecimal', a => hash('md5', a).toString('hex'), infallible),
  strict('sha224', 3419, 'bytea', 'bytea', 'SHA-224 hash', a => hash('sha224', a), infallible),
  strict('sha256', 3420, 'bytea', 'bytea', 'SHA-256 hash', a => hash('sha256', a), infallible),
  strict('sha384', 3421, 'bytea', 'bytea', 'SHA-384 hash', a => hash('sha384', a), infallible),
  strict('sha512', 3422, 'bytea', 'bytea', 'SHA-512 hash', a => hash('sha512', a), infallible),
  strict('encode', 1946, 'bytea,text', 'text', 'Bytes as text: base64, hex or escape', encodeBytes),
  strict('decode', 1947, 'text,text', 'bytea', 'Bytes of a text: base64, hex or escape', decodeBytes),
  strict('quote_ident', 1282, 'text', 'text', 'As an identifier of SQL, quoted where needed', quoteIdentifier, infallible),
  strict('quote_literal', 1283, 'text', 'text', QUOTE_LITERAL, quoteLiteral, infallible),
  strict(
    'quote_literal',
    1285,
    'anyelement',
    'text',
    QUOTE_LITERAL,
    (a, context, types) => quoteLiteral(textOf(a, types.args[0], context)),
    {
      volatility: 'stable',
      ...infallible,
    },
  ),
  nullable(
    'quote_nullable',
    1289,
    'text',
    'text',
    `${QUOTE_LITERAL}; NULL as the word NULL`,
    a => (a === null ? 'NULL' : quoteLiteral(a)),
    infallible,
  ),
  nullable(
    'quote_nullable',
    1290,
    'anyelement',
    'text',
    `${QUOTE_LITERAL}; NULL as the word NULL`,
    (a, context, types) => (a === null ? 'NULL' : quoteLiteral(textOf(a, types.args[0], context))),
    {volatility: 'stable', ...infallible},
  ),
  strict('format', 3540, 'text', 'text', 'Text with %% replaced', (a, context, types) => sqlFormat([a], context, types), {
    volatility: 'stable',
  }),
  variadic('format', 3539, 'text', 'any', 'text', 'Text with %s, %I and %L replaced by the arguments', sqlFormat, {
    volatility: 'stable',
    id: 'format_text_any',
  }),
];
