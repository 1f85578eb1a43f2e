import type {DataflowPlan, DataflowScan} from './dataflow-plan.ts';
import {mapDataflowInputs} from './map-dataflow-inputs.ts';

/** The plan with other nodes in the place of its scans. */
export function mapScans(plan: DataflowPlan, replace: (scan: DataflowScan) => DataflowPlan): DataflowPlan {
  return plan.kind === 'scan' ? replace(plan) : mapDataflowInputs(plan, input => mapScans(input, replace));
}
