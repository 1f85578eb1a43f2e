import {interpret} from '../../codegen/interpret.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {Expression} from '../../parser/ast/expression.ts';
import type {Deallocate, Execute, Prepare} from '../../parser/ast/session.ts';
import type {Statement} from '../../parser/ast/statement.ts';
import {expressionContext} from '../../planner/binder/bind-expression.ts';
import {bindTypeName} from '../../planner/binder/bind-type-name.ts';
import {tryCoerce} from '../../planner/binder/coerce.ts';
import {childScope} from '../../planner/binder/scope.ts';
import {Virtuals} from '../../planner/binder/virtuals.ts';
import type {Datum} from '../../types/datum.ts';
import {formatTypeName} from '../../types/format-type.ts';
import type {SqlType} from '../../types/sql-type.ts';
import {encodeText} from '../../types/text-codec.ts';
import {PreparedStatement} from '../sessions/prepared-statement.ts';
import type {AnalyzedStatement, BoundParameters} from './analyzed-statement.ts';
import {commandStatement} from './datum-rows.ts';
import {binderContext} from './name-scope.ts';
import type {StatementContext} from './statement-context.ts';

/** How a statement is analyzed; handed in, since PREPARE is itself one of the statements. */
export type Analyze = (statement: Statement, context: StatementContext) => AnalyzedStatement;

/** PREPARE name (types) AS statement. */
export function analyzePrepare({name, types, statement}: Prepare, context: StatementContext, analyze: Analyze): AnalyzedStatement {
  const {session, text, start} = context;
  return commandStatement(out => {
    if (session.prepared.has(name.name)) throw sqlError('duplicate_prepared_statement', `prepared statement "${name.name}" already exists`);
    const binder = binderContext(context);
    const declared = types.map(type => bindTypeName(binder, type));
    const prepared = new PreparedStatement(text, start, statement, declared);
    prepared.analyzed(session.analysisKey(), () => analyze(statement, session.statementContext(prepared, out)));
    session.prepared.set(name.name, prepared);
    return 'PREPARE';
  });
}

/** EXECUTE name (arguments). */
export function analyzeExecute({name, args, span}: Execute, context: StatementContext, analyze: Analyze): AnalyzedStatement {
  const {session} = context;
  const current = (): AnalyzedStatement => {
    const prepared = session.requirePrepared(name.name);
    const {statement} = prepared;
    if (statement === null) throw sqlError('invalid_sql_statement_name', `prepared statement "${name.name}" is empty`);
    return prepared.analyzed(session.analysisKey(), () => analyze(statement, session.statementContext(prepared, context.out)));
  };
  const {columns} = current();
  return {
    parameterTypes: [],
    columns,
    run: async (_parameters, formats, out) => {
      const analyzed = current();
      const {parameterTypes} = analyzed;
      if (args.length !== parameterTypes.length)
        throw sqlError('syntax_error', `wrong number of parameters for prepared statement "${name.name}"`, {
          position: span.start,
          detail: `Expected ${parameterTypes.length} parameters but got ${args.length}.`,
        });
      const values = args.map((arg, i) => evaluateArgument(arg, parameterTypes[i]!, i + 1, context));
      return analyzed.run(givenParameters(values, parameterTypes), formats, out);
    },
  };
}

function evaluateArgument(arg: Expression, type: SqlType, number: number, context: StatementContext): Datum {
  const statement = binderContext(context);
  const binder = expressionContext({
    statement,
    scope: childScope(undefined, [], []),
    ctes: [],
    virtuals: new Virtuals(),
    clause: 'EXECUTE parameters',
    allowAggregates: false,
    allowSetFunctions: false,
  });
  const bound = binder.bind(arg);
  if (bound.kind === 'input')
    throw sqlError('feature_not_supported', 'cannot use subquery in EXECUTE parameter', {position: arg.span.start});
  const value = tryCoerce(statement, bound, type, 'assignment', arg.span.start);
  if (value === undefined)
    throw sqlError(
      'datatype_mismatch',
      `parameter $${number} of type ${formatTypeName(bound.type)} cannot be coerced to the expected type ${formatTypeName(type)}`,
      {position: arg.span.start, hint: 'You will need to rewrite or cast the expression.'},
    );
  return interpret(value, [], [], context.session.evaluationContext());
}

function givenParameters(values: readonly Datum[], types: readonly SqlType[]): BoundParameters {
  return {
    raw: values.map((value, i) => ({format: 0, bytes: value === null ? null : Buffer.from(encodeText(types[i]!, value))})),
    datums: () => values,
  };
}

/** DEALLOCATE name | ALL. */
export function analyzeDeallocate({name}: Deallocate, {session}: StatementContext): AnalyzedStatement {
  return commandStatement(() => {
    const gone = name === undefined ? [...session.prepared] : [[name.name, session.requirePrepared(name.name)] as const];
    for (const [key, prepared] of gone) {
      prepared.release();
      session.prepared.delete(key);
    }
    return name === undefined ? 'DEALLOCATE ALL' : 'DEALLOCATE';
  });
}
