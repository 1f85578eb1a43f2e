import {argumentList, resultText, type FunctionEntry} from './function-entries.ts';
import {quoteIdentifier} from './quote-identifier.ts';

const VOLATILITY = {i: 'IMMUTABLE', s: 'STABLE', v: 'VOLATILE'} as const;

/** pg_get_functiondef: the statement by which PostgreSQL would make it. Aggregates have none. */
export function functionText(entry: FunctionEntry): string | undefined {
  if (entry.kind === 'a') return undefined;
  const flags = [VOLATILITY[entry.volatility], 'PARALLEL SAFE', entry.strict ? 'STRICT' : ''].filter(flag => flag !== '');
  return [
    `CREATE OR REPLACE FUNCTION pg_catalog.${quoteIdentifier(entry.name)}(${argumentList(entry)})`,
    ` RETURNS ${resultText(entry)}`,
    ' LANGUAGE internal',
    ` ${flags.join(' ')}`,
    `AS $function$${entry.source}$function$`,
    '',
  ].join('\n');
}
