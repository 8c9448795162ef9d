import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readRegistry } from '../../src/institutions/read-registry.ts'

const sandboxFile = join(import.meta.dirname, '../../certs-test/out/institutions.json')

type Json = Record<string, unknown>
type Change = (institutions: Json[]) => void

describe('the institution registry', () => {
  let sandbox: Buffer
  beforeAll(() => (sandbox = readFileSync(sandboxFile)))

  const changed = (change: Change): Buffer => {
    const file = JSON.parse(sandbox.toString()) as { institutions: Json[] }
    change(file.institutions)
    return Buffer.from(JSON.stringify(file))
  }

  it('reads the registry of the sandbox', () => {
    const institutions = readRegistry(sandbox)
    expect(institutions.map(({ id, enterpriseNumber }) => `${id} ${enterpriseNumber}`)).toEqual([
      'phare 1999000150',
      'emploi 1999000249',
      'pension 1999000348',
      'inspection 1999000447',
      'fidelis 1999000546',
      'secretariat 1999000645',
      'prestataire 1999000744',
      'atelier 0100001060',
    ])
    const [phare, emploi] = institutions
    expect(phare?.population).toEqual({
      kind: 'employers',
      employers: ['100001082', '100002052', '100003022', '100004089'],
    })
    expect(phare?.mandates[0]?.signer).toBe('fidelis')
    expect(emploi?.clientCertificate).toBe('optional')
    expect(institutions.every(({ integration }) => integration === 'required')).toBe(true)
  })

  it.each<[string, Change, string]>([
    [
      'a wrong check digit',
      ([phare]) => (phare!['enterpriseNumber'] = '1999000151'),
      '`/institutions/0/enterpriseNumber` is no enterprise number: `1999000151`',
    ],
    [
      'an unknown key',
      ([phare]) => (phare!['extra'] = true),
      '`/institutions/0` must NOT have additional properties: `extra`',
    ],
    [
      'a word that is none',
      ([phare]) => (phare!['clientCertificate'] = 'never'),
      '`/institutions/0/clientCertificate` must be equal to one of the allowed values: `required`, `optional`',
    ],
    [
      'a missing key',
      ([phare]) => delete phare!['integration'],
      "`/institutions/0` must have required property 'integration'",
    ],
    [
      'a sector without institution',
      ([phare]) => delete phare!['institution'],
      '`/institutions/0` must have both sector and institution, or none',
    ],
    [
      'an id twice',
      ([, emploi]) => (emploi!['id'] = 'phare'),
      'the file gives one id twice (`phare`, `phare`): `phare`',
    ],
    [
      'one certificate for two institutions',
      ([phare, emploi]) => (emploi!['tls'] = phare!['tls']),
      'the file gives one TLS certificate twice (`phare`, `emploi`)',
    ],
    [
      'a fingerprint that is no SHA-256',
      ([phare]) => (phare!['signing'] = [{ kind: 'fingerprint', sha256: 'abc' }]),
      '`/institutions/0/signing/0/sha256` must match pattern',
    ],
    [
      'a mandate for a stranger',
      ([phare]) =>
        (phare!['mandates'] = [{ signer: 'nobody', legalContexts: [], from: '2024-01-01' }]),
      'lets `phare` mandate `nobody`, which is no other institution',
    ],
    [
      'a mandate for a legal context of another',
      ([phare]) =>
        (phare!['mandates'] = [
          { signer: 'fidelis', legalContexts: ['PENSION:CAREER'], from: '2024-01-01' },
        ]),
      'lets `phare` mandate `PENSION:CAREER`, which is no legal context of its own',
    ],
    [
      'a mandate from a day that does not exist',
      ([phare]) =>
        (phare!['mandates'] = [{ signer: 'fidelis', legalContexts: [], from: '2024-02-30' }]),
      '`/institutions/0/mandates/0/from` is no date: `2024-02-30`',
    ],
    [
      'a word of a contract for a legal context of another',
      ([phare]) =>
        (phare!['contractContexts'] = { 'RetrieveTIGroupsService/v1': { x: 'PENSION:CAREER' } }),
      'has words of `phare` stand for `PENSION:CAREER`, which is no legal context of its own',
    ],
    [
      'an employer that is no NSSO number',
      ([phare]) => (phare!['population'] = { kind: 'employers', employers: ['100001083'] }),
      '`/institutions/0/population/employers/0` is no NSSO number: `100001083`',
    ],
    [
      'no institution at all',
      (institutions) => institutions.splice(0),
      '`/institutions` must NOT have fewer than 1 items',
    ],
  ])('refuses %s and says where', (_name, change, sentence) => {
    expect(() => readRegistry(changed(change))).toThrow(sentence)
  })

  it('refuses what is no JSON in UTF-8', () => {
    expect(() => readRegistry(Buffer.of(0xff))).toThrow('institution registry: the file is no JSON')
    expect(() => readRegistry(Buffer.from('{'))).toThrow(
      'institution registry: the file is no JSON',
    )
  })
})
