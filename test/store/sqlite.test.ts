import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { inTransaction, migrate, openDatabase } from '../../src/store/sqlite.ts'
import { temporaryDirectory } from './temporary.ts'

const first = 'create table a (id integer primary key); insert into a (id) values (1)'
const second = 'insert into a (id) values (2)'
const options = { synchronous: 'normal', cacheKib: 1024 } as const

const ids = (db: DatabaseSync) =>
  db
    .prepare('select id from a order by id')
    .all()
    .map((row) => row['id'])

describe('migrations', () => {
  it('run once each, in their order, however often the file is opened', () => {
    const path = join(temporaryDirectory(), 'test.db')
    openDatabase(path, [first], options).close()
    openDatabase(path, [first], options).close()
    openDatabase(path, [first, second], options).close()
    const db = openDatabase(path, [first, second], options)
    expect(ids(db)).toEqual([1, 2])
    expect(db.prepare('select version from schema_version').all()).toEqual([{ version: 2 }])
    db.close()
  })

  it('leave nothing when one of them fails', () => {
    const db = new DatabaseSync(':memory:')
    expect(() => migrate(db, [first, 'insert into nowhere (id) values (1)'])).toThrow('nowhere')
    expect(db.prepare("select name from sqlite_master where type = 'table'").all()).toEqual([])
    migrate(db, [first])
    expect(ids(db)).toEqual([1])
    db.close()
  })

  it('refuse a file that a newer program made', () => {
    const db = new DatabaseSync(':memory:')
    migrate(db, [first, second])
    expect(() => migrate(db, [first])).toThrow(
      'database has schema version 2, this program knows 1: start the newer program',
    )
    expect(ids(db)).toEqual([1, 2])
    db.close()
  })
})

it('a database opens in WAL mode', () => {
  const db = openDatabase(join(temporaryDirectory(), 'test.db'), [first], options)
  expect(db.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' })
  db.close()
})

it('a transaction whose work throws leaves nothing', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, [first])
  const failing = () =>
    inTransaction(db, () => {
      db.exec(second)
      throw new Error('stop')
    })
  expect(failing).toThrow('stop')
  expect(ids(db)).toEqual([1])
  db.close()
})
