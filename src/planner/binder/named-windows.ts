import {sqlError} from '../../common/sql-error.ts';
import type {Identifier} from '../../parser/ast/names.ts';
import type {SortItem} from '../../parser/ast/sort-item.ts';
import type {Expression} from '../../parser/ast/expression.ts';
import type {WindowDefinition, WindowFrame as FrameClause, WindowReference, WindowSpecification} from '../../parser/ast/window.ts';

/** What an OVER means after the names of the WINDOW clause are resolved. */
export type ResolvedWindow = {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame: FrameClause | undefined;
  readonly position: number;
};

/** The WINDOW clause of a block. */
export class NamedWindows {
  readonly #windows = new Map<string, ResolvedWindow>();

  /** Errors: 42P20 for a name given twice; as `resolve`. */
  constructor(definitions: readonly WindowDefinition[]) {
    for (const {name, specification} of definitions) {
      if (this.#windows.has(name.name)) {
        throw sqlError('windowing_error', `window "${name.name}" is already defined`, {position: specification.span.start});
      }
      this.#windows.set(name.name, this.#extend(specification, true));
    }
  }

  /** In the order in which they are written. */
  get all(): readonly ResolvedWindow[] {
    return [...this.#windows.values()];
  }

  /** Errors: 42704 for a name that is not defined, 42P20 where a window is extended by what it has already. */
  resolve(reference: WindowReference): ResolvedWindow {
    return reference.kind === 'window-name' ? this.#named(reference.name) : this.#extend(reference, false);
  }

  #named({name, span}: Identifier): ResolvedWindow {
    const found = this.#windows.get(name);
    if (found === undefined) throw sqlError('undefined_object', `window "${name}" does not exist`, {position: span.start});
    return found;
  }

  #extend({base, partitionBy, orderBy, frame, span}: WindowSpecification, isDefinition: boolean): ResolvedWindow {
    const position = span.start;
    if (base === undefined) return {partitionBy, orderBy, frame, position};
    const below = this.#named(base);
    const override = (clause: string) =>
      sqlError('windowing_error', `cannot override ${clause} clause of window "${base.name}"`, {position});
    if (partitionBy.length > 0) throw override('PARTITION BY');
    if (orderBy.length > 0 && below.orderBy.length > 0) throw override('ORDER BY');
    if (below.frame !== undefined) {
      const isBare = !isDefinition && orderBy.length === 0 && frame === undefined;
      throw sqlError('windowing_error', `cannot copy window "${base.name}" because it has a frame clause`, {
        position,
        hint: isBare ? 'Omit the parentheses in this OVER clause.' : undefined,
      });
    }
    return {partitionBy: below.partitionBy, orderBy: orderBy.length > 0 ? orderBy : below.orderBy, frame, position};
  }
}
