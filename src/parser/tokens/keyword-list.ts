import {words} from './words.ts';

/**
 * The keywords, in PostgreSQL's four categories (appendix C of its manual), each category split by whether the word may be a column label
 * without AS. Non-reserved words of PostgreSQL that no rule of this grammar names are left out: they are plain identifiers here.
 */

/** Never a name, except after AS or a point. */
const RESERVED = [
  ...words('all analyse analyze and any asc asymmetric both case cast check collate column'),
  ...words('constraint current_catalog current_date current_role current_time current_timestamp current_user default'),
  ...words('deferrable desc distinct do else end false foreign in initially lateral leading localtime'),
  ...words('localtimestamp not null only or placing primary references select session_user some symmetric'),
  ...words('table then trailing true unique user using variadic when'),
];
const RESERVED_NOT_BARE = [
  ...words('array as create except fetch for from grant group having intersect into limit offset'),
  ...words('on order returning to union where window with'),
];

/** May name a function or a type, not a column or table. */
const TYPE_OR_FUNCTION = [
  ...words('authorization binary collation concurrently cross current_schema freeze full ilike inner is'),
  ...words('join left like natural outer right similar tablesample verbose'),
];
const TYPE_OR_FUNCTION_NOT_BARE = ['isnull', 'notnull', 'overlaps'] as const;

/** May name a column or table, not a function or type. */
const COLUMN_NAME = [
  ...words('between bigint bit boolean coalesce dec decimal exists extract float greatest grouping'),
  ...words('inout int integer interval least national nchar none normalize nullif numeric out overlay'),
  ...words('position real row setof smallint substring time timestamp treat trim values varchar'),
  ...words('xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot'),
  ...words('xmlserialize xmltable'),
];
const COLUMN_NAME_NOT_BARE = ['char', 'character', 'precision'] as const;

/** May name anything; listed because a rule names them. */
const UNRESERVED = [
  ...words('abort absolute action add advance alter always append backward before begin by'),
  ...words('cascade cascaded chain changes characteristics checkpoint close columns comment commit'),
  ...words('committed conflict constraints copy cube current cursor data database databases deallocate'),
  ...words('declare deferred delete discard distributed document double drop earliest encode enforced'),
  ...words('enum error escape exclude execute explain fail final first flush following format'),
  ...words('forward function generated global grace granted groups hold hopping identity if'),
  ...words('immediate include index indexes insensitive insert isolation key last latest level listen'),
  ...words('local lock locked map materialized mode move names next nfc nfd nfkc nfkd no'),
  ...words('normalized nothing notify nowait nulls of offsets option ordinality others overriding owner'),
  ...words('partition period plans preceding prepare preserve prior privileges program range read'),
  ...words('recursive relative release rename repeatable replace reset restart restrict retention revoke'),
  ...words('role rollback rollup rows savepoint schema schemas scroll sequence sequences serializable'),
  ...words('session set sets share show sink sinks size skip snapshot source sources start status'),
  ...words('stdin stdout stored stream streams struct subscribe subscription subscriptions system'),
  ...words('system_time tables temp temporary ties transaction truncate tumbling type unbounded'),
  ...words('uncommitted unknown unlisten unlogged update vacuum view views wait watermarks'),
  ...words('work write zone'),
];
const UNRESERVED_NOT_BARE = [...words('day hour minute month over second varying without year')] as const;

/** Keywords only before certain tokens, plain names elsewhere (see `lexer/contextual-tokens.ts`). */
const CONTEXTUAL = ['asof', 'at', 'emit', 'filter', 'ignore', 'match_condition', 'operator', 'respect', 'watermark', 'within'] as const;

export type KeywordCategory = 'reserved' | 'type-or-function' | 'column-name' | 'unreserved' | 'contextual';

export const KEYWORD_LISTS = [
  {category: 'reserved', bareLabel: true, words: RESERVED},
  {category: 'reserved', bareLabel: false, words: RESERVED_NOT_BARE},
  {category: 'type-or-function', bareLabel: true, words: TYPE_OR_FUNCTION},
  {category: 'type-or-function', bareLabel: false, words: TYPE_OR_FUNCTION_NOT_BARE},
  {category: 'column-name', bareLabel: true, words: COLUMN_NAME},
  {category: 'column-name', bareLabel: false, words: COLUMN_NAME_NOT_BARE},
  {category: 'unreserved', bareLabel: true, words: UNRESERVED},
  {category: 'unreserved', bareLabel: false, words: UNRESERVED_NOT_BARE},
  {category: 'contextual', bareLabel: false, words: CONTEXTUAL},
] as const;

export type Keyword = (typeof KEYWORD_LISTS)[number]['words'][number];

/** The category of a word that is a keyword, else undefined. */
export function keywordCategory(word: string): KeywordCategory | undefined {
  return CATEGORY_OF.get(word);
}

const CATEGORY_OF = new Map<string, KeywordCategory>(
  KEYWORD_LISTS.flatMap(({category, words}) => words.map((word): [string, KeywordCategory] => [word, category])),
);
