import {sqlError, type SqlError} from '../../common/sql-error.ts';

/** What is to be read was there when the statement was planned. */
export const droppedRelation = (relation: number): SqlError =>
  sqlError('undefined_table', `relation with OID ${relation} does not exist`, {detail: 'It was dropped meanwhile.'});
