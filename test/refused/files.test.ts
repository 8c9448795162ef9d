import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setOf } from '../../certs-test/der.ts'
import { signedAttributes, signFile } from '../../certs-test/sign-file.ts'
import type { LogFields } from '../../src/base/log.ts'
import { signatureFile } from '../../src/batch/sign-answer.ts'
import { Drop } from '../batch/drop.ts'
import { dimonaFile, employers, inFor, worker } from '../batch/messages.ts'
import { certificateOf, keyOf } from '../pki/material.ts'
import { attackSignature } from './cms-attacks.ts'
import { applyEdit, readCollection, readEdit, type Recipe } from './read-recipes.ts'

let drop: Drop
const log: LogFields[] = []
beforeAll(async () => {
  drop = await Drop.open()
  const note = (_event: string, fields: LogFields = {}) => void log.push(fields)
  drop.drop = drop.newDrop({ log: { info: note, warn: note, error: note } })
})
afterAll(() => drop.close())

/** attack → what was seen */
const seen = new Map<string, string>()

type Kind = 'FI' | 'FS' | 'GO'
const kinds: readonly Kind[] = ['FI', 'FS', 'GO']

/** A set as it lies in IN: the bytes of each file, or what stands in its place. */
interface FileSet {
  readonly names: Record<Kind, string>
  readonly files: Record<Kind, Buffer>
  readonly signer: { readonly certificate: Buffer; readonly privateKey: ReturnType<typeof keyOf> }
  /** what to do once the files lie there */
  readonly then: ((at: (kind: Kind) => string) => void)[]
}

let workers = 0

/** Another declaration under another name each time: nothing is refused because it was there before. */
function newSet(): FileSet {
  workers += 1
  const stem = drop.stem('atelier')
  const signer = signerOf('institutions/atelier/signing')
  const file = Buffer.from(dimonaFile(inFor(employers.workshop.nsso, workers)))
  return {
    names: { FI: `FI.${stem}.1.1`, FS: `FS.${stem}.1.1`, GO: `GO.${stem}.1` },
    files: { FI: file, FS: sign(file, signer), GO: Buffer.alloc(0) },
    signer,
    then: [],
  }
}

const signerOf = (stem: string) => ({ certificate: certificateOf(stem), privateKey: keyOf(stem) })
const sign = (file: Buffer, signer: FileSet['signer']) =>
  Buffer.from(signatureFile(signFile(file, signer, new Date(drop.nowMs))))

const secret = () => join(drop.directory, 'secret')

/** The set after one step of an attack; README.md says what the steps are. */
function attacked(set: FileSet, step: string, name: string): FileSet {
  const { files, names, signer } = set
  const text = files.FI.toString()
  const after = readEdit(step, 'after signing')
  if (after !== undefined)
    return { ...set, files: { ...files, FI: Buffer.from(applyEdit(text, after, name)) } }
  const before = readEdit(step, 'before signing')
  if (before !== undefined) {
    const FI = Buffer.from(applyEdit(text, before, name))
    return { ...set, files: { ...files, FI, FS: sign(FI, signer) } }
  }
  const renamed = readEdit(step, 'name')
  if (renamed !== undefined) {
    const of = (kind: Kind) => applyEdit(names[kind], renamed, name)
    return { ...set, names: { FI: of('FI'), FS: of('FS'), GO: of('GO') } }
  }
  const [, verb = '', what = ''] =
    /^(signer|signature|link|hard link|folder|pipe|no|empty|bytes|again) (.+)$/.exec(step) ?? []
  const kind = what as Kind
  const inPlace = (put: (path: string) => void): FileSet => ({
    ...set,
    then: [
      ...set.then,
      (at) => {
        rmSync(at(kind))
        put(at(kind))
      },
    ],
  })
  switch (verb) {
    case 'signer':
      return { ...set, files: { ...files, FS: sign(files.FI, signerOf(what)) } }
    case 'signature': {
      const time = new Date(drop.nowMs)
      const p7s = signFile(files.FI, signer, time)
      const FS = attackSignature(what, { p7s, file: files.FI, signer, time })
      return { ...set, files: { ...files, FS: Buffer.from(signatureFile(FS)) } }
    }
    case 'link':
      return inPlace((path) => symlinkSync(secret(), path))
    case 'hard link':
      return inPlace((path) => linkSync(secret(), path))
    case 'folder':
      return inPlace((path) => mkdirSync(path))
    case 'pipe':
      return inPlace((path) => execFileSync('mkfifo', [path]))
    case 'no':
      return inPlace(() => undefined)
    case 'empty':
      return inPlace((path) => writeFileSync(path, ''))
    case 'bytes':
      return inPlace((path) => writeFileSync(path, 'x'.repeat(20_000)))
    case 'again':
      return againAs(set, what)
    default:
      throw new Error(`${name}: cannot read the step ${step}`)
  }
}

/** A set that was taken before, or half of it. */
function againAs(set: FileSet, what: string): FileSet {
  const first = newSet()
  putSet(first)
  switch (what) {
    case 'the name':
      return { ...set, names: first.names }
    case 'the content':
      return { ...set, files: first.files }
    case 'the signature':
      return { ...set, files: { ...set.files, FS: first.files.FS } }
    case 'the attributes': {
      // what was signed is their SET: without them in the signature, that would be the file (draft-ietf-lamps-cms-euf-cma-signeddata)
      const time = new Date(drop.nowMs)
      const file = set.files.FI
      const p7s = signFile(file, set.signer, time)
      const bare = { p7s, file, signer: set.signer, time }
      const FS = signatureFile(attackSignature('has no signed attributes', bare))
      const FI = Buffer.from(setOf(...signedAttributes(hash('sha256', file, 'buffer'), time)))
      return { ...set, files: { ...set.files, FI, FS: Buffer.from(FS) } }
    }
    default:
      throw new Error(`cannot take ${what} again`)
  }
}

function putSet({ names, files, then }: FileSet): void {
  const at = (kind: Kind) => drop.in('atelier', names[kind])
  for (const kind of kinds) writeFileSync(at(kind), files[kind])
  for (const act of then) act(at)
}

/** ACRF code of the receipt, `accepted`, or `nothing`. */
async function send(set: FileSet): Promise<string> {
  const { receipt, forms } = await drop.answer('atelier', () => putSet(set))
  if (receipt === undefined) return 'nothing'
  const { ResultCode, ErrorID } = receipt.ReceptionResult
  if (ResultCode !== '1') return ErrorID ?? 'no code'
  return forms[0]?.HandlingResult.ResultCode === '1' ? 'accepted' : 'not recorded'
}

async function check(recipe: Recipe): Promise<void> {
  writeFileSync(secret(), dimonaFile(inFor(employers.workshop.nsso, 899)))
  expect(await send(newSet())).toBe('accepted')
  const steps = recipe.attack.split(' && ')
  // what the attack takes from an earlier set is there before
  const set = steps.reduce((so, step) => attacked(so, step, recipe.name), newSet())
  await drop.drop.scan()
  const before = {
    log: log.length,
    entries: drop.journal.entries.length,
    granted: grants(),
    out: readdirSync(drop.out('atelier')),
  }
  const answer = await send(set)
  const [code = 'none'] = [
    ...log.slice(before.log).flatMap((line) => line['code'] ?? []),
    // a set that came before is found out by the store alone
    ...drop.journal.entries.slice(before.entries).flatMap((entry) => entry.code ?? []),
  ]
  seen.set(recipe.name, `${String(code).padEnd(20)} ${answer}`)
  expect({ code, answer }).toEqual({ code: recipe.code, answer: recipe.answer })
  expect(grants()).toBe(before.granted)
  // nothing outside of the folders was read, moved or removed
  expect(existsSync(secret())).toBe(true)
  const told = readdirSync(drop.out('atelier')).filter((name) => !before.out.includes(name))
  for (const name of told)
    expect(readFileSync(drop.out('atelier', name), 'latin1')).not.toContain(worker(899))
  for (const name of readdirSync(drop.in('atelier')))
    rmSync(drop.in('atelier', name), { recursive: true })
}

const grants = () => drop.journal.entries.filter(({ kind }) => kind === 'granted').length

describe('a set of files', () => {
  const recipes = readCollection('file-recipes')
  it.each(recipes.map((recipe) => [recipe.name, recipe] as const))(
    'is refused whole, and nothing of it is recorded: %s',
    (_, recipe) => check(recipe),
  )

  it('what was refused is printed: attack, internal code, transfer code of the receipt', async () => {
    const rows = [...seen].map(([name, what]) => `${name.padEnd(44)} ${what}`)
    await expect(`${rows.join('\n')}\n`).toMatchFileSnapshot('../output/refused-files.txt')
  })
})
