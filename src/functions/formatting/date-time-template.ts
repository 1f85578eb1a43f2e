/**
 * Templates of to_char, to_date and to_timestamp (PostgreSQL 9.8). A field's `name` is in upper case; `text` is how it was written, which
 * decides the case of names.
 */
export type TemplateNode = TemplateField | {readonly kind: 'literal'; readonly text: string; readonly quoted: boolean};
export type TemplateField = {
  readonly kind: 'field';
  readonly name: string;
  readonly text: string;
  /** FM: no padding. */
  readonly fill: boolean;
  /** TH or th: an ordinal ending. */
  readonly ordinal: 'TH' | 'th' | undefined;
};

const FIELDS = [
  'A.D.',
  'A.M.',
  'B.C.',
  'P.M.',
  'AD',
  'AM',
  'BC',
  'CC',
  'DAY',
  'DDD',
  'DD',
  'DY',
  'D',
  'FF1',
  'FF2',
  'FF3',
  'FF4',
  'FF5',
  'FF6',
  'HH24',
  'HH12',
  'HH',
  'IDDD',
  'ID',
  'IW',
  'IYYY',
  'IYY',
  'IY',
  'I',
  'J',
  'MI',
  'MM',
  'MONTH',
  'MON',
  'MS',
  'OF',
  'PM',
  'Q',
  'RM',
  'SSSSS',
  'SSSS',
  'SS',
  'TZH',
  'TZM',
  'TZ',
  'US',
  'WW',
  'W',
  'Y,YYY',
  'YYYY',
  'YYY',
  'YY',
  'Y',
].sort((a, b) => b.length - a.length);

const CACHE_SIZE = 256;
const parsed = new Map<string, readonly TemplateNode[]>();

export function dateTimeTemplate(text: string): readonly TemplateNode[] {
  let nodes = parsed.get(text);
  if (nodes === undefined) {
    nodes = parse(text);
    if (parsed.size >= CACHE_SIZE) parsed.clear();
    parsed.set(text, nodes);
  }
  return nodes;
}

function parse(template: string): readonly TemplateNode[] {
  const nodes: TemplateNode[] = [];
  let rest = template;
  let fill = false;
  while (rest !== '') {
    if (/^FX/i.test(rest)) {
      rest = rest.slice(2);
      continue;
    }
    if (/^FM/i.test(rest)) {
      fill = true;
      rest = rest.slice(2);
      continue;
    }
    const field = fieldAt(rest);
    if (field !== undefined) {
      const after = rest.slice(field.length);
      const ordinal = after.startsWith('TH') ? 'TH' : after.startsWith('th') ? 'th' : undefined;
      nodes.push({kind: 'field', name: field.toUpperCase(), text: field, fill, ordinal});
      rest = ordinal === undefined ? after : after.slice(2);
    } else {
      const literal = literalAt(rest);
      nodes.push({kind: 'literal', text: literal.text, quoted: literal.quoted});
      rest = rest.slice(literal.length);
    }
    fill = false;
  }
  return nodes;
}

/** Names are written in capitals, small letters, or with one capital; the other fields in any case. */
function fieldAt(rest: string): string | undefined {
  const name = FIELDS.find(candidate => rest.slice(0, candidate.length).toUpperCase() === candidate);
  return name === undefined ? undefined : rest.slice(0, name.length);
}

function literalAt(rest: string): {readonly text: string; readonly quoted: boolean; readonly length: number} {
  if (rest.startsWith('"')) {
    const found = /^"((?:[^"\\]|\\.)*)("|$)/su.exec(rest);
    const body = found?.[1] ?? '';
    return {text: body.replaceAll(/\\(.)/gsu, '$1'), quoted: true, length: found?.[0].length ?? 1};
  }
  if (rest.startsWith('\\"')) return {text: '"', quoted: true, length: 2};
  const [c = ''] = rest;
  return {text: c, quoted: false, length: c.length};
}
