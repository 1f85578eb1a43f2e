import {explainDataflow} from '../dataflow/explain-dataflow.ts';
import {explainLogical} from '../logical/explain-logical.ts';
import {catalog, plan} from './planner-fixture.ts';

/** The optimised plan of a query, its lines between line breaks. */
export const optimized = (sql: string): string => `\n${explainLogical(plan(sql).optimized)}\n`;

/** Its dataflow. */
export const dataflow = (sql: string): string => `\n${explainDataflow(plan(sql).dataflow, id => catalog.relation(id)?.name ?? '?')}\n`;
