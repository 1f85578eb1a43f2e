import {assert} from '../../../common/unreachable.ts';
import type {LeafPath} from './decode-column.ts';
import {type FieldNode, type FieldTree, nodeAt} from './field-tree.ts';

/** The columns that one decode call materialises: the distinct fields, and for each output which of them it is. */
export type Projection = {readonly fields: readonly FieldNode[]; readonly outputs: readonly number[]};

/** `outputs` may name a column or field twice. */
export function buildProjection(tree: FieldTree, outputs: readonly LeafPath[]): Projection {
  const fields: FieldNode[] = [];
  const numbers = outputs.map(output => {
    const field = nodeAt(tree, output);
    assert(field !== undefined, `no field at ${JSON.stringify(output)}`);
    const known = fields.indexOf(field);
    return known >= 0 ? known : fields.push(field) - 1;
  });
  return {fields, outputs: numbers};
}
