import {datumsToBatch} from '../../codegen/datum-column.ts';
import {compileMap, type MapKernel} from '../../codegen/compile-map.ts';
import {childrenOf} from '../../codegen/expression-traits.ts';
import {interpret} from '../../codegen/interpret.ts';
import {pickColumns} from '../../dataflow-builder/scan-columns.ts';
import {errorToData, sqlError, type SqlErrorData} from '../../common/sql-error.ts';
import {detachedContext} from '../../functions/evaluation-context.ts';
import type {TypedExpression} from '../../planner/expression/typed-expression.ts';
import {RowEncoder} from '../../serving/rows/row-encoder.ts';
import {decodeBinary} from '../../types/binary-codec.ts';
import type {Datum} from '../../types/datum.ts';
import {decodeText} from '../../types/text-codec.ts';
import type {LookupSpec} from './commands.ts';
import type {CoreOutput} from './core-output.ts';
import type {LookupRequest} from './lookup-messages.ts';
import type {Relations} from './relations.ts';

type Prepared = {
  readonly spec: LookupSpec;
  readonly encoder: RowEncoder;
  /** Filter and projection of the row; null when they depend on parameters and are compiled for each call. */
  readonly kernel: MapKernel | null;
};
type Answer = {readonly query: number; readonly bytes: Uint8Array | null; readonly error: SqlErrorData | null};

/** Point lookups: prepared once, answered straight from the store that holds the row. */
export class Lookups {
  readonly #relations: Relations;
  readonly #output: CoreOutput;
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
    this.#prepared.set(spec.lookup, {
      spec,
      encoder: new RowEncoder(types, spec.formats, {timeZone: spec.settings.timeZone}),
      kernel: fixed ? compileRow(spec, []) : null,
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
      this.#deliverOrKeep({query: request.query, bytes: this.#find(request), error: null});
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
    const {query, bytes, error} = answer;
    const output = this.#output;
    const sent =
      error !== null ? output.error(query, error) : (bytes === null || output.rows(query, 1, bytes)) && output.end(query, 'complete');
    if (!sent) this.#undelivered.push(bytes === null ? answer : {...answer, bytes: bytes.slice()});
  }

  #find({lookup, parameters}: LookupRequest): Uint8Array | null {
    const prepared = this.#prepared.get(lookup);
    if (prepared === undefined) throw sqlError('internal_error', 'unknown lookup');
    const {spec, encoder, kernel} = prepared;
    const reader = this.#relations.reader(spec.relation);
    if (reader === undefined || !reader.canLookUp) throw sqlError('internal_error', `relation ${spec.relation} cannot be looked up`);
    const settings = {timeZone: spec.settings.timeZone};
    const datums = parameters.map(({format, bytes}, i): Datum => {
      const type = spec.parameterTypes[i]!;
      if (bytes === null) return null;
      return format === 1 ? decodeBinary(type, bytes) : decodeText(type, Buffer.from(bytes).toString(), settings);
    });
    const context = detachedContext({now: spec.settings.now, timeZone: spec.settings.timeZone});
    const key = spec.key.map(e => interpret(e, [], datums, context));
    // `=` is never true of NULL.
    if (key.includes(null)) return null;
    const row = reader.lookup(
      datumsToBatch(
        spec.key.map(e => e.type),
        [key],
      ),
      null,
    );
    if (row === null) return null;
    const {batch: result, errors} = (kernel ?? compileRow(spec, datums)).run(pickColumns(row, spec.columns));
    if (errors !== null && errors.length > 0) throw errors[0]!.error;
    if (result === null || result.length === 0) return null;
    encoder.use(result);
    encoder.range(result, 0, 1);
    return encoder.takeBytes();
  }
}

function compileRow(spec: LookupSpec, parameters: readonly Datum[]): MapKernel {
  return compileMap({
    inputTypes: spec.columnTypes,
    predicates: spec.predicates,
    projections: spec.projections,
    parameters,
    context: detachedContext({now: spec.settings.now, timeZone: spec.settings.timeZone}),
  });
}

function usesParameters(e: TypedExpression): boolean {
  return e.kind === 'parameter' || childrenOf(e).some(usesParameters);
}
