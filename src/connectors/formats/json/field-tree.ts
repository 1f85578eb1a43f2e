import {
  EPOCH_MS,
  EPOCH_NS,
  EPOCH_S,
  EPOCH_US,
  KIND_BOOL,
  KIND_DATE,
  KIND_DECIMAL,
  KIND_DEFERRED,
  KIND_EPOCH,
  KIND_FLOAT4,
  KIND_FLOAT8,
  KIND_INT2,
  KIND_INT4,
  KIND_INT8,
  KIND_JSON,
  KIND_OBJECT,
  KIND_TEXT,
  KIND_TIME,
  KIND_TIMESTAMP,
  KIND_UUID,
  KIND_VARCHAR,
} from '../../../runtime/kernels/json-layout.ts';
import {physicalOf, type PhysicalKind, type SqlType} from '../../../types/sql-type.ts';
import type {DecodeColumn, JsonOptions, LeafPath, TimestampFormat} from './decode-column.ts';

/** A column, or a field of a composite column. `kind` and `parameter` say how the kernel decodes it (json-layout.ts). */
export type FieldNode = {
  readonly id: number;
  readonly column: number;
  readonly name: string;
  /** As messages name it: `bid.price`. */
  readonly path: string;
  readonly type: SqlType;
  readonly physical: PhysicalKind;
  readonly notNull: boolean;
  readonly kind: number;
  readonly parameter: number;
  readonly limit: number;
  readonly children: readonly FieldNode[];
};

/** All fields of a decoder; `all[i].id` is i, and the fields of one object have consecutive ids. */
export type FieldTree = {readonly roots: readonly FieldNode[]; readonly all: readonly FieldNode[]};

const EPOCH_UNITS: Readonly<Record<Exclude<TimestampFormat, 'iso'>, number>> = {
  epoch_s: EPOCH_S,
  epoch_ms: EPOCH_MS,
  epoch_us: EPOCH_US,
  epoch_ns: EPOCH_NS,
};

/** What a scaled safe integer can hold: 15 digits and most of a 16th. */
const SAFE_LIMIT = 2 ** 53;

type Draft = Omit<FieldNode, 'children'> & {children: FieldNode[]};

export function buildFieldTree(columns: readonly DecodeColumn[], options: JsonOptions): FieldTree {
  const all: Draft[] = [];
  const add = (column: number, name: string, path: string, type: SqlType, notNull: boolean): Draft => {
    const node: Draft = {
      id: all.length,
      column,
      name,
      path,
      type,
      physical: physicalOf(type),
      notNull,
      ...coding(type, options),
      children: [],
    };
    all.push(node);
    return node;
  };
  const roots = columns.map((c, i) => add(i, c.name, c.name, c.type, c.notNull === true));
  // Breadth first, so that siblings lie side by side; `all` grows while it is walked.
  for (const node of all) {
    const {type, path, column} = node;
    if (type.kind === 'composite') node.children = type.fields.map(f => add(column, f.name, `${path}.${f.name}`, f.type, false));
  }
  return {roots, all};
}

/** The node at a path, undefined when there is none. */
export function nodeAt(tree: FieldTree, {column, path}: LeafPath): FieldNode | undefined {
  let node = tree.roots[column];
  for (const step of path) node = node?.children[step];
  return node;
}

type Coding = {readonly kind: number; readonly parameter: number; readonly limit: number};
const coded = (kind: number, parameter = 0, limit = 0): Coding => ({kind, parameter, limit});

function coding(type: SqlType, options: JsonOptions): Coding {
  switch (type.kind) {
    case 'int8':
      return coded(KIND_INT8);
    case 'int4':
      return coded(KIND_INT4);
    case 'int2':
      return coded(KIND_INT2);
    case 'bool':
      return coded(KIND_BOOL);
    case 'float8':
      return coded(KIND_FLOAT8);
    case 'float4':
      return coded(KIND_FLOAT4);
    case 'numeric':
      return numericCoding(type.precision, type.scale);
    case 'text':
      return coded(KIND_TEXT);
    case 'varchar':
      return type.length === undefined ? coded(KIND_TEXT) : coded(KIND_VARCHAR, type.length);
    case 'timestamp':
    case 'timestamptz': {
      const format = options.timestampFormat ?? 'iso';
      return format === 'iso' ? coded(KIND_TIMESTAMP) : coded(KIND_EPOCH, EPOCH_UNITS[format]);
    }
    case 'date':
      return coded(KIND_DATE);
    case 'time':
      return coded(KIND_TIME);
    case 'uuid':
      return coded(KIND_UUID);
    case 'json':
      return coded(KIND_JSON);
    case 'composite':
      return coded(KIND_OBJECT);
    default:
      return coded(KIND_DEFERRED);
  }
}

function numericCoding(precision: number | undefined, scale: number | undefined): Coding {
  if (precision === undefined) return coded(KIND_DECIMAL, -1, SAFE_LIMIT);
  const digits = scale ?? 0;
  if (digits < 0 || digits > 15) return coded(KIND_DEFERRED);
  return coded(KIND_DECIMAL, digits, precision > 15 ? SAFE_LIMIT : 10 ** precision);
}
