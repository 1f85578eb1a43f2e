import {input, nullOf} from '../../expression/build-expression.ts';
import {fieldChain, type FieldChain} from '../../expression/field-chain.ts';
import {mapChildren} from '../../expression/map-expression.ts';
import {sameData} from '../../expression/same-expression.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import {expressionsOf, mapExpressions} from '../../logical/map-expressions.ts';
import type {LogicalFilter, LogicalJoin, LogicalPlan} from '../../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../../logical/output-columns.ts';
import type {Rule} from '../rule.ts';

/**
 * Fields of composite columns are taken below a join where nothing above asks for the whole: the join then keeps the fields alone, sources
 * decode no others, and what is known of a field, such as when its time is over, is known of a column.
 */
export const fieldsIntoJoin: Rule = {
  name: 'fields-into-join',
  apply: plan => {
    // Such a node says all that is read of its input.
    if (plan.kind !== 'project' && plan.kind !== 'aggregate' && plan.kind !== 'partial-aggregate') return undefined;
    const {filters, join} = joinBelow(plan.input);
    if (join === undefined) return undefined;
    const columns = [...typesOf(join.left), ...typesOf(join.right)];
    const uses = [...expressionsOf(plan), ...filters.flatMap(f => f.predicates), ...join.on].flatMap(e => usesIn(e));
    const isWhole = (column: number) => columns[column]?.kind !== 'composite' || uses.some(u => u.column === column && u.path.length === 0);
    const fields = uses.filter((use, i) => !isWhole(use.column) && uses.findIndex(u => isSameField(u, use)) === i);
    if (fields.length === 0) return undefined;
    const arity = arityOf(join.left);
    const [ofLeft, ofRight] = [fields.filter(f => f.column < arity), fields.filter(f => f.column >= arity)];
    const [left, right] = [withFields(join.left, ofLeft, 0), withFields(join.right, ofRight, arity)];
    const width = arityOf(left);
    const place = (use: FieldUse): number => {
      const at = ofLeft.findIndex(f => isSameField(f, use));
      return at >= 0 ? arity + at : width + (columns.length - arity) + ofRight.findIndex(f => isSameField(f, use));
    };
    const moved = (e: TypedExpression): TypedExpression => {
      const chain = fieldChain(e);
      if (chain === undefined) return mapChildren(e, moved);
      if (chain.path.length > 0 && !isWhole(chain.column)) return input(place({...chain, expression: e}), e.type);
      return e.kind === 'input' ? {...e, index: e.index < arity ? e.index : e.index + width - arity} : mapChildren(e, moved);
    };
    const below = filters.reduceRight<LogicalPlan>((rows, filter) => ({...filter, input: rows, predicates: filter.predicates.map(moved)}), {
      ...join,
      left,
      right,
      on: join.on.map(moved),
    });
    return {...mapExpressions(plan, moved), input: below} as LogicalPlan;
  },
};

type FieldUse = FieldChain & {readonly expression: TypedExpression};

const isSameField = (a: FieldChain, b: FieldChain) => a.column === b.column && sameData(a.path, b.path);

function joinBelow(plan: LogicalPlan): {readonly filters: readonly LogicalFilter[]; readonly join: LogicalJoin | undefined} {
  if (plan.kind === 'join') return {filters: [], join: plan};
  if (plan.kind !== 'filter') return {filters: [], join: undefined};
  const {filters, join} = joinBelow(plan.input);
  return {filters: [plan, ...filters], join};
}

/** The columns that an expression reads, or as little of them as it does. */
function usesIn(e: TypedExpression): readonly FieldUse[] {
  const chain = fieldChain(e);
  if (chain !== undefined) return [{...chain, expression: e}];
  const found: FieldUse[] = [];
  mapChildren(e, child => {
    found.push(...usesIn(child));
    return child;
  });
  return found;
}

/** A side of the join, whose columns start at `from`, with the fields as columns of their own in place of what they are fields of. */
function withFields(side: LogicalPlan, fields: readonly FieldUse[], from: number): LogicalPlan {
  if (fields.length === 0) return side;
  const isTaken = (column: number) => fields.some(f => f.column === from + column);
  const own = typesOf(side).map((type, i) => (isTaken(i) ? nullOf(type) : input(i, type)));
  const shift = (e: TypedExpression): TypedExpression => (e.kind === 'input' ? {...e, index: e.index - from} : mapChildren(e, shift));
  return {
    kind: 'project',
    input: side,
    expressions: [...own, ...fields.map(f => shift(f.expression))],
    names: [...namesOf(side), ...fields.map(f => fieldName(f.expression))],
  };
}

function fieldName(e: TypedExpression): string {
  return (e.kind === 'field' && e.arg.type.kind === 'composite' && e.arg.type.fields[e.index]?.name) || 'field';
}
