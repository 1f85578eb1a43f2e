import type {Stage} from './rule.ts';
import {avoidCrossJoins} from './rules/avoid-cross-joins.ts';
import {composeAggregates} from './rules/compose-aggregates.ts';
import {composeAnalytic} from './rules/compose-analytic.ts';
import {decorrelate} from './rules/decorrelate.ts';
import {dropNeedlessDistinct} from './rules/drop-needless-distinct.ts';
import {dropDeterminedKeys} from './rules/drop-determined-keys.ts';
import {endDeterminedGroups} from './rules/end-determined-groups.ts';
import {fieldsIntoJoin} from './rules/fields-into-join.ts';
import {filterByTime} from './rules/filter-by-time.ts';
import {filterIntoApply} from './rules/filter-into-apply.ts';
import {conditionToSide, filterIntoJoin} from './rules/filter-into-join.ts';
import {filterThroughAggregate} from './rules/filter-through-aggregate.ts';
import {filterThroughProject} from './rules/filter-through-project.ts';
import {filterThroughUnion} from './rules/filter-through-union.ts';
import {filterThroughWindow} from './rules/filter-through-window.ts';
import {flattenUnions} from './rules/flatten-unions.ts';
import {decideFilter, foldConstants} from './rules/fold-constants.ts';
import {greatestOfGroup} from './rules/greatest-of-group.ts';
import {hopInParts} from './rules/hop-in-parts.ts';
import {leftToInnerJoin} from './rules/left-to-inner-join.ts';
import {markToSemiJoin} from './rules/mark-to-semi-join.ts';
import {mergeFilters} from './rules/merge-filters.ts';
import {pullUpFallible} from './rules/pull-up-fallible.ts';
import {rankToTop} from './rules/rank-to-top.ts';
import {unwrapCasts} from './rules/unwrap-casts.ts';
import {mergeProjects, projectValues, removeIdentityProject} from './rules/merge-projects.ts';

/** First of all: what is constant. */
export const FOLDING: readonly Stage[] = [{name: 'fold', order: 'bottom-up', rules: [foldConstants, unwrapCasts, decideFilter]}];

/** Run for each subquery before the query around it, so that the right side of an apply holds no applies itself. */
export const SUBQUERIES: readonly Stage[] = [
  {
    name: 'subqueries',
    order: 'top-down',
    rules: [mergeFilters, filterThroughProject, filterIntoJoin, filterIntoApply, filterThroughUnion, markToSemiJoin],
  },
  {name: 'decorrelate', order: 'bottom-up', rules: [decorrelate]},
];

/** On the plan without subqueries; then columns are pruned. */
export const BEFORE_PRUNING: readonly Stage[] = [
  {
    name: 'push-down',
    order: 'top-down',
    rules: [
      mergeFilters,
      filterThroughProject,
      leftToInnerJoin,
      filterIntoJoin,
      conditionToSide,
      filterThroughAggregate,
      filterThroughUnion,
      filterThroughWindow,
      rankToTop,
      pullUpFallible,
    ],
  },
  {name: 'time', order: 'bottom-up', rules: [filterByTime]},
  {name: 'join-order', order: 'top-down', rules: [avoidCrossJoins]},
  {name: 'fields', order: 'top-down', rules: [fieldsIntoJoin]},
  {
    name: 'simplify',
    order: 'bottom-up',
    rules: [foldConstants, unwrapCasts, decideFilter, mergeProjects, removeIdentityProject, projectValues],
  },
  {
    name: 'aggregates',
    order: 'bottom-up',
    rules: [flattenUnions, dropNeedlessDistinct, composeAggregates, composeAnalytic, dropDeterminedKeys, hopInParts, greatestOfGroup],
  },
  {name: 'ends', order: 'bottom-up', rules: [endDeterminedGroups]},
];

export const AFTER_PRUNING: readonly Stage[] = [
  {name: 'clean-up', order: 'bottom-up', rules: [mergeFilters, mergeProjects, removeIdentityProject, projectValues]},
];

/** What lowering cannot do without. */
export const INDISPENSABLE: readonly Stage[] = [{name: 'aggregates', order: 'bottom-up', rules: [composeAggregates, composeAnalytic]}];
