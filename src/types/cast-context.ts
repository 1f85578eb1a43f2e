import {isString, typeCategory} from './type-category.ts';
import type {SqlType, TypeKind} from './sql-type.ts';

/** Where a cast may be used without being written: everywhere, when storing into a column, or nowhere. Each level contains the next. */
export type CastContext = 'implicit' | 'assignment' | 'explicit';

/** pg_cast of PostgreSQL 15: source, then its targets by context (i implicit, a assignment, e explicit). */
const PG_CAST = `
bool   a:text,bpchar,varchar e:int4
char   i:text a:bpchar,varchar e:int4
name   i:text a:bpchar,varchar
int2   i:int4,int8,float4,float8,numeric,oid,REG
int4   i:int8,float4,float8,numeric,oid,REG a:int2 e:bool,char
int8   i:float4,float8,numeric,oid,REG a:int2,int4
float4 i:float8 a:int2,int4,int8,numeric
float8 a:int2,int4,int8,float4,numeric
numeric i:float4,float8 a:int2,int4,int8
text   i:bpchar,varchar,name,regclass a:char
bpchar i:text,varchar,name a:char
varchar i:text,bpchar,name,regclass a:char
oid    i:REG a:int4,int8
regproc i:oid a:int4,int8
regclass i:oid a:int4,int8
regtype i:oid a:int4,int8
regnamespace i:oid a:int4,int8
regrole i:oid a:int4,int8
json   a:jsonb
jsonb  a:json e:bool,int2,int4,int8,float4,float8,numeric
date   i:timestamp,timestamptz
time   i:interval
timestamp i:timestamptz a:date,time
timestamptz a:date,time,timestamp
interval a:time
pg_node_tree i:text
`;

const CONTEXTS: Readonly<Record<string, CastContext>> = {i: 'implicit', a: 'assignment', e: 'explicit'};
const REG = ['regproc', 'regclass', 'regtype', 'regnamespace', 'regrole'];

const CASTS = readCasts();

/**
 * The widest context in which `from` converts to `to`; undefined when there is no cast at all. Same kinds always convert (a change of
 * modifiers is an implicit cast). Literals of type unknown convert to anything. Casts through text follow PostgreSQL's rule: to a string
 * type by assignment, from one explicitly.
 */
export function castContext(from: SqlType, to: SqlType): CastContext | undefined {
  if (from.kind === 'array' && to.kind === 'array') return castContext(from.element, to.element);
  if (from.kind === 'composite' || to.kind === 'composite') return compositeContext(from, to);
  if (from.kind === to.kind || from.kind === 'unknown') return 'implicit';
  if (to.kind === 'anyarray') return from.kind === 'array' ? 'implicit' : undefined;
  if (isVector(from) && to.kind === 'array') return vectorElement(from) === to.element.kind ? 'implicit' : undefined;
  const listed = CASTS.get(from.kind)?.get(to.kind);
  if (listed !== undefined) return listed;
  if (isPseudo(from) || isPseudo(to)) return undefined;
  if (isString(to)) return 'assignment';
  if (isString(from)) return 'explicit';
  return undefined;
}

function compositeContext(from: SqlType, to: SqlType): CastContext | undefined {
  if (from.kind === 'unknown') return 'implicit';
  if (from.kind === 'composite' && to.kind === 'record') return 'implicit';
  if (from.kind === 'record' && to.kind === 'composite') return 'implicit';
  if (from.kind === 'composite' && to.kind === 'composite')
    return rowContext(from.fields, to.fields, from.name !== undefined && to.name !== undefined && from.name !== to.name);
  if (isString(to)) return 'assignment';
  if (isString(from)) return 'explicit';
  return undefined;
}

type Fields = readonly {readonly type: SqlType}[];

function rowContext(from: Fields, to: Fields, bothNamed: boolean): CastContext | undefined {
  if (bothNamed || from.length !== to.length) return undefined;
  let widest: CastContext = 'implicit';
  for (const [i, target] of to.entries()) {
    const source = from[i];
    const context = source && castContext(source.type, target.type);
    if (context === undefined) return undefined;
    if (context === 'explicit' || widest === 'implicit') widest = context;
  }
  return widest;
}

const isVector = (type: SqlType) => type.kind === 'int2vector' || type.kind === 'oidvector';
const vectorElement = (type: SqlType): TypeKind => (type.kind === 'int2vector' ? 'int2' : 'oid');
const isPseudo = (type: SqlType) => typeCategory(type) === 'P' && type.kind !== 'record';

function readCasts(): Map<string, Map<string, CastContext>> {
  const casts = new Map<string, Map<string, CastContext>>();
  for (const line of PG_CAST.trim().split('\n')) {
    const [from = '', ...groups] = line.split(/\s+/);
    const targets = new Map<string, CastContext>();
    for (const group of groups) {
      const [letter = '', list = ''] = group.split(':');
      const context = CONTEXTS[letter] ?? 'explicit';
      for (const to of list.split(',').flatMap(t => (t === 'REG' ? REG : [t]))) targets.set(to, context);
    }
    casts.set(from, targets);
  }
  return casts;
}
