import {BTREE, HEAP} from './access-methods.ts';
import {supportFunctionOid} from './function-entries.ts';
import {OPERATOR_CLASSES, type OperatorClass} from './operator-classes.ts';
import {OPERATOR_ENTRIES, type OperatorEntry} from './operator-entries.ts';
import {OWNER_OID} from './owners.ts';
import {rowsOf} from './row-provider.ts';

export const PG_OPERATOR = rowsOf<OperatorEntry>('pg_catalog.pg_operator', () => OPERATOR_ENTRIES, {
  oid: o => o.oid,
  oprname: o => o.symbol,
  oprnamespace: 11,
  oprowner: OWNER_OID,
  oprkind: o => (o.left === 0 ? 'l' : 'b'),
  oprcanmerge: o => o.mergeable,
  oprcanhash: o => o.hashable,
  oprleft: o => o.left,
  oprright: o => o.right,
  oprresult: o => o.result,
  oprcom: o => o.commutator,
  oprnegate: o => o.negator,
  oprcode: o => o.function,
  oprrest: 0,
  oprjoin: 0,
});

const OPCLASS = rowsOf<OperatorClass>('pg_catalog.pg_opclass', () => OPERATOR_CLASSES, {
  oid: c => c.oid,
  opcmethod: BTREE,
  opcname: c => c.name,
  opcnamespace: 11,
  opcowner: OWNER_OID,
  opcfamily: c => c.family,
  opcintype: c => c.type,
  opcdefault: c => c.isDefault,
  opckeytype: c => c.keyType,
});

const FAMILIES: readonly OperatorClass[] = [...new Map(OPERATOR_CLASSES.map(c => [c.family, c])).values()];

const OPFAMILY = rowsOf<OperatorClass>('pg_catalog.pg_opfamily', () => FAMILIES, {
  oid: c => c.family,
  opfmethod: BTREE,
  opfname: c => c.familyName,
  opfnamespace: 11,
  opfowner: OWNER_OID,
});

type AccessMethod = {readonly oid: number; readonly name: string; readonly handler: string; readonly type: string};
const ACCESS_METHODS: readonly AccessMethod[] = [
  {oid: HEAP, name: 'heap', handler: 'heap_tableam_handler', type: 't'},
  {oid: BTREE, name: 'btree', handler: 'bthandler', type: 'i'},
];

const AM = rowsOf<AccessMethod>('pg_catalog.pg_am', () => ACCESS_METHODS, {
  oid: m => m.oid,
  amname: m => m.name,
  amhandler: m => supportFunctionOid(m.handler),
  amtype: m => m.type,
});

export const OPERATOR_ROWS = [PG_OPERATOR, OPCLASS, OPFAMILY, AM];
