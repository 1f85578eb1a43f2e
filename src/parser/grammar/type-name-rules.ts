import type {Literal} from '../ast/literal.ts';
import type {Identifier, QualifiedName} from '../ast/names.ts';
import type {IntervalField, IntervalFields, MapType, NamedType, StructField, StructType, TypeName} from '../ast/type-name.ts';
import {K, T} from '../tokens/token-types.ts';
import type {Rule} from './grammar-base.ts';
import {LiteralRules} from './literal-rules.ts';

type BaseType = {name: string; modifiers?: Literal[] | undefined; fields?: IntervalFields | undefined};

export class TypeNameRules extends LiteralRules {
  readonly typeName: Rule<TypeName> = this.RULE('typeName', (): TypeName => {
    const start = this.offset();
    const setOf = this.OPTION(() => this.CONSUME(K.setof)) !== undefined;
    let type: TypeName = this.OR<TypeName>([
      {ALT: () => this.SUBRULE(this.structType)},
      {ALT: () => this.SUBRULE(this.mapType)},
      {ALT: () => this.SUBRULE(this.keywordType)},
      {ALT: () => this.SUBRULE(this.genericType)},
    ]);
    if (setOf) this.ACTION(() => (type = {...(type as NamedType), setOf, span: this.spanFrom(start)}));
    let dimensions = 0;
    this.OPTION2(() => {
      this.OR2([
        {
          ALT: () => {
            this.CONSUME(K.array);
            dimensions = 1;
            this.OPTION3(() => this.SUBRULE(this.arrayBound));
          },
        },
        {
          ALT: () =>
            this.AT_LEAST_ONE(() => {
              this.SUBRULE2(this.arrayBound);
              dimensions++;
            }),
        },
      ]);
      this.ACTION(() => (type = {kind: 'array-type', element: type, dimensions, span: this.spanFrom(start)}));
    });
    return type;
  });

  protected readonly arrayBound: Rule<void> = this.RULE('arrayBound', (): void => {
    this.CONSUME(T.LBracket);
    this.OPTION(() => this.CONSUME(T.Integer));
    this.CONSUME(T.RBracket);
  });

  /** `STRUCT<a int>`, `ROW(a int)`; both keywords, both kinds of bracket. */
  protected readonly structType: Rule<StructType> = this.RULE('structType', (): StructType => {
    const start = this.offset();
    const fields: StructField[] = [];
    this.OR([{ALT: () => this.CONSUME(K.struct)}, {ALT: () => this.CONSUME(K.row)}]);
    this.OR2([{ALT: () => this.CONSUME(T.Less)}, {ALT: () => this.CONSUME(T.LParen)}]);
    this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => fields.push(this.SUBRULE(this.structField))});
    this.OR3([{ALT: () => this.CONSUME(T.Greater)}, {ALT: () => this.CONSUME(T.RParen)}]);
    return {kind: 'struct-type', fields, span: this.spanFrom(start)};
  });

  protected readonly structField: Rule<StructField> = this.RULE('structField', (): StructField => {
    const start = this.offset();
    const name = this.SUBRULE(this.label);
    this.OPTION(() => this.CONSUME(T.Colon));
    const typeName = this.SUBRULE(this.typeName);
    return {kind: 'struct-field', name, typeName, span: this.spanFrom(start)};
  });

  protected readonly mapType: Rule<MapType> = this.RULE('mapType', (): MapType => {
    const start = this.offset();
    this.CONSUME(K.map);
    this.OR([{ALT: () => this.CONSUME(T.Less)}, {ALT: () => this.CONSUME(T.LParen)}]);
    const key = this.SUBRULE(this.typeName);
    this.CONSUME(T.Comma);
    const value = this.SUBRULE2(this.typeName);
    this.OR2([{ALT: () => this.CONSUME(T.Greater)}, {ALT: () => this.CONSUME(T.RParen)}]);
    return {kind: 'map-type', key, value, span: this.spanFrom(start)};
  });

  /** `text`, `public.order_status`, `varbit(3)`. */
  protected readonly genericType: Rule<NamedType> = this.RULE('genericType', (): NamedType => {
    const start = this.offset();
    let first = this.OR<Identifier>([
      {
        // before the words of any category, for `double` is one
        ALT: () => {
          const double = this.identifierOf(this.CONSUME(K.double));
          const precision = this.OPTION(() => this.CONSUME(K.precision));
          return precision === undefined ? double : {...double, name: 'float8', span: this.spanFrom(start)};
        },
      },
      {ALT: () => this.identifierOf(this.CONSUME(T.TypeFunctionName))},
    ]);
    const parts = [first];
    this.MANY(() => {
      this.CONSUME(T.Dot);
      parts.push(this.SUBRULE(this.label));
    });
    const name: QualifiedName = {kind: 'qualified-name', parts, span: this.spanFrom(start)};
    const modifiers = this.OPTION2(() => this.SUBRULE(this.typeModifiers)) ?? [];
    return {kind: 'named-type', name, modifiers, intervalFields: undefined, setOf: false, span: this.spanFrom(start)};
  });

  /** Types whose names are keywords of SQL. */
  readonly keywordType: Rule<NamedType> = this.RULE('keywordType', (): NamedType => {
    const start = this.offset();
    const base = this.OR<BaseType>([
      {ALT: () => (this.CONSUME(K.int), {name: 'int4'})},
      {ALT: () => (this.CONSUME(K.integer), {name: 'int4'})},
      {ALT: () => (this.CONSUME(K.smallint), {name: 'int2'})},
      {ALT: () => (this.CONSUME(K.bigint), {name: 'int8'})},
      {ALT: () => (this.CONSUME(K.real), {name: 'float4'})},
      {ALT: () => (this.CONSUME(K.boolean), {name: 'bool'})},
      {ALT: () => this.SUBRULE(this.floatType)},
      {ALT: () => (this.CONSUME(K.decimal), {name: 'numeric', modifiers: this.OPTION(() => this.SUBRULE(this.typeModifiers))})},
      {ALT: () => (this.CONSUME(K.dec), {name: 'numeric', modifiers: this.OPTION2(() => this.SUBRULE2(this.typeModifiers))})},
      {ALT: () => (this.CONSUME(K.numeric), {name: 'numeric', modifiers: this.OPTION3(() => this.SUBRULE3(this.typeModifiers))})},
      {ALT: () => this.SUBRULE(this.characterType)},
      {ALT: () => this.SUBRULE(this.bitType)},
      {ALT: () => this.SUBRULE(this.timeType)},
      {ALT: () => this.SUBRULE(this.intervalType)},
    ]);
    const span = this.spanFrom(start);
    return this.ACTION(() => ({
      kind: 'named-type',
      name: {kind: 'qualified-name', parts: [{kind: 'identifier', name: base.name, quoted: false, span}], span},
      modifiers: base.modifiers ?? [],
      intervalFields: base.fields,
      setOf: false,
      span,
    }));
  });

  protected readonly typeModifiers: Rule<Literal[]> = this.RULE('typeModifiers', (): Literal[] => {
    const modifiers: Literal[] = [];
    this.CONSUME(T.LParenPlain);
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () =>
        modifiers.push(
          this.OR<Literal>([{ALT: () => this.SUBRULE(this.signedNumber)}, {ALT: () => this.stringOf(this.CONSUME(T.String))}]),
        ),
    });
    this.CONSUME(T.RParen);
    return modifiers;
  });

  /** `float(n)`: n bits of mantissa choose float4 or float8. */
  protected readonly floatType: Rule<BaseType> = this.RULE('floatType', (): BaseType => {
    this.CONSUME(K.float);
    const modifiers = this.OPTION(() => this.SUBRULE(this.typeModifiers));
    return this.ACTION(() => {
      const bits = modifiers?.[0];
      return {name: bits?.kind === 'integer-literal' && Number(bits.text) <= 24 ? 'float4' : 'float8'};
    });
  });

  protected readonly characterType: Rule<BaseType> = this.RULE('characterType', (): BaseType => {
    const start = this.offset();
    let varying = false;
    this.OPTION(() => this.CONSUME(K.national));
    this.OR([
      {
        ALT: () => {
          this.CONSUME(K.varchar);
          varying = true;
        },
      },
      {
        ALT: () => {
          this.OR2([{ALT: () => this.CONSUME(K.character)}, {ALT: () => this.CONSUME(K.char)}, {ALT: () => this.CONSUME(K.nchar)}]);
          varying = this.OPTION2(() => this.CONSUME(K.varying)) !== undefined;
        },
      },
    ]);
    const modifiers = this.OPTION3(() => this.SUBRULE(this.typeModifiers));
    if (varying) return {name: 'varchar', modifiers};
    return {name: 'bpchar', modifiers: modifiers ?? [{kind: 'integer-literal', text: '1', span: this.spanFrom(start)}]};
  });

  protected readonly bitType: Rule<BaseType> = this.RULE('bitType', (): BaseType => {
    this.CONSUME(K.bit);
    const varying = this.OPTION(() => this.CONSUME(K.varying)) !== undefined;
    const modifiers = this.OPTION2(() => this.SUBRULE(this.typeModifiers));
    return {name: varying ? 'varbit' : 'bit', modifiers};
  });

  protected readonly timeType: Rule<BaseType> = this.RULE('timeType', (): BaseType => {
    const name = this.OR([{ALT: () => (this.CONSUME(K.timestamp), 'timestamp')}, {ALT: () => (this.CONSUME(K.time), 'time')}]);
    const modifiers = this.OPTION(() => this.SUBRULE(this.typeModifiers));
    let zone = false;
    this.OPTION2(() => {
      this.OR2([
        {
          ALT: () => {
            this.CONSUME(T.WithTimeAhead);
            zone = true;
          },
        },
        {ALT: () => this.CONSUME(K.without)},
      ]);
      this.CONSUME2(K.time);
      this.CONSUME(K.zone);
    });
    return {name: zone ? `${name}tz` : name, modifiers};
  });

  protected readonly intervalType: Rule<BaseType> = this.RULE('intervalType', (): BaseType => {
    this.CONSUME(K.interval);
    let modifiers = this.OPTION(() => this.SUBRULE(this.typeModifiers));
    const found = this.OPTION2(() => this.SUBRULE(this.intervalFields));
    return this.ACTION(() => ({name: 'interval', modifiers: found?.precision ?? modifiers, fields: found?.fields}));
  });

  /** `day to second(3)`; the precision of seconds is a modifier of the type. */
  readonly intervalFields: Rule<{fields: IntervalFields; precision: Literal[] | undefined}> = this.RULE(
    'intervalFields',
    (): {fields: IntervalFields; precision: Literal[] | undefined} => {
      const from = this.SUBRULE(this.intervalField);
      const to = this.OPTION(() => {
        this.CONSUME(K.to);
        return this.SUBRULE2(this.intervalField);
      });
      const precision = this.OPTION2({
        GATE: () => this.LA(0).tokenType === K.second,
        DEF: () => this.SUBRULE(this.typeModifiers),
      });
      return {fields: {from, to}, precision};
    },
  );

  protected readonly intervalField: Rule<IntervalField> = this.RULE('intervalField', (): IntervalField =>
    this.OR<IntervalField>([
      {ALT: () => (this.CONSUME(K.year), 'year')},
      {ALT: () => (this.CONSUME(K.month), 'month')},
      {ALT: () => (this.CONSUME(K.day), 'day')},
      {ALT: () => (this.CONSUME(K.hour), 'hour')},
      {ALT: () => (this.CONSUME(K.minute), 'minute')},
      {ALT: () => (this.CONSUME(K.second), 'second')},
    ]),
  );
}
