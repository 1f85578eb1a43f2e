import {FatalError} from './fatal-error.ts';

/**
 * Settings given in the start-up parameter `options`: `-c name=value`, `-cname=value` and `--name=value`, separated by blanks; a backslash
 * keeps the next character (PostgreSQL's pg_split_opts). @throws FatalError 42601 for anything else.
 */
export function parseStartUpOptions(options: string): [name: string, value: string][] {
  const settings: [string, string][] = [];
  const words = splitOptions(options);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word.startsWith('--')) {
      settings.push(parseSetting(word.slice(2), '--'));
    } else if (word.startsWith('-c')) {
      const assignment = word.length > 2 ? word.slice(2) : words[++i];
      if (assignment === undefined) throw invalidArgument(word);
      settings.push(parseSetting(assignment, '-c '));
    } else {
      throw invalidArgument(word);
    }
  }
  return settings;
}

function parseSetting(assignment: string, prefix: string): [string, string] {
  const equals = assignment.indexOf('=');
  if (equals < 0) throw new FatalError('syntax_error', `${prefix}${assignment} requires a value`);
  return [assignment.slice(0, equals).replaceAll('-', '_'), assignment.slice(equals + 1)];
}

function invalidArgument(word: string): FatalError {
  return new FatalError('syntax_error', `invalid command-line argument for server process: ${word}`, {
    hint: 'The start-up parameter "options" takes -c name=value and --name=value.',
  });
}

function splitOptions(options: string): string[] {
  const words: string[] = [];
  let word = '';
  let inWord = false;
  for (let i = 0; i < options.length; i++) {
    let character = options[i] ?? '';
    if (/\s/.test(character)) {
      if (inWord) words.push(word);
      word = '';
      inWord = false;
      continue;
    }
    if (character === '\\') character = options[++i] ?? '';
    word += character;
    inWord = true;
  }
  if (inWord) words.push(word);
  return words;
}
