import { expect, it } from 'vitest'
import {
  readEnterpriseNumber,
  readEstablishmentUnitNumber,
  readNssoNumber,
} from '../../src/base/enterprise.ts'
import { readSsin } from '../../src/base/ssin.ts'
import { readShared } from './shared.ts'

interface Vectors {
  readonly ssin: { readonly valid: readonly string[]; readonly invalid: readonly string[] }
  readonly enterpriseNumber: Vectors['ssin']
  readonly establishmentUnitNumber: Vectors['ssin']
  readonly employerId: {
    readonly valid: Readonly<Record<'nsso' | 'provisional' | 'ppl', readonly number[]>>
    readonly invalid: readonly number[]
  }
}

/** Valid for belgif, but their day 32 lies outside the pattern of the wire (CommonV3 SsinType): refused. */
const outsideTheWire = new Set(['00003241778', '24203200171'])

it('SSIN, enterprise, establishment unit and NSSO numbers: as belgif, but for the wire pattern', () => {
  const file = readShared('identifiers', 'contracts/belgif/data/identifier-vectors.json')
  if (file === undefined) return
  const { ssin, enterpriseNumber, establishmentUnitNumber, employerId } = JSON.parse(
    file.toString(),
  ) as Vectors
  const { nsso, provisional, ppl } = employerId.valid
  const employers = {
    valid: [...nsso, ...provisional, ...ppl].map(String),
    invalid: employerId.invalid.map(String),
  }
  const kinds: readonly [string, Vectors['ssin'], (text: string) => string | undefined][] = [
    ['SSIN', ssin, readSsin],
    ['enterprise', enterpriseNumber, readEnterpriseNumber],
    ['establishment unit', establishmentUnitNumber, readEstablishmentUnitNumber],
    ['NSSO', employers, readNssoNumber],
  ]
  const counts = kinds.map(([name, { valid, invalid }, read]) => {
    const wrong = [
      ...valid.filter((text) => (read(text) === undefined) !== outsideTheWire.has(text)),
      ...invalid.filter((text) => read(text) !== undefined),
    ]
    expect(wrong, name).toEqual([])
    return `${name} ${valid.length + invalid.length}`
  })
  console.log(
    `identifiers: all as expected (${counts.join(', ')}), ` +
      `${outsideTheWire.size} SSIN refused by the wire pattern only`,
  )
})
