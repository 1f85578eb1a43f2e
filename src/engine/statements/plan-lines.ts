import type {OperatorFigures} from '../dataflow/operator-figures.ts';
import type {PlanTree} from './plan-tree.ts';

/** Which figures are shown. */
export type Shown = {
  readonly time: boolean;
  readonly rows: boolean;
  readonly state: boolean;
  /** Self time of the whole, of which each operator's share is shown; absent = no shares. */
  readonly totalMs?: number | undefined;
};

/** A plan as indented lines, what its operators did in parentheses behind them. */
export function planLines(tree: PlanTree, shown: Shown): string[] {
  const {title, figures, isAgain, notes = [], inputs} = tree;
  const measured =
    isAgain === true ? '  (shown above)' : figures === undefined ? '' : figuresText(figures, {...shown, input: inputs.length > 0});
  const below = inputs.flatMap(input => {
    const [first = '', ...rest] = planLines(input, shown);
    return [`  ->  ${first}`, ...rest.map(line => `      ${line}`)];
  });
  // A constant may have several lines.
  return [`${title.replaceAll('\n', '\\n')}${measured}`, ...notes.map(note => `      ${note}`), ...below];
}

/** `input`: what it was given is shown. Of a scan that is what it gave, or nothing. */
function figuresText(figures: OperatorFigures, {time, rows, state, totalMs, input}: Shown & {readonly input: boolean}): string {
  const {rowsIn, retractedIn, rowsOut, retractedOut, selfMs, expired} = figures;
  const parts = [
    ...(time ? [`time=${milliseconds(selfMs)}`, ...(totalMs === undefined ? [] : [`share=${share(selfMs, totalMs)}`])] : []),
    ...(rows ? [`rows=${rowsOut}`, ...taken('retracted', retractedOut)] : []),
    ...(rows && input ? [`in=${rowsIn}`, ...taken('retracted in', retractedIn)] : []),
    ...(state && figures.state !== undefined ? [`state=${kilobytes(figures.state.bytes)}`, `held=${figures.state.rows}`] : []),
    ...(state && expired !== undefined ? taken('expired', expired) : []),
  ];
  return parts.length === 0 ? '' : `  (actual ${parts.join(' ')})`;
}

const taken = (what: string, rows: number): string[] => (rows === 0 ? [] : [`${what}=${rows}`]);

export const milliseconds = (ms: number): string => ms.toFixed(3);
export const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1024)}kB`;
export const share = (part: number, whole: number): string => `${(whole === 0 ? 0 : (100 * part) / whole).toFixed(1)}%`;
