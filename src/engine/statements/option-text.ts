import {sqlError} from '../../common/sql-error.ts';
import type {Option, OptionValue} from '../../parser/ast/option.ts';

/** The value of an option as text: literals by their content, names as written. */
export function optionText(value: OptionValue): string {
  switch (value.kind) {
    case 'integer-literal':
    case 'decimal-literal':
      return value.text;
    case 'string-literal':
    case 'typed-literal':
      return value.value;
    case 'boolean-literal':
      return value.value ? 'true' : 'false';
    case 'qualified-name':
      return value.parts.map(part => part.name).join('.');
    case 'option-list':
      return value.items.map(optionText).join(',');
    case 'bit-string-literal':
    case 'null-literal':
    case 'option-star':
      throw sqlError('invalid_parameter_value', 'this kind of value is not possible here', {position: value.span.start});
  }
}

/** A WITH list as a record; a key given twice is an error. An option without a value is true. */
export function optionRecord(options: readonly Option[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (const {key, value, span} of options) {
    const name = key.toLowerCase();
    if (name in record) throw sqlError('invalid_parameter_value', `option "${name}" is given twice`, {position: span.start});
    record[name] = value === undefined ? 'true' : optionText(value);
  }
  return record;
}
