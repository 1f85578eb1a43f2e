import type {OptionValue} from '../ast/option.ts';
import type {Discard, ResetParameter, SetParameter} from '../ast/session.ts';
import type {SetConstraints, SetTransaction} from '../ast/transaction.ts';
import {K, T} from '../tokens/token-types.ts';
import type {Rule} from './grammar-base.ts';
import {TransactionRules} from './transaction-rules.ts';

type NamedValues = Pick<SetParameter, 'name' | 'values'>;

/** SET, RESET, DISCARD. */
export abstract class SetRules extends TransactionRules {
  readonly set: Rule<SetParameter | SetTransaction | SetConstraints> = this.RULE(
    'set',
    (): SetParameter | SetTransaction | SetConstraints => {
      const start = this.offset();
      this.CONSUME(K.set);
      return this.OR<SetParameter | SetTransaction | SetConstraints>([
        {
          ALT: () => {
            this.CONSUME(K.session);
            return this.OR2<SetParameter | SetTransaction>([
              {
                ALT: () => {
                  this.CONSUME(K.characteristics);
                  this.CONSUME(K.as);
                  const tail = this.SUBRULE(this.setTransactionTail);
                  return this.ACTION(() => ({kind: 'set-transaction', scope: 'session', ...tail, span: this.spanFrom(start)}));
                },
              },
              {
                ALT: () => {
                  const set = this.SUBRULE(this.namedValues);
                  return this.ACTION(() => ({kind: 'set', scope: 'session', ...set, span: this.spanFrom(start)}));
                },
              },
            ]);
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.local);
            const set = this.SUBRULE2(this.namedValues);
            return this.ACTION(() => ({kind: 'set', scope: 'local', ...set, span: this.spanFrom(start)}));
          },
        },
        {
          ALT: () => {
            const tail = this.SUBRULE2(this.setTransactionTail);
            return this.ACTION(() => ({kind: 'set-transaction', scope: 'transaction', ...tail, span: this.spanFrom(start)}));
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.constraints);
            this.OR3([{ALT: () => this.CONSUME(K.all)}, {ALT: () => this.SUBRULE(this.qualifiedNameList)}]);
            const deferred = this.OR4([{ALT: () => (this.CONSUME(K.deferred), true)}, {ALT: () => (this.CONSUME(K.immediate), false)}]);
            return {kind: 'set-constraints', deferred, span: this.spanFrom(start)};
          },
        },
        {
          ALT: () => {
            const set = this.SUBRULE3(this.namedValues);
            return this.ACTION(() => ({kind: 'set', scope: 'session', ...set, span: this.spanFrom(start)}));
          },
        },
      ]);
    },
  );

  /** `name = values`, and the words SQL has for some names: TIME ZONE, NAMES, SCHEMA, ROLE, AUTHORIZATION. */
  protected readonly namedValues: Rule<NamedValues> = this.RULE('namedValues', (): NamedValues =>
    this.OR<NamedValues>([
      {
        ALT: () => {
          this.CONSUME(K.time);
          this.CONSUME(K.zone);
          return {name: 'timezone', values: this.SUBRULE(this.setValues)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.names);
          return {name: 'client_encoding', values: this.OPTION(() => this.SUBRULE2(this.setValues)) ?? []};
        },
      },
      {ALT: () => (this.CONSUME(K.schema), {name: 'search_path', values: this.SUBRULE3(this.setValues)})},
      {
        ALT: () => {
          this.CONSUME(K.role);
          this.OPTION2(() => this.OR3([{ALT: () => this.CONSUME2(T.Equals)}, {ALT: () => this.CONSUME2(K.to)}]));
          return {name: 'role', values: this.SUBRULE4(this.setValues)};
        },
      },
      {ALT: () => (this.CONSUME(K.authorization), {name: 'session_authorization', values: this.SUBRULE5(this.setValues)})},
      {
        ALT: () => {
          const name = this.SUBRULE(this.dottedName);
          this.OR2([{ALT: () => this.CONSUME(T.Equals)}, {ALT: () => this.CONSUME(K.to)}]);
          return {name, values: this.SUBRULE6(this.setValues)};
        },
      },
    ]),
  );

  /** Empty for DEFAULT. */
  protected readonly setValues: Rule<OptionValue[]> = this.RULE('setValues', (): OptionValue[] => {
    const values: OptionValue[] = [];
    this.OR([
      {ALT: () => this.CONSUME(K.default)},
      {ALT: () => this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => values.push(this.SUBRULE(this.setValue))})},
    ]);
    return values;
  });

  /** `interval '-3' hour to minute`, `LOCAL`, or a value as anywhere. */
  protected readonly setValue: Rule<OptionValue> = this.RULE('setValue', (): OptionValue => {
    const value = this.SUBRULE(this.optionValue);
    this.OPTION(() => this.SUBRULE(this.intervalFields));
    return value;
  });

  readonly resetParameter: Rule<ResetParameter> = this.RULE('resetParameter', (): ResetParameter => {
    const start = this.offset();
    this.CONSUME(K.reset);
    const name = this.SUBRULE(this.parameterName);
    return {kind: 'reset', name, span: this.spanFrom(start)};
  });

  /** The name after RESET and SHOW; undefined for ALL. */
  protected readonly parameterName: Rule<string | undefined> = this.RULE('parameterName', (): string | undefined =>
    this.OR<string | undefined>([
      {ALT: () => (this.CONSUME(K.all), undefined)},
      {ALT: () => (this.CONSUME(K.time), this.CONSUME(K.zone), 'timezone')},
      {ALT: () => (this.CONSUME(K.transaction), this.CONSUME(K.isolation), this.CONSUME(K.level), 'transaction_isolation')},
      {ALT: () => (this.CONSUME(K.session), this.CONSUME(K.authorization), 'session_authorization')},
      {ALT: () => this.SUBRULE(this.dottedName)},
    ]),
  );

  readonly discard: Rule<Discard> = this.RULE('discard', (): Discard => {
    const start = this.offset();
    this.CONSUME(K.discard);
    const what = this.OR<Discard['what']>([
      {ALT: () => (this.CONSUME(K.all), 'all')},
      {ALT: () => (this.CONSUME(K.plans), 'plans')},
      {ALT: () => (this.CONSUME(K.sequences), 'sequences')},
      {ALT: () => (this.CONSUME(K.temp), 'temporary')},
      {ALT: () => (this.CONSUME(K.temporary), 'temporary')},
    ]);
    return {kind: 'discard', what, span: this.spanFrom(start)};
  });
}
