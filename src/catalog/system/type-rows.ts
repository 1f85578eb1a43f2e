import {PG_TYPES} from '../../types/pg-types.ts';
import {supportFunctionOid} from './function-entries.ts';
import {OWNER_OID} from './owners.ts';
import {PG_CASTS} from './pg-casts.ts';
import {rowsOf} from './row-provider.ts';
import {typeEntries, type TypeEntry} from './type-entries.ts';

const support = (
  column: 'typsubscript' | 'typinput' | 'typoutput' | 'typreceive' | 'typsend' | 'typmodin' | 'typmodout' | 'typanalyze',
) => {
  return (t: TypeEntry) => supportFunctionOid(t[column]);
};

export const PG_TYPE = rowsOf<TypeEntry>('pg_catalog.pg_type', ({catalog}) => typeEntries(catalog), {
  oid: t => t.oid,
  typname: t => t.typname,
  typnamespace: t => t.namespace,
  typowner: OWNER_OID,
  typlen: t => t.typlen,
  typbyval: t => t.typbyval,
  typtype: t => t.typtype,
  typcategory: t => t.typcategory,
  typispreferred: t => t.typispreferred,
  typisdefined: true,
  typdelim: t => t.typdelim,
  typrelid: t => t.typrelid,
  typsubscript: support('typsubscript'),
  typelem: t => t.typelem,
  typarray: t => t.typarray,
  typinput: support('typinput'),
  typoutput: support('typoutput'),
  typreceive: support('typreceive'),
  typsend: support('typsend'),
  typmodin: support('typmodin'),
  typmodout: support('typmodout'),
  typanalyze: support('typanalyze'),
  typalign: t => t.typalign,
  typstorage: t => t.typstorage,
  typnotnull: false,
  typbasetype: 0,
  typtypmod: -1,
  typndims: 0,
  typcollation: t => t.typcollation,
});

type RangeFact = {
  readonly name: string;
  readonly subtype: number;
  readonly multirange: string;
  readonly opclass: number;
  readonly canonical: string;
};
const RANGES: readonly RangeFact[] = [
  {name: 'int4range', subtype: 23, multirange: 'int4multirange', opclass: 1978, canonical: 'int4range_canonical'},
  {name: 'numrange', subtype: 1700, multirange: 'nummultirange', opclass: 3125, canonical: '-'},
  {name: 'tsrange', subtype: 1114, multirange: 'tsmultirange', opclass: 3128, canonical: '-'},
  {name: 'tstzrange', subtype: 1184, multirange: 'tstzmultirange', opclass: 3127, canonical: '-'},
  {name: 'daterange', subtype: 1082, multirange: 'datemultirange', opclass: 3122, canonical: 'daterange_canonical'},
  {name: 'int8range', subtype: 20, multirange: 'int8multirange', opclass: 3124, canonical: 'int8range_canonical'},
];
const typeOid = (name: string) => PG_TYPES.find(t => t.typname === name)?.oid ?? 0;

export const PG_RANGE = rowsOf<RangeFact>('pg_catalog.pg_range', () => RANGES, {
  rngtypid: r => typeOid(r.name),
  rngsubtype: r => r.subtype,
  rngmultitypid: r => typeOid(r.multirange),
  rngcollation: 0,
  rngsubopc: r => r.opclass,
  rngcanonical: r => supportFunctionOid(r.canonical),
  rngsubdiff: r => supportFunctionOid(`${r.name}_subdiff`),
});

type CastFact = {
  readonly source: number;
  readonly target: number;
  readonly function: number;
  readonly context: string;
  readonly method: string;
};
const CASTS: readonly CastFact[] = PG_CASTS.trim().split('\n').flatMap(readCasts);

function readCasts(line: string): readonly CastFact[] {
  const [source, ...targets] = line.split(' ');
  return targets.map(text => {
    const [target, fn, how = ''] = text.split(':');
    return {source: Number(source), target: Number(target), function: Number(fn), context: how.slice(0, 1), method: how.slice(1)};
  });
}

export const PG_CAST = rowsOf<CastFact>('pg_catalog.pg_cast', () => CASTS, {
  // Casts have no fixed numbers in PostgreSQL either; one for each place in the list.
  oid: c => 10000 + CASTS.indexOf(c),
  castsource: c => c.source,
  casttarget: c => c.target,
  castfunc: c => c.function,
  castcontext: c => c.context,
  castmethod: c => c.method,
});

type CollationFact = {readonly oid: number; readonly name: string; readonly provider: string; readonly locale: string | null};
const COLLATIONS: readonly CollationFact[] = [
  {oid: 100, name: 'default', provider: 'd', locale: null},
  {oid: 950, name: 'C', provider: 'c', locale: 'C'},
  {oid: 951, name: 'POSIX', provider: 'c', locale: 'POSIX'},
];

export const PG_COLLATION = rowsOf<CollationFact>('pg_catalog.pg_collation', () => COLLATIONS, {
  oid: c => c.oid,
  collname: c => c.name,
  collnamespace: 11,
  collowner: OWNER_OID,
  collprovider: c => c.provider,
  collisdeterministic: true,
  collencoding: -1,
  collcollate: c => c.locale,
  collctype: c => c.locale,
});

export const TYPE_ROWS = [PG_TYPE, PG_RANGE, PG_CAST, PG_COLLATION];
