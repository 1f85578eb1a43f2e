import {arrayDatum, vectorDatum} from './array-datum.ts';
import {FUNCTION_ENTRIES, supportFunctionOid, type FunctionEntry} from './function-entries.ts';
import {OWNER_OID} from './owners.ts';
import {rowsOf} from './row-provider.ts';

const INTERNAL_LANGUAGE = 12;
const SET_ROWS = 1000;

const hasOutputs = (f: FunctionEntry) => f.outputs.length > 0;

export const PG_PROC = rowsOf<FunctionEntry>('pg_catalog.pg_proc', () => FUNCTION_ENTRIES, {
  oid: f => f.oid,
  proname: f => f.name,
  pronamespace: 11,
  proowner: OWNER_OID,
  prolang: INTERNAL_LANGUAGE,
  procost: 1,
  prorows: f => (f.returnsSet ? SET_ROWS : 0),
  provariadic: f => f.variadic,
  prosupport: 0,
  prokind: f => f.kind,
  prosecdef: false,
  proleakproof: false,
  proisstrict: f => f.strict,
  proretset: f => f.returnsSet,
  provolatile: f => f.volatility,
  proparallel: 's',
  pronargs: f => f.argumentTypes.length,
  pronargdefaults: f => f.defaults,
  prorettype: f => f.returns,
  proargtypes: f => vectorDatum(f.argumentTypes),
  proallargtypes: f => (hasOutputs(f) ? arrayDatum([...f.argumentTypes, ...f.outputs.map(o => o.type)]) : null),
  proargmodes: f => (hasOutputs(f) ? arrayDatum([...f.argumentTypes.map(() => 'i'), ...f.outputs.map(() => 'o')]) : null),
  proargnames: f => (hasOutputs(f) ? arrayDatum([...f.argumentTypes.map(() => ''), ...f.outputs.map(o => o.name)]) : null),
  prosrc: f => f.source,
});

const AGGREGATE_ENTRIES = FUNCTION_ENTRIES.filter(f => f.kind === 'a');
const INTERNAL_TYPE = 2281;

/** Aggregates are maintained by accumulators of the runtime: there are no transition functions to name. */
export const PG_AGGREGATE = rowsOf<FunctionEntry>('pg_catalog.pg_aggregate', () => AGGREGATE_ENTRIES, {
  aggfnoid: f => f.oid,
  aggkind: 'n',
  aggnumdirectargs: 0,
  aggtransfn: 0,
  aggfinalfn: 0,
  aggcombinefn: 0,
  aggserialfn: 0,
  aggdeserialfn: 0,
  aggmtransfn: 0,
  aggminvtransfn: 0,
  aggmfinalfn: 0,
  aggfinalextra: false,
  aggmfinalextra: false,
  aggfinalmodify: 'r',
  aggmfinalmodify: 'r',
  aggsortop: 0,
  aggtranstype: INTERNAL_TYPE,
  aggtransspace: 0,
  aggmtranstype: INTERNAL_TYPE,
  aggmtransspace: 0,
});

type Language = {readonly oid: number; readonly name: string; readonly validator: string};
const LANGUAGES: readonly Language[] = [
  {oid: INTERNAL_LANGUAGE, name: 'internal', validator: 'fmgr_internal_validator'},
  {oid: 14, name: 'sql', validator: 'fmgr_sql_validator'},
];

export const PG_LANGUAGE = rowsOf<Language>('pg_catalog.pg_language', () => LANGUAGES, {
  oid: l => l.oid,
  lanname: l => l.name,
  lanowner: OWNER_OID,
  lanispl: false,
  lanpltrusted: l => l.name === 'sql',
  lanplcallfoid: 0,
  laninline: 0,
  lanvalidator: l => supportFunctionOid(l.validator),
});

export const FUNCTION_ROWS = [PG_PROC, PG_AGGREGATE, PG_LANGUAGE];
