import {sqlError} from '../../common/sql-error.ts';
import type {OptionName} from './option-names.ts';

/** The given options by their first spelling, with the spelling that was used. */
export type GivenOptions = ReadonlyMap<OptionName, {readonly key: string; readonly value: string}>;

/** The value of an option that allows some words only; case does not matter. */
export function oneOf<T extends string>(given: GivenOptions, name: OptionName, words: readonly T[]): T | undefined {
  const option = given.get(name);
  if (option === undefined) return undefined;
  const word = words.find(w => w.toLowerCase() === option.value.toLowerCase());
  if (word === undefined) throw invalidValue(option, `Valid values: ${words.map(w => `"${w}"`).join(', ')}.`);
  return word;
}

export function invalidValue(option: {readonly key: string; readonly value: string}, hint: string): Error {
  return sqlError('invalid_parameter_value', `invalid value for option "${option.key}": "${option.value}"`, {hint});
}
