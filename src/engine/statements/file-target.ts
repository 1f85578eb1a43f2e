import path from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Column} from '../../catalog/column.ts';
import type {ConnectorOptions, Sink} from '../../catalog/relation.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {FileTarget} from '../../connectors/files/file-target.ts';
import {parseSearchPath} from '../sessions/parse-search-path.ts';
import {lengthOfTime} from './length-of-time.ts';
import {sizeInBytes} from './size-in-bytes.ts';

const ROLLOVER_BYTES = 128 << 20;
const ROLLOVER_MICROS = 60_000_000;

/** Option names, with other spellings of the same. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  connector: [],
  path: [],
  format: [],
  partition_by: [],
  rollover_size: ['sink.rolling-policy.file-size'],
  rollover_interval: ['sink.rolling-policy.rollover-interval'],
  header: ['csv.header'],
  delimiter: ['csv.field-delimiter', 'csv.delimiter'],
};

/** Where a filesystem sink writes, by its WITH options. Errors: 22023 with a hint, 42703 for a partition column that there is not. */
export function fileTarget({id, options, fileNames}: Sink, columns: readonly Pick<Column, 'name'>[]): FileTarget {
  const given = byName(options);
  const format = formatOf(given);
  for (const name of ['header', 'delimiter'])
    if (format !== 'csv' && given[name] !== undefined) throw sqlError('invalid_parameter_value', `option "${name}" is for format = 'csv'`);
  return {
    kind: 'filesystem',
    path: directoryOf(given),
    format,
    prefix: `part-${id}-${fileNames ?? ''}`,
    partitionBy: partitionColumns(given['partition_by'], columns),
    header: headerOf(given),
    delimiter: delimiterOf(given),
    rolloverBytes: sizeOf(given),
    rolloverMicros: intervalOf(given),
  };
}

type Given = Readonly<Partial<Record<string, string>>>;

function byName(options: ConnectorOptions): Given {
  const given: Record<string, string> = {};
  for (const [key, value] of Object.entries(options)) {
    const [name] = Object.entries(NAMES).find(([own, others]) => own === key || others.includes(key)) ?? [];
    if (name === undefined)
      throw sqlError('invalid_parameter_value', `unrecognized option "${key}"`, {
        hint: `Valid options: ${Object.keys(NAMES).join(', ')}.`,
      });
    if (given[name] !== undefined) throw sqlError('invalid_parameter_value', `option "${name}" is given twice`);
    given[name] = value;
  }
  return given;
}

function directoryOf({path: text}: Given): string {
  if (text === undefined || text === '')
    throw sqlError('invalid_parameter_value', 'a filesystem sink needs a path', {hint: "Write path = '/some/directory'."});
  const directory = text.startsWith('file://') ? pathOfUrl(text) : text;
  if (directory === undefined || !path.isAbsolute(directory) || directory.includes('\0'))
    throw sqlError('invalid_parameter_value', `invalid value for option "path": "${text}"`, {
      hint: 'The absolute path of a directory on the server.',
    });
  return path.resolve(directory);
}

/** Undefined for a URL of another host, or that is none. */
function pathOfUrl(url: string): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

function formatOf({format}: Given): FileTarget['format'] {
  const word = format?.toLowerCase();
  if (word === 'csv' || word === 'json') return word;
  throw sqlError(
    'invalid_parameter_value',
    format === undefined ? 'a filesystem sink needs a format' : `invalid value for option "format": "${format}"`,
    {hint: "Valid values: 'csv', 'json'."},
  );
}

function partitionColumns(text: string | undefined, columns: readonly Pick<Column, 'name'>[]): number[] {
  if (text === undefined) return [];
  const names = parseSearchPath(text);
  const ordinals = names.map(name => {
    const ordinal = columns.findIndex(column => column.name === name);
    if (ordinal < 0)
      throw sqlError('undefined_column', `column "${name}" does not exist`, {hint: 'partition_by lists columns of the sink.'});
    return ordinal;
  });
  if (new Set(ordinals).size < ordinals.length || ordinals.length === 0)
    throw sqlError('invalid_parameter_value', `invalid value for option "partition_by": "${text}"`, {
      hint: "Columns of the sink, each once: 'dt, hm'.",
    });
  if (ordinals.length === columns.length)
    throw sqlError('invalid_parameter_value', 'partition_by leaves no column for the files', {
      hint: 'Columns that name directories are not written to files.',
    });
  return ordinals;
}

function headerOf({header = 'false'}: Given): boolean {
  const word = header.toLowerCase();
  if (['true', 'on', '1'].includes(word)) return true;
  if (['false', 'off', '0'].includes(word)) return false;
  throw sqlError('invalid_parameter_value', `invalid value for option "header": "${header}"`, {hint: 'true or false.'});
}

/** As COPY has it. */
function delimiterOf({delimiter = ','}: Given): string {
  if (Buffer.byteLength(delimiter) === 1 && !'\r\n"'.includes(delimiter)) return delimiter;
  throw sqlError('invalid_parameter_value', `invalid value for option "delimiter": "${delimiter}"`, {
    hint: 'One single-byte character, neither a quote nor a line break.',
  });
}

function sizeOf({rollover_size: text}: Given): number {
  const bytes = text === undefined ? ROLLOVER_BYTES : sizeInBytes(text);
  if (bytes !== undefined) return bytes;
  throw sqlError('invalid_parameter_value', `invalid value for option "rollover_size": "${text}"`, {hint: "A size such as '128 MB'."});
}

function intervalOf({rollover_interval: text}: Given): number {
  const micros = text === undefined ? ROLLOVER_MICROS : lengthOfTime(text, 1);
  if (micros !== undefined) return micros;
  throw sqlError('invalid_parameter_value', `invalid value for option "rollover_interval": "${text}"`, {
    hint: "A length of time without months, such as '1 min'.",
  });
}
