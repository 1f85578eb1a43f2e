import type {SystemContext} from './system-context.ts';

/** The role that owns every object; PostgreSQL's bootstrap superuser has this OID too. */
export const OWNER_OID = 10;
export const OWNER_NAME = 'millrace';
/** A session's user that is not the owner. There are no stored roles: who may connect is one superuser under any name. */
const SESSION_USER_OID = 16383;

export const DATABASE_OID = 5;
export const DEFAULT_TABLESPACE = {oid: 1663, name: 'pg_default'} as const;
export const GLOBAL_TABLESPACE = {oid: 1664, name: 'pg_global'} as const;

export type Role = {readonly oid: number; readonly name: string};

export function rolesFor(user: string): readonly Role[] {
  const owner: Role = {oid: OWNER_OID, name: OWNER_NAME};
  return user === OWNER_NAME ? [owner] : [owner, {oid: SESSION_USER_OID, name: user}];
}

export const roles = (context: SystemContext): readonly Role[] => rolesFor(context.session.user);
