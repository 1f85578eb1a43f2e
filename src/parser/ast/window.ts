import type {Expression} from './expression.ts';
import type {Identifier} from './names.ts';
import type {SortItem} from './sort-item.ts';
import type {Span} from './span.ts';

/** `OVER w` or `OVER (…)`. */
export type WindowReference = WindowName | WindowSpecification;
export type WindowName = {readonly kind: 'window-name'; readonly name: Identifier; readonly span: Span};
export type WindowSpecification = {
  readonly kind: 'window-specification';
  /** `(w ORDER BY …)`: the named window that is extended. */
  readonly base: Identifier | undefined;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame: WindowFrame | undefined;
  readonly span: Span;
};

/** `WINDOW name AS (…)`. */
export type WindowDefinition = {
  readonly kind: 'window-definition';
  readonly name: Identifier;
  readonly specification: WindowSpecification;
  readonly span: Span;
};

export type WindowFrame = {
  readonly kind: 'window-frame';
  readonly mode: 'rows' | 'range' | 'groups';
  readonly start: FrameBound;
  /** CURRENT ROW if not written (then `between` is false). */
  readonly end: FrameBound;
  readonly between: boolean;
  readonly exclude: 'current-row' | 'group' | 'ties' | 'no-others' | undefined;
  readonly span: Span;
};

/** `offset` is set for 'preceding' and 'following' alone. */
export type FrameBound = {
  readonly kind: 'frame-bound';
  readonly bound: 'unbounded-preceding' | 'preceding' | 'current-row' | 'following' | 'unbounded-following';
  readonly offset: Expression | undefined;
  readonly span: Span;
};
