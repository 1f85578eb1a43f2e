import {unreachable} from '../../common/unreachable.ts';
import type {TypedExpression} from './typed-expression.ts';

type Mapper = (child: TypedExpression) => TypedExpression;

/** Applies `f` to each direct child; gives the expression itself back when no child changed. */
export function mapChildren(e: TypedExpression, f: Mapper): TypedExpression {
  switch (e.kind) {
    case 'input':
    case 'constant':
    case 'parameter':
    case 'outer':
      return e;
    case 'call':
    case 'and':
    case 'or':
    case 'coalesce':
    case 'extreme': {
      const args = mapList(e.args, f);
      return args === e.args ? e : {...e, args};
    }
    case 'not':
    case 'is-null':
    case 'is-bool':
    case 'cast':
    case 'field': {
      const arg = f(e.arg);
      return arg === e.arg ? e : {...e, arg};
    }
    case 'compare':
    case 'distinct': {
      const left = f(e.left);
      const right = f(e.right);
      return left === e.left && right === e.right ? e : {...e, left, right};
    }
    case 'case': {
      let changed = false;
      const branches = e.branches.map(b => {
        const when = f(b.when);
        const then = f(b.then);
        if (when === b.when && then === b.then) return b;
        changed = true;
        return {when, then};
      });
      const otherwise = f(e.otherwise);
      return !changed && otherwise === e.otherwise ? e : {...e, branches: changed ? branches : e.branches, otherwise};
    }
    case 'quantified': {
      const arg = f(e.arg);
      const array = f(e.array);
      return arg === e.arg && array === e.array ? e : {...e, arg, array};
    }
    case 'array':
    case 'row': {
      const items = mapList(e.items, f);
      return items === e.items ? e : {...e, items};
    }
    case 'subscript': {
      const arg = f(e.arg);
      const index = f(e.index);
      const upper = e.upper && f(e.upper);
      return arg === e.arg && index === e.index && upper === e.upper ? e : {...e, arg, index, upper};
    }
    default:
      return unreachable(e);
  }
}

/** `list.map(f)`, the list itself when nothing changed. */
export function mapList<T>(list: readonly T[], f: (item: T) => T): readonly T[] {
  let changed = false;
  const mapped = list.map(item => {
    const next = f(item);
    if (next !== item) changed = true;
    return next;
  });
  return changed ? mapped : list;
}

/** Rewrites from the top: where `f` gives a replacement its children are not visited, where it gives undefined they are. */
export function rewrite(e: TypedExpression, f: (e: TypedExpression) => TypedExpression | undefined): TypedExpression {
  return f(e) ?? mapChildren(e, child => rewrite(child, f));
}

/** Rewrites from the bottom: `f` sees expressions whose children are rewritten already. */
export function rewriteUp(e: TypedExpression, f: Mapper): TypedExpression {
  return f(mapChildren(e, child => rewriteUp(child, f)));
}

/** Calls `visit` for the expression and everything below it; a visit that returns false keeps out of the children. */
export function walk(e: TypedExpression, visit: (e: TypedExpression) => boolean | void): void {
  if (visit(e) === false) return;
  mapChildren(e, child => {
    walk(child, visit);
    return child;
  });
}

export function some(e: TypedExpression, test: (e: TypedExpression) => boolean): boolean {
  let found = false;
  walk(e, node => {
    found ||= test(node);
    return !found;
  });
  return found;
}
