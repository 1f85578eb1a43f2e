import type {PlanTree} from './plan-tree.ts';
import type {Shown} from './plan-lines.ts';

type Json = {[key: string]: string | number | boolean | Json | readonly Json[] | readonly string[]};

/** A plan under PostgreSQL's names where it has one for the same thing. Times are ms; `Actual Total Time` is with all inputs, as there. */
export function planJson(tree: PlanTree, shown: Shown): Json {
  const {kind, title, relation, figures, isAgain, notes, inputs} = tree;
  const {state, expired} = figures ?? {};
  return {
    'Node Type': kind.replaceAll(/(^| )[a-z]/g, first => first.toUpperCase()),
    ...(relation === undefined ? {} : {'Relation Name': relation}),
    Operator: title,
    ...(isAgain === true ? {'Shown Above': true} : {}),
    ...(figures === undefined || isAgain === true
      ? {}
      : {
          ...(shown.time ? {'Actual Self Time': rounded(figures.selfMs), 'Actual Total Time': rounded(timeOf(tree))} : {}),
          ...(shown.rows
            ? {
                'Actual Rows': figures.rowsOut,
                'Actual Loops': 1,
                'Rows Retracted': figures.retractedOut,
                'Rows In': figures.rowsIn,
                'Rows In Retracted': figures.retractedIn,
              }
            : {}),
          ...(shown.state && state !== undefined ? {'State Bytes': state.bytes, 'State Rows': state.rows} : {}),
          ...(shown.state && expired !== undefined ? {'Rows Expired': expired} : {}),
        }),
    ...(notes === undefined || notes.length === 0 ? {} : {Notes: notes}),
    ...(inputs.length === 0 ? {} : {Plans: inputs.map(input => planJson(input, shown))}),
  };
}

const timeOf = ({figures, isAgain, inputs}: PlanTree): number =>
  inputs.reduce((sum, input) => sum + timeOf(input), isAgain === true ? 0 : (figures?.selfMs ?? 0));

export const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
