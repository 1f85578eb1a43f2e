import {createToken, Lexer, type TokenType} from 'chevrotain';
import {KEYWORD_LISTS, type Keyword, type KeywordCategory} from './keyword-list.ts';
import {words} from './words.ts';

function token(name: string, label: string, ...categories: TokenType[]): TokenType {
  return createToken({name, label, pattern: Lexer.NA, categories});
}

/** Which words may stand where a name is wanted: PostgreSQL's ColId, type_function_name, ColLabel and BareColLabel. */
const ColumnName = token('ColumnName', 'name');
const TypeFunctionName = token('TypeFunctionName', 'type name');
const Label = token('Label', 'name');
const BareLabel = token('BareLabel', 'alias');
/** Keywords that name a function only when a parenthesis follows: `left(…)`. */
const FunctionKeyword = token('FunctionKeyword', 'function name');

/** Keywords that begin a type: `timestamp`, `character`. */
const TypeKeyword = token('TypeKeyword', 'type name');

/** Every infix operator written in punctuation. */
const InfixOperator = token('InfixOperator', 'operator');
const PrefixOperator = token('PrefixOperator', 'operator');
const LParen = token('LParen', '(');

/** All token types except keywords. The lexer decides which of the opening parentheses and of the tokens ending in `Ahead` it is (see `contextual-tokens.ts`). */
export const T = {
  ColumnName,
  TypeFunctionName,
  Label,
  BareLabel,
  FunctionKeyword,
  TypeKeyword,
  InfixOperator,
  PrefixOperator,
  LParen,
  Identifier: token('Identifier', 'name', ColumnName, TypeFunctionName, Label, BareLabel),
  String: token('String', 'string'),
  BitString: token('BitString', 'bit string'),
  Integer: token('Integer', 'integer'),
  Decimal: token('Decimal', 'number'),
  Parameter: token('Parameter', 'parameter'),
  /** `(` before a query. */
  LParenQuery: token('LParenQuery', '(', LParen),
  /** `(` directly before `)`. */
  LParenEmpty: token('LParenEmpty', '(', LParen),
  LParenPlain: token('LParenPlain', '(', LParen),
  RParen: token('RParen', ')'),
  LBracket: token('LBracket', '['),
  RBracket: token('RBracket', ']'),
  Comma: token('Comma', ','),
  Semicolon: token('Semicolon', ';'),
  Dot: token('Dot', '.'),
  /** `.` before `*`. */
  DotBeforeStar: token('DotBeforeStar', '.'),
  Colon: token('Colon', ':'),
  DoubleColon: token('DoubleColon', '::'),
  ColonEquals: token('ColonEquals', ':='),
  Arrow: token('Arrow', '=>'),
  Equals: token('Equals', '=', InfixOperator),
  Less: token('Less', '<', InfixOperator),
  Greater: token('Greater', '>', InfixOperator),
  LessEquals: token('LessEquals', '<=', InfixOperator),
  GreaterEquals: token('GreaterEquals', '>=', InfixOperator),
  NotEquals: token('NotEquals', '<>', InfixOperator),
  Plus: token('Plus', '+', InfixOperator, PrefixOperator),
  Minus: token('Minus', '-', InfixOperator, PrefixOperator),
  Star: token('Star', '*', InfixOperator),
  Slash: token('Slash', '/', InfixOperator),
  Percent: token('Percent', '%', InfixOperator),
  Caret: token('Caret', '^', InfixOperator),
  /** Any other operator. */
  Operator: token('Operator', 'operator', InfixOperator, PrefixOperator),
  /** NOT before BETWEEN, IN, LIKE, ILIKE, SIMILAR. */
  NotAhead: token('NotAhead', 'NOT', Label),
  /** NULLS before FIRST, LAST. */
  NullsAhead: token('NullsAhead', 'NULLS', Label),
  /** WITH before TIME ZONE. */
  WithTimeAhead: token('WithTimeAhead', 'WITH', Label),
  /** WITH before ORDINALITY. */
  WithOrdinalityAhead: token('WithOrdinalityAhead', 'WITH', Label),
  /** WINDOW before TUMBLING (, HOPPING (, SESSION (. */
  StreamWindowAhead: token('StreamWindowAhead', 'WINDOW', Label),
  /** FOR before SYSTEM_TIME. */
  SystemTimeAhead: token('SystemTimeAhead', 'FOR', Label),
  /** GROUPING before SETS. */
  GroupingSetsAhead: token('GroupingSetsAhead', 'GROUPING', Label),
  /** SIMILAR of SUBSTRING: not before TO. */
  SimilarPatternAhead: token('SimilarPatternAhead', 'SIMILAR', Label),
  /** ROWS before FROM (. */
  RowsFromAhead: token('RowsFromAhead', 'ROWS', Label),
  /** What the lexer could not read; the rest of the text is not scanned. */
  Invalid: token('Invalid', 'valid token'),
} as const;

const NAME_CATEGORIES: Record<KeywordCategory, readonly TokenType[]> = {
  reserved: [Label],
  'type-or-function': [Label, TypeFunctionName, FunctionKeyword],
  'column-name': [Label, ColumnName],
  unreserved: [Label, ColumnName, TypeFunctionName],
  contextual: [Label],
};

/** After an expression these go on with it, so they are no labels there, though PostgreSQL lists them as such. */
const INFIX_KEYWORDS: ReadonlySet<string> = new Set(['and', 'between', 'collate', 'ilike', 'in', 'is', 'like', 'or', 'similar']);

const TYPE_KEYWORDS: ReadonlySet<string> = new Set([
  ...words('bigint bit boolean char character dec decimal float int integer interval national nchar'),
  ...words('numeric real smallint time timestamp varchar'),
]);

function keywordTokens(): Record<Keyword, TokenType> {
  const types: Record<string, TokenType> = {};
  for (const {category, bareLabel, words: list} of KEYWORD_LISTS)
    for (const word of list) {
      const categories = [
        ...NAME_CATEGORIES[category],
        ...(bareLabel && !INFIX_KEYWORDS.has(word) ? [BareLabel] : []),
        ...(TYPE_KEYWORDS.has(word) ? [TypeKeyword] : []),
      ];
      types[word] = token(`kw_${word}`, word.toUpperCase(), ...categories);
    }
  return types;
}

/** The token type of each keyword: `K.select`. */
export const K: Readonly<Record<Keyword, TokenType>> = keywordTokens();

/** Keyword in lower case → its token type. */
export const KEYWORD_TYPES: ReadonlyMap<string, TokenType> = new Map(Object.entries(K));

/** All token types, for the parser. */
export const VOCABULARY: TokenType[] = [...Object.values(T), ...Object.values(K)];
