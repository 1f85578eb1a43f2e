import type {TypedExpression} from '../expression/typed-expression.ts';
import type {FrameBound, WindowFrame} from './logical-plan.ts';

/** ` ROWS BETWEEN 2 PRECEDING AND CURRENT ROW`; nothing for the default frame. */
export function formatFrame({mode, start, end, exclude}: WindowFrame, show: (e: TypedExpression) => string): string {
  if (mode === 'range' && start.bound === 'unbounded-preceding' && end.bound === 'current-row' && exclude === 'no-others') return '';
  const bound = (b: FrameBound) => {
    const reach = b.offset ?? b.edge;
    return `${reach === undefined ? '' : `${show(reach)} `}${b.bound.toUpperCase().replace('-', ' ')}`;
  };
  const excluded = exclude === 'no-others' ? '' : ` EXCLUDE ${exclude.toUpperCase().replace('-', ' ')}`;
  return ` ${mode.toUpperCase()} BETWEEN ${bound(start)} AND ${bound(end)}${excluded}`;
}
