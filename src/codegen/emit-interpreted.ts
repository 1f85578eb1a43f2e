import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import {childrenOf as children, traitsOf} from './expression-traits.ts';
import type {KernelEmitter} from './kernel-emitter.ts';
import type {KernelValue} from './kernel-value.ts';

/** The general path: the interpreter is called for this subtree, with the row's values at the columns it reads. */
export function emitInterpreted(emitter: KernelEmitter, e: TypedExpression): KernelValue {
  const row = emitter.constant([]);
  for (const index of traitsOf(e).columns) {
    const input = emitter.emit({kind: 'input', index, type: columnType(e, index)});
    emitter.line(`${row}[${index}] = ${emitter.nullableDatumCode(input)};`);
  }
  const result = emitter.writer.name('r');
  const args = [emitter.constant(e), row, emitter.constant(emitter.parameters), emitter.constant(emitter.context)];
  emitTry(emitter, result, `rt.interpret(${args.join(', ')})`);
  return emitter.fromDatum(e.type, result, true);
}

/** `let result = null;` and the assignment; what it throws becomes the row's error. */
export function emitTry(emitter: KernelEmitter, result: string, code: string): void {
  emitter.line(`let ${result} = null;`);
  emitter.line(`try { ${result} = ${code}; } catch (thrown) { if (err === null) err = rt.error(thrown); }`);
}

function columnType(e: TypedExpression, index: number): TypedExpression['type'] {
  const found = findInput(e, index);
  if (found === undefined) throw new Error(`internal error: column ${index} is not read`);
  return found;
}

function findInput(e: TypedExpression, index: number): TypedExpression['type'] | undefined {
  if (e.kind === 'input') return e.index === index ? e.type : undefined;
  for (const child of children(e)) {
    const found = findInput(child, index);
    if (found !== undefined) return found;
  }
  return undefined;
}
