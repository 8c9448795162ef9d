import { sign } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { signFile } from '../../certs-test/sign-file.ts'
import { fillSandbox } from '../../src/access/sandbox.ts'
import type { Entry, Journal } from '../../src/audit/journal.ts'
import { keyedDigest } from '../../src/audit/keyed-digest.ts'
import { readCivilDate } from '../../src/base/civil-date.ts'
import { silentLog } from '../../src/base/log.ts'
import type { Ssin } from '../../src/base/ssin.ts'
import type { Batch } from '../../src/batch/batch.ts'
import { schemaNames } from '../../src/batch/forms.ts'
import { signAnswer, signatureFile, type AnswerSigner } from '../../src/batch/sign-answer.ts'
import type { PersonStatus } from '../../src/batch/store.ts'
import type { Trust } from '../../src/pki/trust.ts'
import { compileXsd, type XmlContract } from '../../src/contracts/xsd.ts'
import { readRegistry } from '../../src/institutions/read-registry.ts'
import { readCodeList, type CodeList } from '../../src/registers/code-list.ts'
import { AccessDb } from '../../src/store/access-db.ts'
import { DimonaDb } from '../../src/store/dimona-db.ts'
import { FileDrop, type FileDropOptions } from '../../src/transport/file-drop.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import {
  certificateOf,
  keyOf,
  nowMs as certificatesAtMs,
  openSandboxTrust,
} from '../pki/material.ts'
import { readAnswer, type Answer } from './answers.ts'
import { employers, numberOf, present, worker } from './messages.ts'

const root = resolve(import.meta.dirname, '../..')

/** A schema of structured messages, compiled. */
export function schema(name: string): XmlContract {
  const bytes = readFileSync(join(root, 'schemas/structured-messages', name))
  return compileXsd(name, new Map([[name, bytes]]))
}

function list(name: string): CodeList {
  return readCodeList(name, readFileSync(join(root, 'codelists', `${name}.tsv`)))
}

export const dimonaSchemas = new Map(schemaNames('DIMN').map((name) => [name, schema(name)]))
const answerSchemas = { ACRF: schema('ACRF_20231.xsd'), NOTI: schema('NOTIFICATION_20223.xsd') }
const answerLimits = { ...soapLimits, sizeBytesMax: 10_000_000 }

/** Every answer that a test gets follows its schema. */
function validateAnswer(path: string): void {
  const tree = parseXml(readFileSync(path), answerLimits)
  try {
    answerSchemas[path.includes('FO.ACRF') ? 'ACRF' : 'NOTI'].check(tree.root.toLibxml2())
  } finally {
    tree.dispose()
  }
}

const registry = readRegistry(readFileSync(join(root, 'certs-test/out/institutions.json')))

const expeditorOf = { atelier: '100001', secretariat: '100002', prestataire: '100003' }
export type Sender = keyof typeof expeditorOf

/** Workers 1 to 899 exist; 900 was replaced by 1, 901 was cancelled, the others do not exist. */
export function statusOf(ssin: Ssin): Promise<PersonStatus> {
  if (ssin === worker(900)) return Promise.resolve({ kind: 'replaced', by: worker(1) })
  if (ssin === worker(901)) return Promise.resolve({ kind: 'cancelled' })
  return Promise.resolve({ kind: Number(ssin.slice(6, 9)) < 900 ? 'active' : 'unknown' })
}

/** A journal in memory; from the append number `failAt` on (counted from 1) it fails, until that is 0. */
export class MemoryJournal implements Journal {
  readonly entries: Entry[] = []
  appended = 0
  failAt = 0

  append(entry: Entry): Promise<void> {
    this.appended += 1
    if (this.failAt > 0 && this.appended >= this.failAt)
      return Promise.reject(new Error('journal cannot write'))
    this.entries.push(entry)
    return Promise.resolve()
  }
}

/** Certificate and key of the test PKI, e.g. `faulty/revoked`. */
const signerOf = (stem: string) => ({
  certificate: certificateOf(stem),
  privateKey: keyOf(stem),
})

/** The seal of the gateway in the sandbox. */
export function gatewaySigner(): AnswerSigner {
  const { certificate, privateKey } = signerOf('gateway/seal')
  const keyType = privateKey.asymmetricKeyType === 'rsa' ? 'rsa' : 'ec'
  return { certificate, keyType, sign: (data) => sign('sha256', data, privateKey) }
}

const sandboxTrust = openSandboxTrust()

/** What the sandbox trusts, at a moment when its certificates are valid: the clock of the declarations is another. */
const trust: Trust = {
  read: (der) => sandboxTrust.read(der),
  verifyPath: (certificate, purpose) =>
    sandboxTrust.verifyPath(certificate, purpose, certificatesAtMs),
}

export interface PutOptions {
  readonly stem?: string
  /** another certificate of the test PKI that signs, e.g. `institutions/secretariat/signing` */
  readonly signer?: string
  /** bytes that are dropped instead of the signed ones */
  readonly replaceBy?: string
  readonly go?: boolean
}

/** A file drop on a temporary directory, with the sandbox's senders and a clock that the test moves. */
export class Drop {
  readonly directory: string
  readonly access: AccessDb
  readonly journal = new MemoryJournal()
  /** 2026-03-02 10:00 in Brussels: no certificate is looked at by this clock */
  nowMs = Date.UTC(2026, 2, 2, 9)
  store: DimonaDb
  drop: FileDrop
  #sequence = 0

  private constructor(access: AccessDb, directory: string) {
    this.access = access
    this.directory = directory
    this.store = new DimonaDb(join(directory, 'dimona.db'))
    this.drop = this.newDrop()
  }

  static async open(directory = mkdtempSync(join(tmpdir(), 'quadrivium-files-'))): Promise<Drop> {
    const access = new AccessDb(':memory:')
    const institution = (id: string) =>
      numberOf(present(registry.find((one) => one.id === id)).enterpriseNumber)
    await fillSandbox(access, {
      institution,
      employer: (nsso) => {
        const found = Object.values(employers).find((one) => one.nsso === nsso)
        return Promise.resolve(present(found).enterprise)
      },
      from: present(readCivilDate('2020-01-01')),
      nowMs: Date.UTC(2026, 2, 2),
    })
    const drop = new Drop(access, directory)
    await drop.drop.prepare()
    return drop
  }

  batch(): Batch {
    return {
      institutions: registry,
      expeditors: Object.entries(expeditorOf).map(([institution, number]) => ({
        number,
        institution,
        legalContext: 'DIMONA:DECLARATION',
      })),
      access: this.access,
      persons: { statusOf },
      store: this.store,
      journal: this.journal,
      digest: keyedDigest(Buffer.alloc(32, 7)),
      trust,
      schemas: dimonaSchemas,
      lists: {
        countries: list('countries'),
        activities: list('activities-with-risk'),
        postcodes: list('postcodes'),
      },
      nameAgeDaysMax: 30,
      log: silentLog,
      now: () => this.nowMs,
    }
  }

  newDrop(batch: Partial<Batch> = {}, options: Partial<FileDropOptions> = {}): FileDrop {
    return new FileDrop(
      { ...this.batch(), ...batch },
      {
        directory: join(this.directory, 'files'),
        work: join(this.directory, 'work'),
        scanEveryMs: 5,
        retryAfterMs: 0,
        declarationsBytesMax: 100_000_000,
        sign: (sha256) => signAnswer(sha256, gatewaySigner(), this.nowMs),
        ...options,
      },
    )
  }

  /** As after a stop: a new store over the same file, a new drop over the same folders. */
  async restart(): Promise<void> {
    this.store.close()
    this.store = new DimonaDb(join(this.directory, 'dimona.db'))
    this.drop = this.newDrop()
    await this.drop.prepare()
  }

  close(): void {
    this.store.close()
    this.access.close()
    rmSync(this.directory, { recursive: true })
  }

  in(sender: Sender, ...names: string[]): string {
    return join(this.directory, 'files', expeditorOf[sender], 'IN', ...names)
  }

  out(sender: Sender, ...names: string[]): string {
    return join(this.directory, 'files', expeditorOf[sender], 'OUT', ...names)
  }

  work(...names: string[]): string {
    return join(this.directory, 'work', ...names)
  }

  /** The next unused stem of a sender, e.g. `DIMN.100001.20260302.00001.R`. */
  stem(sender: Sender): string {
    this.#sequence += 1
    const day = new Date(this.nowMs).toISOString().slice(0, 10).replaceAll('-', '')
    return `DIMN.${expeditorOf[sender]}.${day}.${String(this.#sequence).padStart(5, '0')}.R`
  }

  /** Puts a set into IN; gives its stem. */
  put(sender: Sender, content: string | Buffer, options: PutOptions = {}): string {
    const stem = options.stem ?? this.stem(sender)
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    const signer = signerOf(options.signer ?? `institutions/${sender}/signing`)
    const signature = signFile(bytes, signer, new Date(this.nowMs))
    writeFileSync(this.in(sender, `FI.${stem}.1.1`), options.replaceBy ?? bytes)
    writeFileSync(this.in(sender, `FS.${stem}.1.1`), signatureFile(signature))
    if (options.go !== false) writeFileSync(this.in(sender, `GO.${stem}.1`), '')
    return stem
  }

  /** Puts a set, scans, and gives what came into OUT. */
  async send(sender: Sender, content: string | Buffer, options: PutOptions = {}): Promise<Answer> {
    return this.answer(sender, () => this.put(sender, content, options))
  }

  /** What a scan brings into OUT after `act`. */
  async answer(sender: Sender, act: () => unknown): Promise<Answer> {
    const known = new Set(readdirSync(this.out(sender)))
    act()
    await this.drop.scan()
    for (const name of readdirSync(this.out(sender)))
      if (name.startsWith('FO.') && !known.has(name)) validateAnswer(this.out(sender, name))
    return readAnswer(this.out(sender), known)
  }
}
