import {SQLSTATE} from '../../common/sqlstate.ts';
import type {Notice} from '../api.ts';
import type {ViewWarning} from '../dataflow/view-warning.ts';

/** What a client is told who reads a view that leaves out rows. */
export function incompleteView({view, errors}: ViewWarning): Notice {
  return {
    severity: 'WARNING',
    code: SQLSTATE.warning,
    message: `materialized view "${view}" is incomplete: ${errors} ${errors === 1 ? 'error' : 'errors'}`,
    fields: {hint: `Rows that could not be computed are listed in "${view}$errors".`},
  };
}
