import {sqlError} from '../../common/sql-error.ts';
import {SETTINGS, type SettingDefinition} from './setting-definitions.ts';
import {timeZoneSetting} from './time-zone-setting.ts';

const BY_NAME = new Map(SETTINGS.map(definition => [definition.name.toLowerCase(), definition]));
const MILLISECONDS: Readonly<Record<string, number>> = {us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000};
const KILOBYTES: Readonly<Record<string, number>> = {b: 1 / 1024, kb: 1, mb: 1024, gb: 1048576, tb: 1073741824};

/** A change of a reported parameter, for the client. */
export type SettingChange = {readonly name: string; readonly value: string};

/**
 * The parameters of one session. Changes made in a transaction block are undone by its rollback, `SET LOCAL` ones at its end
 * (PostgreSQL, SET).
 */
export class Settings {
  readonly #session = new Map<string, string>();
  #local = new Map<string, string>();
  #atBegin: Map<string, string> | undefined;
  readonly #onChange: (change: SettingChange) => void;
  /** Grows whenever a value may have changed: what was derived from values holds while it stays. */
  version = 0;

  constructor(onChange: (change: SettingChange) => void) {
    this.#onChange = onChange;
  }

  /** Current value, or undefined for an unknown parameter. Names are case-insensitive; dotted custom ones exist once set. */
  find(name: string): string | undefined {
    const key = name.toLowerCase();
    return this.#local.get(key) ?? this.#session.get(key) ?? BY_NAME.get(key)?.value;
  }

  get(name: string): string {
    const value = this.find(name);
    if (value === undefined) throw unknownParameter(name);
    return value;
  }

  isOn(name: string): boolean {
    return this.get(name) === 'on';
  }

  milliseconds(name: string): number {
    return Number(this.get(name));
  }

  /** Sets a parameter; `value` undefined = its default. Throws for unknown names, internal ones and bad values. */
  set(name: string, value: string | undefined, scope: 'session' | 'local'): void {
    const key = name.toLowerCase();
    const definition = BY_NAME.get(key);
    if (definition === undefined && !name.includes('.')) throw unknownParameter(name);
    if (definition?.context === 'internal') throw sqlError('object_in_use', `parameter "${definition.name}" cannot be changed`);
    this.version++;
    const normal = value === undefined ? (definition?.value ?? '') : definition === undefined ? value : normalise(definition, value);
    if (scope === 'local') this.#local.set(key, normal);
    else {
      this.#local.delete(key);
      this.#session.set(key, normal);
    }
    if (definition?.reported) this.#onChange({name: definition.name, value: normal});
  }

  /** Values that the server itself fixes (user name, port …); not subject to checks or rollback. */
  preset(name: string, value: string): void {
    this.version++;
    this.#session.set(name.toLowerCase(), value);
  }

  resetAll(): void {
    for (const {name, context} of SETTINGS)
      if (context === 'user' && name !== 'session_authorization' && this.find(name) !== BY_NAME.get(name.toLowerCase())!.value)
        this.set(name, undefined, 'session');
  }

  begin(): void {
    this.#atBegin = new Map(this.#session);
  }

  end(committed: boolean): void {
    if (this.#atBegin === undefined) return;
    this.version++;
    const before = new Map(SETTINGS.filter(s => s.reported).map(s => [s.name, this.get(s.name)]));
    this.#local = new Map();
    if (!committed) {
      this.#session.clear();
      for (const [key, value] of this.#atBegin) this.#session.set(key, value);
    }
    this.#atBegin = undefined;
    for (const [name, value] of before) if (this.get(name) !== value) this.#onChange({name, value: this.get(name)});
  }

  /** Every parameter with its current value, in PostgreSQL's order of SHOW ALL. */
  all(): readonly {readonly definition: SettingDefinition; readonly value: string}[] {
    return [...SETTINGS]
      .sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1))
      .map(definition => ({definition, value: this.get(definition.name)}));
  }

  reported(): Map<string, string> {
    return new Map(SETTINGS.filter(s => s.reported).map(s => [s.name, this.get(s.name)]));
  }
}

function unknownParameter(name: string): Error {
  return sqlError('undefined_object', `unrecognized configuration parameter "${name}"`);
}

function normalise(definition: SettingDefinition, value: string): string {
  const invalid = (hint?: string) =>
    sqlError('invalid_parameter_value', `invalid value for parameter "${definition.name}": "${value}"`, {hint});
  switch (definition.type) {
    case 'bool': {
      const word = value.toLowerCase();
      if (word !== '' && ['on', 'true', 'yes', '1'].some(w => w === word || (w.length > 1 && word !== 'o' && w.startsWith(word))))
        return 'on';
      if (word !== '' && ['off', 'false', 'no', '0'].some(w => w === word || (w.length > 1 && word !== 'o' && w.startsWith(word))))
        return 'off';
      throw sqlError('invalid_parameter_value', `parameter "${definition.name}" requires a Boolean value`);
    }
    case 'enum': {
      const word = value.toLowerCase();
      if (definition.values!.includes(word)) return word;
      throw invalid(`Available values: ${definition.values!.join(', ')}.`);
    }
    case 'integer': {
      const match = /^\s*([+-]?\d+(?:\.\d*)?)\s*([a-zA-Z]*)\s*$/.exec(value);
      if (match === null) throw invalid();
      const units = definition.unit === 'kB' ? KILOBYTES : MILLISECONDS;
      const factor = match[2] === '' ? 1 : definition.unit === undefined ? undefined : units[match[2]!.toLowerCase()];
      if (factor === undefined)
        throw invalid(
          definition.unit === undefined
            ? undefined
            : `Valid units for this parameter are ${Object.keys(units)
                .map(u => `"${u}"`)
                .join(', ')}.`,
        );
      const number = Math.round(Number(match[1]) * factor);
      if (number < definition.min! || number > definition.max!)
        throw sqlError(
          'invalid_parameter_value',
          `${number} is outside the valid range for parameter "${definition.name}" (${definition.min} .. ${definition.max})`,
        );
      return String(number);
    }
    case 'real':
      if (!Number.isFinite(Number(value))) throw invalid();
      return value;
    case 'string':
      return normaliseText(definition, value, invalid);
  }
}

function normaliseText(definition: SettingDefinition, value: string, invalid: (hint?: string) => Error): string {
  switch (definition.name) {
    case 'TimeZone':
      return timeZoneSetting(value) ?? throwing(invalid());
    case 'client_encoding': {
      const word = value.replace(/[^a-zA-Z0-9]/g, '').toUpperCase();
      if (word === 'UTF8' || word === 'UNICODE') return 'UTF8';
      if (word === 'SQLASCII') return 'UTF8';
      throw sqlError('feature_not_supported', `client encoding "${value}" is not supported`, {hint: 'Only UTF8 is supported.'});
    }
    case 'DateStyle':
      return /iso|postgres|sql|german|default|mdy|dmy|ymd/i.test(value) ? 'ISO, MDY' : throwing(invalid());
    default:
      return value;
  }
}

function throwing(error: Error): never {
  throw error;
}
