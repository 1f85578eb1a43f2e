import fs from 'node:fs';
import {sqlError} from '../common/sql-error.ts';
import {parseMemoryLimit} from './memory-limit.ts';
import {LOG_LEVELS, type LogLevel} from './log-level.ts';

/** What a server is started with. */
export type ServerConfig = {
  readonly host: string;
  readonly port: number;
  readonly dataDirectory: string;
  readonly insecure: boolean;
  readonly logLevel: LogLevel;
  /** Bytes that state and queues may take; Infinity = no limit. */
  readonly memoryLimit: number;
  /** SET millrace.clock may set the time. */
  readonly testClock: boolean;
};

const DEFAULTS: ServerConfig = {
  host: '127.0.0.1',
  port: 5440,
  dataDirectory: './millrace-data',
  insecure: false,
  logLevel: 'info',
  memoryLimit: parseMemoryLimit('70%') ?? Infinity,
  testClock: false,
};
const KEYS: Readonly<Record<string, keyof ServerConfig>> = {
  host: 'host',
  port: 'port',
  'data-dir': 'dataDirectory',
  insecure: 'insecure',
  'log-level': 'logLevel',
  'memory-limit': 'memoryLimit',
  'test-clock': 'testClock',
};

/**
 * The configuration: flags over environment (MILLRACE_PORT, MILLRACE_DATA_DIR …) over the JSON file of `--config` over defaults.
 * Reports every fault at once.
 */
export function readServerConfig(flags: Readonly<Record<string, unknown>>, environment: NodeJS.ProcessEnv): ServerConfig {
  const faults: string[] = [];
  const file = typeof flags['config'] === 'string' ? readFile(flags['config'], faults) : {};
  const values: Record<string, unknown> = {...DEFAULTS};
  for (const [key, field] of Object.entries(KEYS)) {
    const camel = key.replace(/-(.)/g, (_, c: string) => c.toUpperCase());
    const given = flags[camel] ?? environment[`MILLRACE_${key.toUpperCase().replaceAll('-', '_')}`] ?? file[key];
    if (given !== undefined) values[field] = convert(key, given, faults);
  }
  for (const key of Object.keys(file)) if (!(key in KEYS)) faults.push(`unknown key "${key}" (known: ${Object.keys(KEYS).join(', ')})`);
  if (faults.length > 0) throw sqlError('invalid_parameter_value', `invalid configuration: ${faults.join('; ')}`);
  return values as ServerConfig;
}

function readFile(path: string, faults: string[]): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(fs.readFileSync(path, 'utf8'));
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content as Record<string, unknown>;
    faults.push(`${path} does not hold a JSON object`);
  } catch (error) {
    faults.push(`${path}: ${(error as Error).message}`);
  }
  return {};
}

function convert(key: string, given: unknown, faults: string[]): unknown {
  const text = String(given);
  switch (key) {
    case 'port': {
      const port = Number(text);
      if (!Number.isInteger(port) || port < 0 || port > 65535) faults.push(`port must be a number from 0 to 65535, not "${text}"`);
      return port;
    }
    case 'insecure':
    case 'test-clock':
      if (!['true', 'false'].includes(text)) faults.push(`${key} must be true or false, not "${text}"`);
      return text === 'true';
    case 'log-level':
      if (!LOG_LEVELS.includes(text as LogLevel)) faults.push(`log-level must be one of ${LOG_LEVELS.join(', ')}, not "${text}"`);
      return text;
    case 'memory-limit': {
      const bytes = parseMemoryLimit(text);
      if (bytes === undefined) faults.push(`memory-limit must be a size such as 2GB, a share such as 70%, or none, not "${text}"`);
      return bytes;
    }
    default:
      return text;
  }
}
