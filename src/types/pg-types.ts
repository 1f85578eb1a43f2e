import {assert} from '../common/unreachable.ts';

/**
 * The built-in rows of pg_type as PostgreSQL 15 has them (namespace pg_catalog, owner 10): base, pseudo, range, multirange and catalog row
 * types, and the array type of each. `regproc` columns hold function names, '-' for none. Field names are those of the catalog.
 */
export type PgTypeRow = {
  readonly oid: number;
  readonly typname: string;
  readonly typlen: number;
  readonly typbyval: boolean;
  readonly typtype: string;
  readonly typcategory: string;
  readonly typispreferred: boolean;
  readonly typdelim: string;
  readonly typrelid: number;
  readonly typsubscript: string;
  readonly typelem: number;
  readonly typarray: number;
  readonly typinput: string;
  readonly typoutput: string;
  readonly typreceive: string;
  readonly typsend: string;
  readonly typmodin: string;
  readonly typmodout: string;
  readonly typanalyze: string;
  readonly typalign: string;
  readonly typstorage: string;
  readonly typcollation: number;
};

/**
 * One line a type: oid, name, length, typtype, category ('*' = preferred), oid of its array type, stem of the in/out/recv/send functions
 * ('=' the name itself, '=_' the name and an underscore, 'text' appended = no binary functions), alignment and storage, then what is unusual.
 */
const SOURCE = `
16 bool 1 b B* 1000 = cp
17 bytea -1 b U 1001 = ix
18 char 1 b Z 1002 = cp
19 name 64 b S 1003 = cp elem=18 sub=raw_array_subscript_handler coll=950
20 int8 8 b N 1016 = dp
21 int2 2 b N 1005 = sp
22 int2vector -1 b A 1006 = ip elem=21 sub=array_subscript_handler
23 int4 4 b N 1007 = ip
24 regproc 4 b N 1008 = ip
25 text -1 b S* 1009 = ix coll=100
26 oid 4 b N* 1028 = ip
27 tid 6 b U 1010 = sp
28 xid 4 b U 1011 = ip
29 cid 4 b U 1012 = ip
30 oidvector -1 b A 1013 = ip elem=26 sub=array_subscript_handler
32 pg_ddl_command 8 p P 0 =_ dp
71 pg_type -1 c C 210 record_ dx rel=1247
75 pg_attribute -1 c C 270 record_ dx rel=1249
81 pg_proc -1 c C 272 record_ dx rel=1255
83 pg_class -1 c C 273 record_ dx rel=1259
114 json -1 b U 199 =_ ix
142 xml -1 b U 143 =_ ix
194 pg_node_tree -1 b Z 0 =_ ix coll=100
269 table_am_handler 4 p P 0 =_text ip
325 index_am_handler 4 p P 0 =_text ip
600 point 16 b G 1017 =_ dp elem=701 sub=raw_array_subscript_handler
601 lseg 32 b G 1018 =_ dp elem=600 sub=raw_array_subscript_handler
602 path -1 b G 1019 =_ dx
603 box 32 b G 1020 =_ dp elem=600 sub=raw_array_subscript_handler delim=;
604 polygon -1 b G 1027 poly_ dx
628 line 24 b G 629 =_ dp elem=701 sub=raw_array_subscript_handler
650 cidr -1 b I 651 =_ im
700 float4 4 b N 1021 = ip
701 float8 8 b N* 1022 = dp
705 unknown -2 p X 0 = cp
718 circle 24 b G 719 =_ dp
774 macaddr8 8 b U 775 =_ ip
790 money 8 b N 791 cash_ dp
829 macaddr 6 b U 1040 =_ ip
869 inet -1 b I* 1041 =_ im
1033 aclitem 12 b U 1034 =text ip
1042 bpchar -1 b S 1014 = ix mod=bpchar coll=100
1043 varchar -1 b S 1015 = ix mod=varchar coll=100
1082 date 4 b D 1182 =_ ip
1083 time 8 b D 1183 =_ dp mod=time
1114 timestamp 8 b D 1115 =_ dp mod=timestamp
1184 timestamptz 8 b D* 1185 =_ dp mod=timestamptz
1186 interval 16 b T* 1187 =_ dp mod=interval
1248 pg_database -1 c C 10052 record_ dx rel=1262
1266 timetz 12 b D 1270 =_ dp mod=timetz
1560 bit -1 b V 1561 =_ ix mod=bit
1562 varbit -1 b V* 1563 =_ ix mod=varbit
1700 numeric -1 b N 1231 =_ im mod=numeric
1790 refcursor -1 b U 2201 text ix
2202 regprocedure 4 b N 2207 = ip
2203 regoper 4 b N 2208 = ip
2204 regoperator 4 b N 2209 = ip
2205 regclass 4 b N 2210 = ip
2206 regtype 4 b N 2211 = ip
2249 record -1 p P 2287 =_ dx
2275 cstring -2 p P 1263 =_ cp
2276 any 4 p P 0 =_text ip
2277 anyarray -1 p P 0 =_ dx
2278 void 4 p P 0 =_ ip
2279 trigger 4 p P 0 =_text ip
2280 language_handler 4 p P 0 =_text ip
2281 internal 8 p P 0 =_text dp
2283 anyelement 4 p P 0 =_text ip
2776 anynonarray 4 p P 0 =_text ip
2842 pg_authid -1 c C 10057 record_ dx rel=1260
2843 pg_auth_members -1 c C 10058 record_ dx rel=1261
2950 uuid 16 b U 2951 =_ cp
2970 txid_snapshot -1 b U 2949 =_ dx
3115 fdw_handler 4 p P 0 =_text ip
3220 pg_lsn 8 b U 3221 =_ dp
3310 tsm_handler 4 p P 0 =_text ip
3361 pg_ndistinct -1 b Z 0 =_ ix coll=100
3402 pg_dependencies -1 b Z 0 =_ ix coll=100
3500 anyenum 4 p P 0 =_text ip
3614 tsvector -1 b U 3643 = ix analyze=ts_typanalyze
3615 tsquery -1 b U 3645 = ip
3642 gtsvector -1 b U 3644 =text ip
3734 regconfig 4 b N 3735 = ip
3769 regdictionary 4 b N 3770 = ip
3802 jsonb -1 b U 3807 =_ ix sub=jsonb_subscript_handler
3831 anyrange -1 p P 0 =_text dx
3838 event_trigger 4 p P 0 =_text ip
3904 int4range -1 r R 3905 range_ ix analyze=range_typanalyze
3906 numrange -1 r R 3907 range_ ix analyze=range_typanalyze
3908 tsrange -1 r R 3909 range_ dx analyze=range_typanalyze
3910 tstzrange -1 r R 3911 range_ dx analyze=range_typanalyze
3912 daterange -1 r R 3913 range_ ix analyze=range_typanalyze
3926 int8range -1 r R 3927 range_ dx analyze=range_typanalyze
4066 pg_shseclabel -1 c C 10093 record_ dx rel=3592
4072 jsonpath -1 b U 4073 =_ ix
4089 regnamespace 4 b N 4090 = ip
4096 regrole 4 b N 4097 = ip
4191 regcollation 4 b N 4192 = ip
4451 int4multirange -1 m R 6150 multirange_ ix analyze=multirange_typanalyze
4532 nummultirange -1 m R 6151 multirange_ ix analyze=multirange_typanalyze
4533 tsmultirange -1 m R 6152 multirange_ dx analyze=multirange_typanalyze
4534 tstzmultirange -1 m R 6153 multirange_ dx analyze=multirange_typanalyze
4535 datemultirange -1 m R 6155 multirange_ ix analyze=multirange_typanalyze
4536 int8multirange -1 m R 6157 multirange_ dx analyze=multirange_typanalyze
4537 anymultirange -1 p P 0 =_text dx
4538 anycompatiblemultirange -1 p P 0 =_text dx
4600 pg_brin_bloom_summary -1 b Z 0 brin_bloom_summary_ ix coll=100
4601 pg_brin_minmax_multi_summary -1 b Z 0 brin_minmax_multi_summary_ ix coll=100
5017 pg_mcv_list -1 b Z 0 =_ ix coll=100
5038 pg_snapshot -1 b U 5039 =_ dx
5069 xid8 8 b U 271 = dp
5077 anycompatible 4 p P 0 =_text ip
5078 anycompatiblearray -1 p P 0 =_ dx
5079 anycompatiblenonarray 4 p P 0 =_text ip
5080 anycompatiblerange -1 p P 0 =_text dx
6101 pg_subscription -1 c C 10112 record_ dx rel=6100
`;

export const PG_TYPES: readonly PgTypeRow[] = readSource();

const BY_OID = new Map(PG_TYPES.map(row => [row.oid, row]));
const BY_NAME = new Map(PG_TYPES.map(row => [row.typname, row]));

export function pgTypeByOid(oid: number): PgTypeRow | undefined {
  return BY_OID.get(oid);
}

export function pgTypeByName(name: string): PgTypeRow | undefined {
  return BY_NAME.get(name);
}

function readSource(): readonly PgTypeRow[] {
  const rows: PgTypeRow[] = [];
  for (const line of SOURCE.trim().split('\n')) {
    const row = readLine(line);
    rows.push(row);
    if (row.typarray !== 0) rows.push(arrayRow(row));
  }
  return rows.sort((a, b) => a.oid - b.oid);
}

function readLine(line: string): PgTypeRow {
  const [oid, typname, len, typtype, category, typarray, io, layout, ...rest] = line.split(' ');
  assert(oid && typname && len && typtype && category && typarray && io && layout, `pg_type line: ${line}`);
  const extra = new Map(rest.map(part => part.split('=') as [string, string]));
  const textOnly = io.endsWith('text') && io !== 'text';
  const stem = (textOnly ? io.slice(0, -4) : io).replace('=', typname);
  const typlen = Number(len);
  const mod = extra.get('mod');
  return {
    oid: Number(oid),
    typname,
    typlen,
    typbyval: typlen === 1 || typlen === 2 || typlen === 4 || (typlen === 8 && typname !== 'macaddr8'),
    typtype,
    typcategory: category.slice(0, 1),
    typispreferred: category.endsWith('*'),
    typdelim: extra.get('delim') ?? ',',
    typrelid: Number(extra.get('rel') ?? 0),
    typsubscript: extra.get('sub') ?? '-',
    typelem: Number(extra.get('elem') ?? 0),
    typarray: Number(typarray),
    typinput: `${stem}in`,
    typoutput: `${stem}out`,
    typreceive: textOnly ? '-' : `${stem}recv`,
    typsend: textOnly ? '-' : `${stem}send`,
    typmodin: mod === undefined ? '-' : `${mod}typmodin`,
    typmodout: mod === undefined ? '-' : `${mod}typmodout`,
    typanalyze: extra.get('analyze') ?? '-',
    typalign: layout.slice(0, 1),
    typstorage: layout.slice(1),
    typcollation: Number(extra.get('coll') ?? 0),
  };
}

function arrayRow(element: PgTypeRow): PgTypeRow {
  const pseudo = element.typname === 'record';
  return {
    oid: element.typarray,
    typname: `_${element.typname}`,
    typlen: -1,
    typbyval: false,
    typtype: pseudo ? 'p' : 'b',
    typcategory: pseudo ? 'P' : 'A',
    typispreferred: false,
    typdelim: element.typdelim,
    typrelid: 0,
    typsubscript: 'array_subscript_handler',
    typelem: element.oid,
    typarray: 0,
    typinput: 'array_in',
    typoutput: 'array_out',
    typreceive: 'array_recv',
    typsend: 'array_send',
    typmodin: element.typmodin,
    typmodout: element.typmodout,
    typanalyze: 'array_typanalyze',
    typalign: element.typalign === 'd' ? 'd' : 'i',
    typstorage: 'x',
    typcollation: element.typcollation,
  };
}
