import {unreachable} from '../../common/unreachable.ts';
import type {Expression, IsTest} from '../ast/expression.ts';
import type {Query} from '../ast/query.ts';
import type {SortItem} from '../ast/sort-item.ts';
import type {FrameBound, WindowReference, WindowSpecification} from '../ast/window.ts';
import type {FunctionArgument, FunctionCall} from '../ast/function-call.ts';
import {NamePrinter, words} from './name-printer.ts';

/** Expressions: every operand that is not a unit of its own stands in parentheses, as PostgreSQL's ruleutils do it. */
export abstract class ExpressionPrinter extends NamePrinter {
  abstract query(query: Query): string;

  expressions(list: readonly Expression[]): string {
    return list.map(item => this.expression(item)).join(', ');
  }

  operand(expression: Expression): string {
    const text = this.expression(expression);
    return isUnit(expression) ? text : `(${text})`;
  }

  expression(e: Expression): string {
    switch (e.kind) {
      case 'column-ref':
        return this.dotted(e.parts);
      case 'star':
        return e.qualifier.length === 0 ? '*' : `${this.dotted(e.qualifier)}.*`;
      case 'parameter':
        return `$${e.index}`;
      case 'unary':
        return `${this.operator(e.operator)} ${this.operand(e.operand)}`;
      case 'binary':
        return `${this.operand(e.left)} ${this.operator(e.operator)} ${this.operand(e.right)}`;
      case 'and':
        return e.operands.map(operand => this.operand(operand)).join(' AND ');
      case 'or':
        return e.operands.map(operand => this.operand(operand)).join(' OR ');
      case 'not':
        return `NOT ${this.operand(e.operand)}`;
      case 'is-test':
        return `${this.operand(e.operand)} IS ${e.negated ? 'NOT ' : ''}${isWords(e)}`;
      case 'is-distinct-from':
        return `${this.operand(e.left)} IS ${e.negated ? 'NOT ' : ''}DISTINCT FROM ${this.operand(e.right)}`;
      case 'between':
        return words(
          this.operand(e.operand),
          e.negated && 'NOT',
          'BETWEEN',
          e.symmetric && 'SYMMETRIC',
          this.operand(e.low),
          'AND',
          this.operand(e.high),
        );
      case 'in-list':
        return `${this.operand(e.operand)} ${e.negated ? 'NOT IN' : 'IN'} (${this.expressions(e.items)})`;
      case 'in-subquery':
        return `${this.operand(e.operand)} ${e.negated ? 'NOT IN' : 'IN'} (${this.query(e.query)})`;
      case 'like':
        return words(
          this.operand(e.operand),
          e.negated && 'NOT',
          e.operator === 'similar-to' ? 'SIMILAR TO' : e.operator.toUpperCase(),
          this.operand(e.pattern),
          e.escape && `ESCAPE ${this.operand(e.escape)}`,
        );
      case 'quantified-array':
        return `${this.operand(e.left)} ${this.operator(e.operator)} ${e.quantifier.toUpperCase()} (${this.expression(e.array)})`;
      case 'quantified-subquery':
        return `${this.operand(e.left)} ${this.operator(e.operator)} ${e.quantifier.toUpperCase()} (${this.query(e.query)})`;
      case 'exists':
        return `EXISTS (${this.query(e.query)})`;
      case 'scalar-subquery':
        return `(${this.query(e.query)})`;
      case 'array':
        return `ARRAY[${this.#elements(e.elements)}]`;
      case 'array-subquery':
        return `ARRAY(${this.query(e.query)})`;
      case 'row':
        return `${e.explicit ? 'ROW' : ''}(${this.expressions(e.elements)})`;
      case 'case':
        return words(
          'CASE',
          e.operand && this.operand(e.operand),
          ...e.branches.map(branch => `WHEN ${this.expression(branch.when)} THEN ${this.expression(branch.then)}`),
          e.otherwise && `ELSE ${this.expression(e.otherwise)}`,
          'END',
        );
      case 'cast':
        return `${this.operand(e.operand)}::${this.typeName(e.typeName)}`;
      case 'collate':
        return `${this.operand(e.operand)} COLLATE ${this.qualified(e.collation)}`;
      case 'at-time-zone':
        return `${this.operand(e.operand)} AT TIME ZONE ${this.operand(e.zone)}`;
      case 'function-call':
        return this.call(e);
      case 'subscript':
        return `${this.#subscripted(e.operand)}[${this.expression(e.index)}]`;
      case 'slice':
        return `${this.#subscripted(e.operand)}[${e.lower ? this.operand(e.lower) : ''} : ${e.upper ? this.operand(e.upper) : ''}]`;
      case 'field-access':
        return `(${this.expression(e.operand)}).${this.name(e.field)}`;
      case 'field-star':
        return `(${this.expression(e.operand)}).*`;
      case 'default':
        return 'DEFAULT';
      case 'table-argument':
        return words(`TABLE ${this.qualified(e.name)}`, e.partitionBy && `PARTITION BY ${this.expressions(e.partitionBy)}`);
      default:
        return this.literal(e);
    }
  }

  /** Inner brackets of an array are arrays without the word. */
  #elements(elements: readonly Expression[]): string {
    return this.list(elements, e => (e.kind === 'array' ? `ARRAY[${this.#elements(e.elements)}]` : this.expression(e)));
  }

  #subscripted(e: Expression): string {
    const text = this.expression(e);
    return ['column-ref', 'parameter', 'subscript', 'slice'].includes(e.kind) ? text : `(${text})`;
  }

  call(call: FunctionCall): string {
    const {args, partitionBy, orderBy, withinGroup, filter, nullTreatment, over} = call;
    const special = this.#specialCall(call);
    if (special !== undefined) return special;
    const inside = call.star
      ? '*'
      : words(
          call.distinct && 'DISTINCT',
          this.list(args, arg => this.#argument(arg)),
          partitionBy && `PARTITION BY ${this.expressions(partitionBy)}`,
          orderBy.length > 0 && this.orderBy(orderBy),
        );
    return words(
      `${this.qualified(call.name)}(${inside})`,
      withinGroup.length > 0 && `WITHIN GROUP (${this.orderBy(withinGroup)})`,
      filter && `FILTER (WHERE ${this.expression(filter)})`,
      nullTreatment && `${nullTreatment.toUpperCase()} NULLS`,
      over && `OVER ${this.window(over)}`,
    );
  }

  #argument({name, variadic, value}: FunctionArgument): string {
    return words(variadic && 'VARIADIC', name && `${this.name(name)} =>`, this.expression(value));
  }

  #specialCall(call: FunctionCall): string | undefined {
    const {syntax} = call;
    if (syntax === undefined) return undefined;
    const name = call.name.parts[0]!.name.toUpperCase();
    const [a = '', b = '', c = '', d = ''] = call.args.map(arg => this.operand(arg.value));
    switch (syntax) {
      case 'keyword':
        return `${name}(${this.list(call.args, arg => this.expression(arg.value))})`;
      case 'value':
        return a === '' ? name : `${name}(${a})`;
      case 'extract':
        return `EXTRACT(${a} FROM ${b})`;
      case 'position':
        return `POSITION(${b} IN ${a})`;
      case 'substring':
        return `SUBSTRING(${words(a, 'FROM', b, c && `FOR ${c}`)})`;
      case 'substring-for':
        return `SUBSTRING(${a} FOR ${c})`;
      case 'substring-similar':
        return `SUBSTRING(${a} SIMILAR ${b} ESCAPE ${c})`;
      case 'trim':
        return `TRIM(${words(TRIM_SIDES[name] ?? 'BOTH', b, 'FROM', a)})`;
      case 'overlay':
        return `OVERLAY(${words(a, 'PLACING', b, 'FROM', c, d && `FOR ${d}`)})`;
      case 'overlaps':
        return `(${a}, ${b}) OVERLAPS (${c}, ${d})`;
      case 'normalize':
        return `NORMALIZE(${a}${b === '' ? '' : `, ${b.slice(1, -1).toUpperCase()}`})`;
      case 'collation-for':
        return `COLLATION FOR (${a})`;
      default:
        return unreachable(syntax);
    }
  }

  orderBy(items: readonly SortItem[]): string {
    return `ORDER BY ${this.sortItems(items)}`;
  }

  sortItems(items: readonly SortItem[]): string {
    return this.list(items, ({expression, direction, using, nulls}) =>
      words(
        this.expression(expression),
        direction === 'desc' && 'DESC',
        using && `USING ${this.operator(using)}`,
        nulls && `NULLS ${nulls.toUpperCase()}`,
      ),
    );
  }

  window(window: WindowReference): string {
    return window.kind === 'window-name' ? this.name(window.name) : this.windowSpecification(window);
  }

  windowSpecification({base, partitionBy, orderBy, frame}: WindowSpecification): string {
    const inside = words(
      base && this.name(base),
      partitionBy.length > 0 && `PARTITION BY ${this.expressions(partitionBy)}`,
      orderBy.length > 0 && this.orderBy(orderBy),
      frame?.mode.toUpperCase(),
      frame && (frame.between ? `BETWEEN ${this.#bound(frame.start)} AND ${this.#bound(frame.end)}` : this.#bound(frame.start)),
      frame?.exclude && `EXCLUDE ${EXCLUSIONS[frame.exclude]}`,
    );
    return `(${inside})`;
  }

  #bound({bound, offset}: FrameBound): string {
    return words(offset && this.operand(offset), bound.replaceAll('-', ' ').toUpperCase());
  }
}

const TRIM_SIDES: Readonly<Record<string, string>> = {BTRIM: 'BOTH', LTRIM: 'LEADING', RTRIM: 'TRAILING'};
const EXCLUSIONS = {'current-row': 'CURRENT ROW', group: 'GROUP', ties: 'TIES', 'no-others': 'NO OTHERS'} as const;

function isWords({test, form}: IsTest): string {
  if (test === 'normalized') return words(form?.toUpperCase(), 'NORMALIZED');
  return test.replace('-', ' ').toUpperCase();
}

/** Whether the text of the expression can stand as an operand as it is. */
function isUnit(e: Expression): boolean {
  switch (e.kind) {
    case 'column-ref':
    case 'parameter':
    case 'integer-literal':
    case 'decimal-literal':
    case 'string-literal':
    case 'bit-string-literal':
    case 'null-literal':
    case 'boolean-literal':
    case 'exists':
    case 'scalar-subquery':
    case 'array':
    case 'array-subquery':
    case 'row':
    case 'case':
    case 'subscript':
    case 'slice':
    case 'field-access':
    case 'default':
    case 'star':
      return true;
    case 'function-call':
      return e.syntax !== 'overlaps';
    default:
      return false;
  }
}
