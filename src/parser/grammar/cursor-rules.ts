import type {Identifier} from '../ast/names.ts';
import type {CloseCursor, DeclareCursor, FetchCursor, FetchDirection, Subscribe} from '../ast/session.ts';
import {K, T} from '../tokens/token-types.ts';
import type {Rule} from './grammar-base.ts';
import {ShowRules} from './show-rules.ts';

type Position = {readonly direction: FetchDirection; readonly count: number | 'all'};

/** DECLARE, FETCH, MOVE, CLOSE. */
export abstract class CursorRules extends ShowRules {
  protected abstract readonly subscribe: Rule<Subscribe>;

  readonly declareCursor: Rule<DeclareCursor> = this.RULE('declareCursor', (): DeclareCursor => {
    const start = this.offset();
    let binary = false;
    let insensitive = false;
    let scroll: boolean | undefined;
    this.CONSUME(K.declare);
    const name = this.SUBRULE(this.name);
    this.MANY(() =>
      this.OR([
        {ALT: () => (binary = this.CONSUME(K.binary) !== undefined)},
        {ALT: () => (insensitive = this.CONSUME(K.insensitive) !== undefined)},
        {ALT: () => (scroll = this.CONSUME(K.scroll) !== undefined)},
        {
          ALT: () => {
            this.CONSUME(K.no);
            this.CONSUME2(K.scroll);
            scroll = false;
          },
        },
      ]),
    );
    this.CONSUME(K.cursor);
    const hold = this.OPTION(() => {
      const held = this.OR2([{ALT: () => (this.CONSUME(K.with), true)}, {ALT: () => (this.CONSUME(K.without), false)}]);
      this.CONSUME(K.hold);
      return held;
    });
    this.CONSUME(K.for);
    const query = this.OR3<DeclareCursor['query']>([{ALT: () => this.SUBRULE(this.query)}, {ALT: () => this.SUBRULE(this.subscribe)}]);
    return {kind: 'declare-cursor', name, binary, insensitive, scroll, hold: hold ?? false, query, span: this.spanFrom(start)};
  });

  readonly fetch: Rule<FetchCursor> = this.RULE('fetch', (): FetchCursor => {
    const start = this.offset();
    const kind = this.OR<FetchCursor['kind']>([{ALT: () => (this.CONSUME(K.fetch), 'fetch')}, {ALT: () => (this.CONSUME(K.move), 'move')}]);
    // a cursor may be named like a direction: `FETCH next` fetches from the cursor next
    const position = this.OPTION({
      GATE: () => this.LA(1).tokenType !== T.Identifier && !this.endsAt(2),
      DEF: () => this.SUBRULE(this.fetchPosition),
    });
    this.OPTION2(() => this.OR2([{ALT: () => this.CONSUME(K.from)}, {ALT: () => this.CONSUME(K.in)}]));
    const cursor = this.SUBRULE(this.name);
    return this.ACTION(() => ({kind, ...(position ?? {direction: 'forward', count: 1}), cursor, span: this.spanFrom(start)}));
  });

  protected readonly fetchPosition: Rule<Position> = this.RULE('fetchPosition', (): Position =>
    this.OR<Position>([
      {ALT: () => (this.CONSUME(K.next), {direction: 'forward', count: 1})},
      {ALT: () => (this.CONSUME(K.prior), {direction: 'backward', count: 1})},
      {ALT: () => (this.CONSUME(K.first), {direction: 'absolute', count: 1})},
      {ALT: () => (this.CONSUME(K.last), {direction: 'absolute', count: -1})},
      {ALT: () => (this.CONSUME(K.absolute), {direction: 'absolute', count: this.SUBRULE(this.signedCount)})},
      {ALT: () => (this.CONSUME(K.relative), {direction: 'relative', count: this.SUBRULE2(this.signedCount)})},
      {ALT: () => ({direction: 'forward', count: this.SUBRULE3(this.signedCount)})},
      {ALT: () => (this.CONSUME(K.all), {direction: 'forward', count: 'all'})},
      {ALT: () => (this.CONSUME(K.forward), {direction: 'forward', count: this.SUBRULE(this.optionalCount)})},
      {ALT: () => (this.CONSUME(K.backward), {direction: 'backward', count: this.SUBRULE2(this.optionalCount)})},
    ]),
  );

  protected readonly signedCount: Rule<number> = this.RULE('signedCount', (): number => {
    const number = this.SUBRULE(this.signedNumber);
    return this.ACTION(() => Math.trunc(Number(number.text)));
  });

  protected readonly optionalCount: Rule<number | 'all'> = this.RULE('optionalCount', (): number | 'all' => {
    const count = this.OPTION(() =>
      this.OR<number | 'all'>([{ALT: () => (this.CONSUME(K.all), 'all')}, {ALT: () => this.SUBRULE(this.signedCount)}]),
    );
    return count ?? 1;
  });

  readonly close: Rule<CloseCursor> = this.RULE('close', (): CloseCursor => {
    const start = this.offset();
    this.CONSUME(K.close);
    const cursor = this.OR<Identifier | undefined>([{ALT: () => (this.CONSUME(K.all), undefined)}, {ALT: () => this.SUBRULE(this.name)}]);
    return {kind: 'close', cursor, span: this.spanFrom(start)};
  });
}
