/** What of a session decides how values are read and written as text. */
export type TextSettings = {
  /** IANA name, abbreviation or fixed offset; see time-zone.ts. */
  readonly timeZone: string;
  /** `now()` of the statement in microseconds since 1970-01-01 UTC, for inputs such as 'now' and 'today'; the wall clock when absent. */
  readonly now?: bigint | undefined;
  /** Order of ambiguous dates such as 01/02/2003; MDY when absent. */
  readonly dateOrder?: 'MDY' | 'DMY' | 'YMD' | undefined;
  /** Names of catalog objects for regclass and the like; numbers are used when absent. */
  readonly names?: ObjectNames | undefined;
};

/** Catalog look-ups behind the text forms of the reg* types. */
export interface ObjectNames {
  /** The text of an OID, undefined when there is no such object. */
  nameOf(kind: RegKind, oid: number): string | undefined;
  /** The OID of a name as written; throws the kind's undefined_* error. */
  oidOf(kind: RegKind, name: string): number;
}

export type RegKind = 'regclass' | 'regtype' | 'regproc' | 'regnamespace' | 'regrole';

export const UTC_SETTINGS: TextSettings = Object.freeze({timeZone: 'UTC'});

export function nowOf(settings: TextSettings): bigint {
  return settings.now ?? BigInt(Date.now()) * 1000n;
}
