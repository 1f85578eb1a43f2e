import type {Catalog} from '../catalog/catalog.ts';
import type {DataflowPlan} from './dataflow/dataflow-plan.ts';
import {mapDataflowInputs} from './dataflow/map-dataflow-inputs.ts';
import {conjuncts} from './expression/build-expression.ts';
import {keyEqualities} from './key-equalities.ts';

/**
 * Lets a plan that is run once look up the one row that a filter leaves of a keyed relation, instead of reading all of them. The filter
 * stays: it has more to say, perhaps.
 */
export function lookUpScans(plan: DataflowPlan, catalog: Catalog): DataflowPlan {
  if (plan.kind !== 'map' || plan.input.kind !== 'scan') return mapDataflowInputs(plan, input => lookUpScans(input, catalog));
  const {input: scan, predicates} = plan;
  const found = keyEqualities(scan.relation, scan.columns, predicates.flatMap(conjuncts), catalog);
  return found === undefined ? plan : {...plan, input: {...scan, lookup: {key: found.key, values: found.values}}};
}
