import {sqlError} from '../../common/sql-error.ts';
import type {JoinClause} from '../../parser/ast/from-item.ts';
import {T} from '../../types/sql-type.ts';
import {input} from '../expression/build-expression.ts';
import {rewrite} from '../expression/map-expression.ts';
import {inputsRead, remapInputs} from '../expression/references.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {arityOf, namesOf, typesOf} from '../logical/output-columns.ts';
import {mapOuter, outerColumns} from '../logical/outer-references.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {attachFilter, attachSubqueries, needsSubquery} from './attach-subqueries.ts';
import {applyOrJoin} from './from-result.ts';
import {isVirtual, SUBQUERY_COLUMN, Virtuals, type Virtual} from './virtuals.ts';

/** The plan of a join clause. `lateral`: the right side was bound as if it read the left side's row. */
export function joinPlan(
  {joinType}: JoinClause,
  left: LogicalPlan,
  right: LogicalPlan,
  on: readonly TypedExpression[],
  lateral: boolean,
  virtuals: Virtuals,
  position: number,
): LogicalPlan {
  const inner = joinType === 'inner' || joinType === 'cross';
  if (on.some(e => needsSubquery(e, virtuals))) {
    if (!inner) return outerJoinWithSubqueries(joinType, left, right, on, virtuals, position);
    const product: LogicalPlan = lateral ? applyOrJoin('inner', left, right) : {kind: 'join', joinType: 'inner', left, right, on: []};
    return attachFilter(product, on, virtuals);
  }
  if (lateral && (inner || joinType === 'left')) return applyOrJoin(inner ? 'inner' : 'left', left, right, on);
  if (lateral && outerColumns(right).size > 0) {
    const detail = 'The combining JOIN type must be INNER or LEFT for a LATERAL reference.';
    throw sqlError('invalid_column_reference', 'invalid reference to FROM-clause entry', {position, detail});
  }
  return plainJoin(joinType, left, right, on);
}

function plainJoin(joinType: JoinClause['joinType'], left: LogicalPlan, right: LogicalPlan, on: readonly TypedExpression[]): LogicalPlan {
  if (joinType === 'right') return rightJoin(left, right, on);
  return {kind: 'join', joinType: joinType === 'cross' ? 'inner' : joinType, left, right, on};
}

/** A subquery in the condition becomes a column of the side whose columns it reads. Errors: 0A000 when it reads both. */
function outerJoinWithSubqueries(
  joinType: JoinClause['joinType'],
  left: LogicalPlan,
  right: LogicalPlan,
  on: readonly TypedExpression[],
  virtuals: Virtuals,
  position: number,
): LogicalPlan {
  const [l, r] = [arityOf(left), arityOf(right)];
  const toRight = new Virtuals();
  const own = on.map(e =>
    rewrite(e, n => {
      const virtual = n.kind === 'input' ? virtuals.get(n.index) : undefined;
      if (virtual?.kind !== 'subquery') return undefined;
      const reads = [...outerColumns(virtual.plan).keys(), ...[...inputsRead(virtual.on)].filter(i => i < SUBQUERY_COLUMN)];
      if (reads.some(i => i < l)) {
        throw sqlError('feature_not_supported', 'this subquery in the condition of an outer join is not supported', {position});
      }
      const moved: Virtual = {
        ...virtual,
        plan: mapOuter(virtual.plan, (o, depth) => (depth === 1 ? {...o, index: o.index - l} : o)),
        on: virtual.on.map(t => remapInputs(t, i => (i < SUBQUERY_COLUMN ? i - l : i))),
      };
      return toRight.add(moved, n.type);
    }),
  );
  // Over the right side alone for a moment, so that subqueries find its columns; those of the left side are put in afterwards.
  const subqueries = [...inputsRead(own)].filter(isVirtual).map(index => input(index, T.bool));
  const attached = attachSubqueries(right, subqueries, toRight);
  const places = new Map(subqueries.map((s, i) => [s.index, attached.expressions[i]]));
  const condition = own.map(e =>
    rewrite(e, n => {
      const place = n.kind === 'input' ? places.get(n.index) : undefined;
      return place?.kind === 'input' ? input(l + place.index, n.type) : undefined;
    }),
  );
  const joined = plainJoin(joinType, left, attached.plan, condition);
  const types = [...typesOf(left), ...typesOf(right)];
  return {
    kind: 'project',
    input: joined,
    expressions: types.map((type, i) => input(i, type)),
    names: namesOf(joined).slice(0, l + r),
  };
}

/** A right join is a left join the other way round, with the columns put back in order. */
function rightJoin(left: LogicalPlan, right: LogicalPlan, on: readonly TypedExpression[]): LogicalPlan {
  const [l, r] = [arityOf(left), arityOf(right)];
  const swapped: LogicalPlan = {kind: 'join', joinType: 'left', left: right, right: left, on: on.map(e => swapSides(e, l, r))};
  const types = [...typesOf(left), ...typesOf(right)];
  const expressions = types.map((type, i) => input(i < l ? r + i : i - l, type));
  return {kind: 'project', input: swapped, expressions, names: [...namesOf(left), ...namesOf(right)]};
}

const swapSides = (e: TypedExpression, l: number, r: number): TypedExpression => remapInputs(e, i => (i < l ? i + r : i - l));
