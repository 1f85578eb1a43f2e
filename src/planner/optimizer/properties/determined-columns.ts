import {unreachable} from '../../../common/unreachable.ts';
import {printsAsOne} from '../../../types/hashable-key.ts';
import {conjuncts, input} from '../../expression/build-expression.ts';
import {isInjectiveCast} from '../../expression/injective-cast.ts';
import {inputsRead, readsOuter, remapInputs, shiftInputs, substituteInputs} from '../../expression/references.ts';
import {rewrite} from '../../expression/map-expression.ts';
import {sameExpression} from '../../expression/same-expression.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import {volatilityOf} from '../../expression/volatility.ts';
import type {LogicalAggregate, LogicalJoin, LogicalPlan, LogicalProject, LogicalScan} from '../../logical/logical-plan.ts';
import {arityOf, typesOf} from '../../logical/output-columns.ts';
import {mayBeNull, rejectsNullOf} from './nullability.ts';

/** Expressions over a plan's columns. */
type Expressions = readonly TypedExpression[];
type Columns = ReadonlySet<number>;

/**
 * The columns that are the same in all rows of a plan which agree on `values`, where only rows count for which the `facts` are true. Follows from
 * keys that streams declare: they hold among rows without NULL in them, so something has to keep NULLs out (a condition, an equality of an
 * inner join). Values agree if they are equal in SQL; what they determine is the same to the letter.
 */
export function determinedColumns(plan: LogicalPlan, values: Expressions, facts: Expressions = []): Columns {
  const given = spread(values.filter(isLasting), facts);
  return new Set([...ownColumns(plan, given), ...determinedBelow(plan, given, facts)]);
}

/** Without what has another value each time. */
const isLasting = (e: TypedExpression) => volatilityOf(e) === 'immutable';

/** Columns that are among the values. */
function ownColumns(plan: LogicalPlan, values: Expressions): readonly number[] {
  const types = typesOf(plan);
  return values.flatMap(e => (e.kind === 'input' && e.index < types.length && printsAsOne(types[e.index]!) ? [e.index] : []));
}

function determinedBelow(plan: LogicalPlan, values: Expressions, facts: Expressions): Columns {
  const sameRows = (rows: LogicalPlan) => ofInput(rows, values, facts);
  switch (plan.kind) {
    case 'scan':
      return throughScan(plan, values, facts);
    case 'filter':
      return determinedColumns(plan.input, values, [...facts, ...plan.predicates.flatMap(conjuncts)]);
    case 'project':
      return throughProject(plan, values, facts);
    case 'join':
      return throughJoin(plan, values, facts);
    case 'aggregate':
      return throughGroups(plan, values, facts);
    case 'distinct':
    case 'emit-on-close':
    case 'temporal-filter':
    case 'top':
    case 'unnest':
    case 'window':
    case 'session':
    case 'analytic':
      return sameRows(plan.input);
    case 'asof-join':
    case 'temporal-join':
      return sameRows(plan.left);
    case 'values':
    case 'union':
    case 'set-operation':
    case 'apply':
    case 'partial-aggregate':
      return NONE;
    default:
      return unreachable(plan);
  }
}

const NONE: Columns = new Set();

/** Of a node whose first columns are those of an input, in rows of that input. */
function ofInput(rows: LogicalPlan, values: Expressions, facts: Expressions): Columns {
  const arity = arityOf(rows);
  const readable = (e: TypedExpression) => [...inputsRead([e])].every(i => i < arity);
  return determinedColumns(rows, values.filter(readable), facts.filter(readable));
}

/** By what the relation declares, and by what that determines in turn. */
function throughScan({columns, types, notNull, determinations}: LogicalScan, values: Expressions, facts: Expressions): Columns {
  const overOrdinals = (e: TypedExpression) => remapInputs(e, i => columns[i]!);
  const [given, known] = [values.map(overOrdinals), facts.map(overOrdinals)];
  const isNullable = (ordinal: number) => notNull[columns.indexOf(ordinal)] !== true;
  const isPresent = (e: TypedExpression) => !mayBeNull(e, isNullable) || known.some(fact => rejectsNullOf(fact, x => sameExpression(x, e)));
  const found = new Set<number>();
  for (let left = determinations, grown = true; grown;) {
    const holding = left.filter(({by, nullsToo}) =>
      by.every(e => given.some(value => sameExpression(value, e)) && (nullsToo || isPresent(e))),
    );
    left = left.filter(d => !holding.includes(d));
    grown = holding.length > 0;
    for (const ordinal of holding.flatMap(d => d.columns)) {
      found.add(ordinal);
      const at = columns.indexOf(ordinal);
      if (at >= 0) given.push(input(ordinal, types[at]!));
    }
  }
  return columnsWhere(
    columns.map((_, i) => input(i, types[i]!)),
    e => e.kind === 'input' && found.has(columns[e.index]!),
  );
}

function throughProject({input: rows, expressions}: LogicalProject, values: Expressions, facts: Expressions): Columns {
  const below = (e: TypedExpression) => substituteInputs(e, expressions);
  const given = spread(values.map(below).filter(isLasting), facts.map(below));
  const columns = determinedColumns(rows, given, facts.map(below));
  return columnsWhere(expressions, e => isDetermined(e, given, columns));
}

function throughGroups({input: rows, keys}: LogicalAggregate, values: Expressions, facts: Expressions): Columns {
  const isKey = (column: number) => column < keys.length;
  const ofKeys = (e: TypedExpression) => [...inputsRead([e])].every(isKey);
  const below = (e: TypedExpression) => substituteInputs(e, keys);
  const given = spread(values.filter(ofKeys).map(below).filter(isLasting), facts.filter(ofKeys).map(below));
  const columns = determinedColumns(rows, given, facts.filter(ofKeys).map(below));
  return columnsWhere(keys, e => isDetermined(e, given, columns));
}

/** A side that is determined says what the other is joined by. */
function throughJoin(plan: LogicalJoin, values: Expressions, above: Expressions): Columns {
  const {joinType, left, right, on} = plan;
  if (joinType === 'full') return NONE;
  if (joinType === 'left' || joinType === 'anti') return ofInput(left, values, above);
  const facts = [...above, ...on.flatMap(conjuncts)];
  const arity = arityOf(left);
  const columns = [...typesOf(left), ...typesOf(right)].map((type, i) => input(i, type));
  const side = (plan: LogicalPlan, from: number, given: Expressions) => {
    const isOwn = (column: number) => column >= from && column < from + arityOf(plan);
    const own = given.filter(e => !readsOuter(e) && [...inputsRead([e])].every(isOwn));
    const shift = (e: TypedExpression) => shiftInputs(e, -from);
    return [...determinedColumns(plan, own.map(shift), seenFrom(facts, isOwn).map(shift))].map(i => i + from);
  };
  for (let found: Columns = NONE; ;) {
    const given = spread([...values, ...columns.filter(c => found.has(c.index))], facts);
    const next = new Set([...side(left, 0, given), ...(joinType === 'semi' ? [] : side(right, arity, given))]);
    if (next.size === found.size) return found;
    found = next;
  }
}

/** Conditions as a row of one side knows them: columns of the other are those of some row outside, further out than the ones known before. */
function seenFrom(facts: Expressions, isOwn: (column: number) => boolean): Expressions {
  return facts.map(fact =>
    rewrite(fact, e => {
      if (e.kind === 'outer') return {...e, depth: e.depth + 1};
      return e.kind === 'input' && !isOwn(e.index) ? {kind: 'outer', type: e.type, depth: 1, index: e.index} : undefined;
    }),
  );
}

/** The values, what they are but for casts, and what conditions say is equal to them or to a constant. */
function spread(values: Expressions, facts: Expressions): Expressions {
  const found = values.flatMap(uncast);
  const add = (e: TypedExpression) => {
    const fresh = uncast(e).filter(x => !found.some(known => sameExpression(known, x)));
    found.push(...fresh);
    return fresh.length > 0;
  };
  for (let grown = true; grown;) {
    grown = false;
    for (const fact of facts) {
      if (fact.kind !== 'compare' || fact.op !== '=' || !isLasting(fact)) continue;
      if (isGiven(fact.left, found)) grown = add(fact.right) || grown;
      else if (isGiven(fact.right, found)) grown = add(fact.left) || grown;
    }
  }
  return found;
}

const uncast = (e: TypedExpression): Expressions =>
  e.kind === 'cast' && isInjectiveCast(e.arg.type, e.type) ? [e, ...uncast(e.arg)] : [e];

/** Whether rows that agree on the values agree on an expression. */
const isGiven = (e: TypedExpression, values: Expressions): boolean =>
  values.some(value => uncast(e).some(x => sameExpression(value, x))) || isDetermined(e, values, NONE);

/** Whether an expression is the same to the letter, by the values and the columns that they determine. */
function isDetermined(e: TypedExpression, values: Expressions, columns: Columns): boolean {
  if (readsOuter(e) || !isLasting(e)) return false;
  if (printsAsOne(e.type) && values.some(value => sameExpression(value, e))) return true;
  const same = new Set(values.flatMap(value => (value.kind === 'input' && printsAsOne(value.type) ? [value.index] : [])));
  return [...inputsRead([e])].every(i => columns.has(i) || same.has(i));
}

function columnsWhere(expressions: Expressions, holds: (e: TypedExpression) => boolean): Columns {
  return new Set(expressions.flatMap((e, i) => (holds(e) ? [i] : [])));
}
