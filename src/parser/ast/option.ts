import type {Literal} from './literal.ts';
import type {QualifiedName} from './names.ts';
import type {Span} from './span.ts';

/** A star as an option's value: `FORCE_QUOTE *`. */
export type OptionStar = {readonly kind: 'option-star'; readonly span: Span};
export type OptionList = {readonly kind: 'option-list'; readonly items: readonly OptionValue[]; readonly span: Span};
/** A number may carry a sign in its text. A bare word (`format = json`, `a = b.c`) is a qualified name. */
export type OptionValue = Literal | QualifiedName | OptionStar | OptionList;

/** `key = value`, `key value` or `key` alone. Dotted keys are joined: `properties.bootstrap.server`; folded unless quoted. */
export type Option = {readonly kind: 'option'; readonly key: string; readonly value: OptionValue | undefined; readonly span: Span};
