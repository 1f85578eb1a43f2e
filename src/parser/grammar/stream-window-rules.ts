import {sqlError} from '../../common/sql-error.ts';
import type {Duration, DurationUnit, JoinWithin, StreamWindow} from '../ast/stream-window.ts';
import {K, T} from '../tokens/token-types.ts';
import {ExpressionRules} from './expression-rules.ts';
import type {Rule} from './grammar-base.ts';

type WindowProperty = {readonly name: 'size' | 'advance' | 'retention' | 'gracePeriod'; readonly value: Duration};

/** ksqlDB's clauses: `WINDOW TUMBLING (SIZE 1 MINUTE)`, `WITHIN 2 HOURS GRACE PERIOD 5 MINUTES`. */
export abstract class StreamWindowRules extends ExpressionRules {
  protected readonly duration: Rule<Duration> = this.RULE('duration', (): Duration => {
    const amount = this.CONSUME(T.Integer);
    const unit = this.CONSUME(T.Label);
    return this.ACTION(() => {
      const name = this.payloadOf(unit).replace(/s$/, '');
      if (!DURATION_UNITS.has(name))
        throw sqlError('syntax_error', `syntax error at or near "${unit.image}"`, {
          position: unit.startOffset,
          hint: 'expected a unit: MILLISECONDS, SECONDS, MINUTES, HOURS, DAYS, WEEKS, MONTHS or YEARS',
        });
      const span = {start: amount.startOffset, end: this.spanOf(unit).end};
      return {kind: 'duration', amount: this.payloadOf(amount), unit: name as DurationUnit, span};
    });
  });

  protected readonly streamWindow: Rule<StreamWindow> = this.RULE('streamWindow', (): StreamWindow => {
    const start = this.offset();
    this.CONSUME(T.StreamWindowAhead);
    const type = this.OR<StreamWindow['type']>([
      {ALT: () => (this.CONSUME(K.tumbling), 'tumbling')},
      {ALT: () => (this.CONSUME(K.hopping), 'hopping')},
      {ALT: () => (this.CONSUME(K.session), 'session')},
    ]);
    const open = this.CONSUME(T.LParen);
    const properties: WindowProperty[] = [];
    this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => properties.push(this.SUBRULE(this.windowProperty))});
    this.CONSUME(T.RParen);
    return this.ACTION(() => {
      const value = (name: WindowProperty['name']) => properties.find(p => p.name === name)?.value;
      const size = value('size');
      if (size === undefined) throw sqlError('syntax_error', 'a window needs a size', {position: open.startOffset, hint: 'expected SIZE'});
      return {
        kind: 'stream-window',
        type,
        size,
        advance: value('advance'),
        retention: value('retention'),
        gracePeriod: value('gracePeriod'),
        span: this.spanFrom(start),
      };
    });
  });

  protected readonly windowProperty: Rule<WindowProperty> = this.RULE('windowProperty', (): WindowProperty => {
    const name = this.OPTION(() =>
      this.OR<WindowProperty['name']>([
        {ALT: () => (this.CONSUME(K.size), 'size')},
        {ALT: () => (this.CONSUME(K.advance), this.CONSUME(K.by), 'advance')},
        {ALT: () => (this.CONSUME(K.retention), 'retention')},
        {ALT: () => (this.CONSUME(K.grace), this.CONSUME(K.period), 'gracePeriod')},
      ]),
    );
    const value = this.SUBRULE(this.duration);
    return {name: name ?? 'size', value};
  });

  protected readonly joinWithin: Rule<JoinWithin> = this.RULE('joinWithin', (): JoinWithin => {
    const start = this.offset();
    this.CONSUME(K.within);
    const {before, after} = this.OR<{before: Duration; after: Duration}>([
      {
        ALT: () => {
          const both = this.SUBRULE(this.duration);
          return {before: both, after: both};
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.LParenPlain);
          const first = this.SUBRULE2(this.duration);
          this.CONSUME(T.Comma);
          const second = this.SUBRULE3(this.duration);
          this.CONSUME(T.RParen);
          return {before: first, after: second};
        },
      },
    ]);
    const gracePeriod = this.OPTION(() => {
      this.CONSUME(K.grace);
      this.CONSUME(K.period);
      return this.SUBRULE4(this.duration);
    });
    return {kind: 'join-within', before, after, gracePeriod, span: this.spanFrom(start)};
  });
}

const DURATION_UNITS: ReadonlySet<string> = new Set(['millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'year']);
