import {datumsToBatch} from '../../codegen/datum-column.ts';
import {compileMap, type MapKernel} from '../../codegen/compile-map.ts';
import {childrenOf} from '../../codegen/expression-traits.ts';
import {interpret} from '../../codegen/interpret.ts';
import {pickColumns} from '../../dataflow-builder/scan-columns.ts';
import {errorToData, sqlError, type SqlErrorData} from '../../common/sql-error.ts';
import {wallClock} from '../../common/wall-clock.ts';
import {detachedContext, type EvaluationContext} from '../../functions/evaluation-context.ts';
import type {TypedExpression} from '../../planner/expression/typed-expression.ts';
import type {Batch} from '../../runtime/batch/batch.ts';
import {RowEncoder} from '../../serving/rows/row-encoder.ts';
import {decodeBinary} from '../../types/binary-codec.ts';
import type {Datum} from '../../types/datum.ts';
import type {SqlType} from '../../types/sql-type.ts';
import {decodeText} from '../../types/text-codec.ts';
import type {TextSettings} from '../../types/text-settings.ts';
import type {LookupSpec} from './commands.ts';
import type {CoreOutput} from './core-output.ts';
import {droppedRelation} from './dropped-relation.ts';
import type {LookupRequest, RawParameter} from './lookup-messages.ts';
import type {RelationReader} from './relation-reader.ts';
import type {Relations} from './relations.ts';
import type {ViewWarning} from './view-warning.ts';

/** Longest text that is read byte by byte. */
const SHORT = 20;

type Prepared = {
  readonly spec: LookupSpec;
  readonly encoder: RowEncoder;
  /** Filter and projection of the row; null when they depend on parameters and are compiled for each call. */
  readonly kernel: MapKernel | null;
  /** Which columns of the relation the result is, where it takes no kernel to make it. */
  readonly picked: readonly number[] | null;
  readonly keyTypes: readonly SqlType[];
  /** Its times are those of the lookup being answered. */
  readonly context: Omit<EvaluationContext, 'now' | 'statementTime'> & {now: bigint; statementTime: bigint};
};
type Answer = {
  readonly query: number;
  readonly bytes: Uint8Array | null;
  readonly error: SqlErrorData | null;
  readonly warning?: ViewWarning | undefined;
};

/** Point lookups: prepared once, answered straight from the store that holds the row. */
export class Lookups {
  readonly #relations: Relations;
  readonly #output: CoreOutput;
  readonly #clock = wallClock();
  readonly #prepared = new Map<number, Prepared>();
  /** Answers that found no room. */
  #undelivered: Answer[] = [];

  constructor(relations: Relations, output: CoreOutput) {
    this.#relations = relations;
    this.#output = output;
  }

  prepare(spec: LookupSpec): void {
    const types = spec.projections.map(p => p.type);
    const fixed = ![...spec.predicates, ...spec.projections].some(usesParameters);
    const context = {...detachedContext({timeZone: spec.settings.timeZone})};
    this.#prepared.set(spec.lookup, {
      spec,
      encoder: new RowEncoder(types, spec.formats, {timeZone: spec.settings.timeZone}),
      kernel: fixed ? compileRow(spec, [], context) : null,
      picked: pickedColumns(spec),
      keyTypes: spec.key.map(e => e.type),
      context,
    });
  }

  forget(lookup: number): void {
    this.#prepared.delete(lookup);
  }

  /** The view that it reads is still catching up. */
  mustWait({lookup}: LookupRequest): boolean {
    const prepared = this.#prepared.get(lookup);
    return prepared !== undefined && this.#relations.isHydrating(prepared.spec.relation);
  }

  answer(request: LookupRequest): void {
    try {
      const prepared = this.#known(request.lookup);
      const reader = this.#readerOf(prepared);
      const warning = reader.errors?.warning(null);
      this.#deliverOrKeep({query: request.query, bytes: this.#find(prepared, reader, request.parameters), error: null, warning});
    } catch (error) {
      this.#deliverOrKeep({query: request.query, bytes: null, error: errorToData(error)});
    }
  }

  /** Tries again what found no room before. */
  deliver(): void {
    if (this.#undelivered.length === 0) return;
    const answers = this.#undelivered;
    this.#undelivered = [];
    for (const answer of answers) this.#deliverOrKeep(answer);
  }

  #deliverOrKeep(answer: Answer): void {
    const {query, bytes, error, warning} = answer;
    const output = this.#output;
    const sent =
      error !== null
        ? output.error(query, error)
        : (bytes === null || output.rows(query, 1, bytes)) && output.end(query, 'complete', warning);
    if (!sent) this.#undelivered.push(bytes === null ? answer : {...answer, bytes: bytes.slice()});
  }

  #known(lookup: number): Prepared {
    const prepared = this.#prepared.get(lookup);
    if (prepared === undefined) throw sqlError('internal_error', 'unknown lookup');
    return prepared;
  }

  #readerOf({spec: {relation}}: Prepared): RelationReader {
    const reader = this.#relations.reader(relation);
    if (reader === undefined) throw droppedRelation(relation);
    const unserved = this.#relations.notServed(relation);
    if (unserved !== undefined) throw unserved;
    if (!reader.canLookUp) throw sqlError('internal_error', `relation ${relation} cannot be looked up`);
    return reader;
  }

  #find(prepared: Prepared, reader: RelationReader, parameters: readonly RawParameter[]): Uint8Array | null {
    const {spec, encoder, kernel, picked, keyTypes, context} = prepared;
    context.now = context.statementTime = this.#clock();
    const datums = parameters.map((parameter, i) => decodeParameter(parameter, spec.parameterTypes[i]!, context));
    const key = spec.key.map(e => (e.kind === 'parameter' ? datums[e.index]! : interpret(e, [], datums, context)));
    // `=` is never true of NULL.
    if (key.includes(null)) return null;
    const row = reader.lookup(datumsToBatch(keyTypes, [key]), null);
    if (row === null) return null;
    const result =
      picked === null
        ? this.#project(kernel ?? compileRow(spec, datums, context), pickColumns(row, spec.columns))
        : pickColumns(row, picked);
    if (result === null) return null;
    encoder.use(result);
    encoder.range(result, 0, 1);
    return encoder.takeBytes();
  }

  #project(kernel: MapKernel, row: Batch): Batch | null {
    const {batch, errors} = kernel.run(row);
    if (errors !== null && errors.length > 0) throw errors[0]!.error;
    return batch === null || batch.length === 0 ? null : batch;
  }
}

function compileRow(spec: LookupSpec, parameters: readonly Datum[], context: EvaluationContext): MapKernel {
  return compileMap({
    inputTypes: spec.columnTypes,
    predicates: spec.predicates,
    projections: spec.projections,
    parameters,
    context,
  });
}

function pickedColumns({predicates, projections, columns}: LookupSpec): readonly number[] | null {
  if (predicates.length > 0) return null;
  const picked = projections.map(e => (e.kind === 'input' ? columns[e.index]! : -1));
  return picked.includes(-1) ? null : picked;
}

function decodeParameter({format, bytes}: RawParameter, type: SqlType, settings: TextSettings): Datum {
  if (bytes === null) return null;
  return format === 1 ? decodeBinary(type, bytes) : decodeText(type, textOf(bytes), settings);
}

/** Parameters are mostly a few digits: cheaper to read here than through a Buffer. */
function textOf(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte > 127 || i === SHORT) return Buffer.from(bytes).toString();
    text += String.fromCharCode(byte);
  }
  return text;
}

function usesParameters(e: TypedExpression): boolean {
  return e.kind === 'parameter' || childrenOf(e).some(usesParameters);
}
