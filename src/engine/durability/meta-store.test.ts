import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {SqlError} from '../../common/sql-error.ts';
import {InlineEngine} from '../testing/inline-engine.ts';
import {MetaStore} from './meta-store.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'meta-'));
  file = path.join(directory, 'millrace.db');
  const meta = new MetaStore(file);
  meta.applyCatalog(
    [
      {id: 16384, json: '{"name":"t"}'},
      {id: 16385, json: '{"name":"u"}'},
    ],
    16386,
    {file: 1, byte: 100},
  );
  meta.commitManifest({step: 7, time: 8, journalFile: 2, offsets: [], stores: [], clocks: [], segments: [{number: 1, bytes: 64}]});
  meta.close();
});
afterEach(() => fs.rmSync(directory, {recursive: true}));

/** What opening says after `damage`, which is undone. */
function verdict(damage: (db: Database.Database) => void): string {
  const copy = path.join(directory, 'copy.db');
  fs.copyFileSync(file, copy);
  const db = new Database(copy);
  damage(db);
  db.close();
  try {
    new MetaStore(copy).close();
    return 'ok';
  } catch (error) {
    expect(error).toBeInstanceOf(SqlError);
    expect((error as SqlError).code).toBe('XX001');
    return (error as SqlError).message;
  } finally {
    for (const suffix of ['', '-wal', '-shm']) fs.rmSync(`${copy}${suffix}`, {force: true});
  }
}

test('what was written is read', () => {
  expect(verdict(() => {})).toBe('ok');
  const meta = new MetaStore(file);
  expect(meta.objects().map(o => o.id)).toEqual([16384, 16385]);
  expect(meta.manifest()?.journalFile).toBe(2);
  meta.close();
});

test.each(['objects', 'facts'])('a flipped bit in any value of %s is named with its row', table => {
  const key = table === 'objects' ? 'id' : 'name';
  const db = new Database(file, {readonly: true});
  const rows = db.prepare(`SELECT ${key} AS key, json FROM ${table}`).all() as {key: string | number; json: string}[];
  db.close();
  for (const {key: row, json} of rows) {
    for (let bit = 0; bit < json.length * 7; bit += 13) {
      const at = Math.floor(bit / 7);
      const flipped = json.slice(0, at) + String.fromCharCode(json.charCodeAt(at) ^ (1 << (bit % 7))) + json.slice(at + 1);
      const found = verdict(copy => copy.prepare(`UPDATE ${table} SET json = ? WHERE ${key} = ?`).run(flipped, row));
      expect(found, flipped).toContain(String(row));
      expect(found).toContain('does not match its checksum');
    }
    expect(verdict(copy => copy.prepare(`UPDATE ${table} SET crc = crc + 16 WHERE ${key} = ?`).run(row))).toContain(String(row));
    expect(verdict(copy => copy.prepare(`DELETE FROM ${table} WHERE ${key} = ?`).run(row))).toMatch(/is damaged/);
  }
  expect(verdict(copy => copy.exec(`UPDATE objects SET id = id + 4 WHERE id = 16385`))).toContain('16389');
});

test('a flipped bit anywhere in the file is never read as data', () => {
  const bytes = fs.readFileSync(file);
  const before = (() => {
    const meta = new MetaStore(file);
    const seen = JSON.stringify([meta.objects(), meta.manifest(), meta.nextObjectId(), meta.catalogPosition()]);
    meta.close();
    return seen;
  })();
  const copy = path.join(directory, 'bits.db');
  for (let at = 101; at < bytes.length; at += 23) {
    if (bytes[at] === 0) continue;
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 1 << (at % 8);
    fs.writeFileSync(copy, damaged);
    try {
      const meta = new MetaStore(copy);
      expect(JSON.stringify([meta.objects(), meta.manifest(), meta.nextObjectId(), meta.catalogPosition()]), `byte ${at}`).toBe(before);
      meta.close();
    } catch (error) {
      expect(error, `byte ${at}`).toBeInstanceOf(SqlError);
    }
    for (const suffix of ['-wal', '-shm']) fs.rmSync(`${copy}${suffix}`, {force: true});
  }
});

test('a journal without the file that the manifest names is refused', async () => {
  const engine = await InlineEngine.start();
  const session = engine.session();
  await session.all('CREATE TABLE t (k int)');
  await session.all('CHECKPOINT');
  await session.all('INSERT INTO t VALUES (1)');
  const {files, meta} = engine.world;
  files.remove(`/journal/${String(meta.manifest()!.journalFile).padStart(10, '0')}.journal`);
  await expect(engine.crash({power: false})).rejects.toThrow(/journal file ".*" is missing/);
});
