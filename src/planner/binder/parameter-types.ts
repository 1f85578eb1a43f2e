import {sqlError} from '../../common/sql-error.ts';
import {formatTypeName} from '../../types/format-type.ts';
import {T, sameType, type SqlType} from '../../types/sql-type.ts';

/** The types of `$n` while a statement is bound: given by the client, or deduced from the first place that needs one. */
export class ParameterTypes {
  readonly #types: SqlType[];

  /** `given[i]` undefined = to be deduced. */
  constructor(given: readonly (SqlType | undefined)[] = []) {
    this.#types = Array.from(given, type => type ?? T.unknown);
  }

  /** The type of parameter `index` (from 0) as far as it is known. Errors: 42P02 for $0. */
  use(index: number, position: number): SqlType {
    if (index < 0) throw sqlError('undefined_parameter', `there is no parameter $${index + 1}`, {position});
    while (this.#types.length <= index) this.#types.push(T.unknown);
    return this.#types[index] ?? T.unknown;
  }

  /** Decides an undetermined parameter. Errors: 42P08 when it was decided otherwise before. */
  decide(index: number, type: SqlType, position: number | undefined): void {
    const known = this.#types[index] ?? T.unknown;
    if (known.kind === 'unknown') this.#types[index] = type;
    else if (!sameType(known, type)) {
      throw sqlError('ambiguous_parameter', `inconsistent types deduced for parameter $${index + 1}`, {
        position,
        detail: `${formatTypeName(known)} versus ${formatTypeName(type)}`,
      });
    }
  }

  /** All types. Errors: 42P18 when one was never decided. */
  decided(): readonly SqlType[] {
    const open = this.#types.findIndex(type => type.kind === 'unknown');
    if (open >= 0) throw sqlError('indeterminate_datatype', `could not determine data type of parameter $${open + 1}`);
    return this.#types;
  }
}
