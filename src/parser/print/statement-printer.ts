import type {Explainable, FetchCursor, ShowObjects, Subscribe} from '../ast/session.ts';
import type {Statement} from '../ast/statement.ts';
import type {TransactionModes} from '../ast/transaction.ts';
import {DdlPrinter} from './ddl-printer.ts';
import {words} from './name-printer.ts';

export class StatementPrinter extends DdlPrinter {
  statement(s: Statement): string {
    switch (s.kind) {
      case 'query':
      case 'insert':
      case 'update':
      case 'delete':
        return this.dataStatement(s);
      case 'copy':
        return this.copy(s);
      case 'begin':
        return words(s.start ? 'START TRANSACTION' : 'BEGIN', this.#modes(s.modes));
      case 'commit':
      case 'rollback':
        return words(s.kind.toUpperCase(), s.chain && 'AND CHAIN');
      case 'savepoint':
        return `SAVEPOINT ${this.name(s.name)}`;
      case 'release-savepoint':
        return `RELEASE SAVEPOINT ${this.name(s.name)}`;
      case 'rollback-to-savepoint':
        return `ROLLBACK TO SAVEPOINT ${this.name(s.name)}`;
      case 'set-transaction':
        return words(
          s.scope === 'session' ? 'SET SESSION CHARACTERISTICS AS TRANSACTION' : 'SET TRANSACTION',
          s.snapshot === undefined ? this.#modes(s.modes) : `SNAPSHOT ${this.string(s.snapshot)}`,
        );
      case 'set-constraints':
        return `SET CONSTRAINTS ALL ${s.deferred ? 'DEFERRED' : 'IMMEDIATE'}`;
      case 'set':
        return words(
          'SET',
          s.scope === 'local' && 'LOCAL',
          this.#parameter(s.name),
          '=',
          s.values.length === 0 ? 'DEFAULT' : this.list(s.values, value => this.optionValue(value)),
        );
      case 'reset':
      case 'show':
        return `${s.kind.toUpperCase()} ${s.name === undefined ? 'ALL' : this.#parameter(s.name)}`;
      case 'show-objects':
        return this.#showObjects(s);
      case 'discard':
        return `DISCARD ${s.what.toUpperCase()}`;
      case 'prepare':
        return words(
          `PREPARE ${this.name(s.name)}`,
          s.types.length > 0 && `(${this.list(s.types, type => this.typeName(type))})`,
          `AS ${this.dataStatement(s.statement)}`,
        );
      case 'execute':
        return words(`EXECUTE ${this.name(s.name)}`, s.args.length > 0 && `(${this.expressions(s.args)})`);
      case 'deallocate':
        return `DEALLOCATE ${s.name === undefined ? 'ALL' : this.name(s.name)}`;
      case 'declare-cursor':
        return words(
          `DECLARE ${this.name(s.name)}`,
          s.binary && 'BINARY',
          s.insensitive && 'INSENSITIVE',
          s.scroll !== undefined && (s.scroll ? 'SCROLL' : 'NO SCROLL'),
          'CURSOR',
          s.hold && 'WITH HOLD',
          `FOR ${s.query.kind === 'subscribe' ? this.#subscribe(s.query) : this.query(s.query)}`,
        );
      case 'fetch':
      case 'move':
        return this.#fetch(s);
      case 'close':
        return `CLOSE ${s.cursor === undefined ? 'ALL' : this.name(s.cursor)}`;
      case 'listen':
        return `LISTEN ${this.name(s.channel)}`;
      case 'notify':
        return `NOTIFY ${this.name(s.channel)}${s.payload === undefined ? '' : `, ${this.string(s.payload)}`}`;
      case 'unlisten':
        return `UNLISTEN ${s.channel === undefined ? '*' : this.name(s.channel)}`;
      case 'lock':
        return words(
          `LOCK TABLE ${this.qualifiedList(s.tables)}`,
          s.mode !== undefined && `IN ${s.mode.toUpperCase()} MODE`,
          s.nowait && 'NOWAIT',
        );
      case 'explain':
        return words('EXPLAIN', s.options.length > 0 && `(${this.options(s.options)})`, this.#explainable(s.statement));
      case 'subscribe':
        return this.#subscribe(s);
      case 'flush':
      case 'checkpoint':
        return s.kind.toUpperCase();
      case 'wait':
        return words('WAIT', s.target && `FOR ${this.qualified(s.target)}`);
      case 'vacuum':
      case 'analyze':
        return words(s.kind.toUpperCase(), s.options.length > 0 && `(${this.options(s.options)})`, this.qualifiedList(s.tables));
      default:
        return this.ddl(s);
    }
  }

  #modes({isolation, readOnly, deferrable}: TransactionModes): string {
    const modes = [
      isolation && `ISOLATION LEVEL ${isolation.toUpperCase()}`,
      readOnly !== undefined && (readOnly ? 'READ ONLY' : 'READ WRITE'),
      deferrable !== undefined && (deferrable ? 'DEFERRABLE' : 'NOT DEFERRABLE'),
    ];
    return modes.filter(mode => typeof mode === 'string').join(', ');
  }

  /** Dotted names word by word. */
  #parameter(name: string): string {
    return name
      .split('.')
      .map(word => (/^[a-z_][a-z0-9_$]*$/.test(word) ? word : `"${word.replaceAll('"', '""')}"`))
      .join('.');
  }

  #showObjects({what, schema, name, like}: ShowObjects): string {
    const object = name === undefined ? '' : this.qualified(name);
    switch (what) {
      case 'status':
      case 'watermarks':
        return words('SHOW', what.toUpperCase(), object !== '' && `FOR ${object}`);
      case 'columns':
        return `SHOW COLUMNS FROM ${object}`;
      case 'create':
        return `SHOW CREATE ${object}`;
      default:
        return words(
          'SHOW',
          what.replace('-', ' ').toUpperCase(),
          schema && `FROM ${this.qualified(schema)}`,
          like !== undefined && `LIKE ${this.string(like)}`,
        );
    }
  }

  #fetch({kind, direction, count, cursor}: FetchCursor): string {
    return `${kind.toUpperCase()} ${direction.toUpperCase()} ${count === 'all' ? 'ALL' : count} FROM ${this.name(cursor)}`;
  }

  #explainable(s: Explainable): string {
    if (s.kind !== 'running-dataflow') return this.statement(s);
    const aspects = s.aspects.length > 0 && `${s.aspects.join(', ').toUpperCase()} FOR`;
    return words(aspects, s.objectKind.replace('-', ' ').toUpperCase(), this.qualified(s.name));
  }

  #subscribe({relation, query, options}: Subscribe): string {
    return words('SUBSCRIBE TO', relation && this.qualified(relation), query && `(${this.query(query)})`, this.withOptions(options));
  }
}
