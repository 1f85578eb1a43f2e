import {Buffer} from 'node:buffer';
import {serialize} from 'pg-protocol';
import {errorFields, int32, type Reply} from './wire-client.ts';

/**
 * A transcript: `# comment`, `> message` sent, `< message` received. Messages are sent in runs, each up to the one that the server
 * answers with ReadyForQuery, and the answers stand behind the run.
 */
export type Transcript = {readonly runs: readonly TranscriptRun[]};
export type TranscriptRun = {
  /** Comments and `>` lines. */
  readonly lines: readonly string[];
  readonly bytes: Buffer;
};

export function parseTranscript(text: string): Transcript {
  const runs: TranscriptRun[] = [];
  let lines: string[] = [];
  let messages: Buffer[] = [];
  let skipping = false;
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('< ')) continue;
    lines.push(line);
    if (!line.startsWith('> ')) continue;
    const message = parseMessage(line.slice(2));
    messages.push(message);
    const type = String.fromCharCode(message[0] ?? 0);
    // A Query in the middle of a pipeline belongs to it: it may be skipped and have no answer.
    skipping = 'PBDEC'.includes(type) || (skipping && type === 'Q');
    if (type === 'S' || (type === 'Q' && !skipping)) {
      runs.push({lines, bytes: Buffer.concat(messages)});
      lines = [];
      messages = [];
      skipping = false;
    }
  }
  return {runs};
}

function parseMessage(line: string): Buffer {
  const [, kind = '', rest = ''] = /^(\w+) ?(.*)$/.exec(line) ?? [];
  if (kind === 'Query') return serialize.query(rest);
  if (kind === 'Sync') return serialize.sync();
  if (kind === 'Flush') return serialize.flush();
  if (kind === 'Raw') {
    const body = Buffer.from(rest.slice(2), 'hex');
    return Buffer.concat([Buffer.from(rest.charAt(0)), int32(body.length + 4), body]);
  }
  const fields = rest.split(/ (?=["\d[])/);
  if (kind === 'Parse') return serialize.parse({name: text(fields[0]), text: text(fields.slice(1).join(' '))});
  if (kind === 'Bind') {
    const values = JSON.parse(fields.slice(2).join(' ')) as (string | null)[];
    return serialize.bind({portal: text(fields[0]), statement: text(fields[1]), values});
  }
  if (kind === 'Execute') return serialize.execute({portal: text(fields[0]), rows: Number(fields[1])});
  const target = rest.startsWith('S') ? 'S' : 'P';
  if (kind === 'Describe') return serialize.describe({type: target, name: text(fields[1])});
  if (kind === 'Close') return serialize.close({type: target, name: text(fields[1])});
  throw new Error(`no such message in a transcript: ${line}`);
}

const text = (json: string | undefined): string => JSON.parse(json ?? '""') as string;

export function renderTranscript(transcript: Transcript, answers: readonly (readonly Reply[])[]): string {
  const runs = transcript.runs.map(({lines}, i) =>
    [...lines, ...(answers[i] ?? []).map(reply => `< ${renderReply(reply)}`), ''].join('\n'),
  );
  return runs.join('\n');
}

/** Splits bytes as they come from a server. */
export function splitReplies(bytes: Buffer): Reply[] {
  const replies: Reply[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    replies.push({type: String.fromCharCode(bytes[at] ?? 0), body: bytes.subarray(at + 5, end)});
    at = end;
  }
  return replies;
}

const NAMES: Record<string, string> = {
  '1': 'ParseComplete',
  '2': 'BindComplete',
  '3': 'CloseComplete',
  I: 'EmptyQueryResponse',
  n: 'NoData',
  s: 'PortalSuspended',
};

export function renderReply(reply: Reply): string {
  const {type, body} = reply;
  switch (type) {
    case 'T':
      return `RowDescription ${renderFields(body)}`;
    case 'D':
      return `DataRow ${renderRow(body)}`;
    case 'C':
      return `CommandComplete ${body.toString('utf8', 0, body.length - 1)}`;
    case 'Z':
      return `ReadyForQuery ${body.toString('latin1')}`;
    case 't':
      return `ParameterDescription ${Array.from({length: body.readInt16BE(0)}, (_, i) => body.readInt32BE(2 + 4 * i)).join(' ')}`.trimEnd();
    case 'E': {
      const {S, C, M, P} = errorFields(reply);
      return `ErrorResponse ${S} ${C} ${M}${P === undefined ? '' : ` at ${P}`}`;
    }
    default:
      return NAMES[type] ?? `${type} ${body.toString('hex')}`;
  }
}

function renderFields(body: Buffer): string {
  const fields: string[] = [];
  for (let at = 2; at < body.length;) {
    const end = body.indexOf(0, at);
    const [type, size, modifier, format] = [
      body.readInt32BE(end + 7),
      body.readInt16BE(end + 11),
      body.readInt32BE(end + 13),
      body.readInt16BE(end + 17),
    ];
    fields.push(`${body.toString('utf8', at, end)}:${type}:${size}:${modifier}:${format}`);
    at = end + 19;
  }
  return fields.join(' ');
}

function renderRow(body: Buffer): string {
  const values: string[] = [];
  for (let at = 2; at < body.length;) {
    const length = body.readInt32BE(at);
    values.push(length < 0 ? 'NULL' : body.toString('utf8', at + 4, at + 4 + length));
    at += 4 + Math.max(0, length);
  }
  return values.join(' | ');
}
