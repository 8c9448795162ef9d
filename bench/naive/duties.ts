/**
 * What the naive composition does for an exchange beside its signatures, each with the first thing that a Node user finds: libxml2's
 * schema validation of the request, SQLite for the data and for replays, a journal that is synced before the reply leaves.
 */
import { hash } from 'node:crypto'
import { fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { XmlDocument, XsdValidator, type XmlElement } from 'libxml2-wasm'
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs'

export interface Duties {
  /** throws when the body of a SOAP message does not follow the schema */
  validate(message: string): void
  /** throws when a message was there before */
  refuseReplay(message: string): void
  /** appends a line to the journal and syncs it */
  record(entry: Readonly<Record<string, unknown>>): void
  /** the answer for a person, without what is not granted */
  find(person: string): unknown
}

/** Opens the files of one process in a directory. All persons have the same answer. */
export function openDuties(directory: string, schema: string, answer: unknown): Duties {
  mkdirSync(directory, { recursive: true })
  const db = new DatabaseSync(join(directory, 'naive.db'), { timeout: 5_000 })
  db.exec('pragma journal_mode = wal')
  db.exec('create table if not exists record (person text primary key, answer text not null)')
  db.exec('create table if not exists seen (digest text primary key, at text not null)')
  const read = db.prepare('select answer from record where person = ?')
  const write = db.prepare('insert or replace into record values (?, ?)')
  const see = db.prepare('insert into seen values (?, ?)')
  const anybody = 'anybody'
  write.run(anybody, JSON.stringify(answer))
  const granted = namesIn(answer)
  const journal = openSync(join(directory, `journal-${process.pid}`), 'a')
  const validator = compile(schema)
  return {
    validate(message) {
      using document = XmlDocument.fromString(message)
      const body = document.get('/*/*[local-name() = "Body"]/*')
      validator.validate(body as XmlElement)
    },
    refuseReplay(message) {
      see.run(hash('sha256', message), new Date().toISOString())
    },
    record(entry) {
      writeSync(journal, `${JSON.stringify(entry)}\n`)
      fsyncSync(journal)
    },
    find(person) {
      const row = read.get(person) ?? read.get(anybody)
      return keepGranted(JSON.parse(String(row?.['answer'])), granted)
    },
  }
}

function compile(schema: string): XsdValidator {
  xmlRegisterFsInputProviders()
  using document = XmlDocument.fromBuffer(readFileSync(schema), { url: schema })
  return XsdValidator.fromDoc(document)
}

/** All names in an answer: here everything that is in it is granted, the walk is what it costs. */
function namesIn(value: unknown): Set<string> {
  if (typeof value !== 'object' || value === null) return new Set()
  return new Set(Object.entries(value).flatMap(([name, part]) => [name, ...namesIn(part)]))
}

function keepGranted(value: unknown, granted: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((part) => keepGranted(part, granted))
  if (typeof value !== 'object' || value === null) return value
  const parts = Object.entries(value).filter(([name]) => granted.has(name))
  return Object.fromEntries(parts.map(([name, part]) => [name, keepGranted(part, granted)]))
}
