import { describe, expect, it } from 'vitest'
import { checkSubject } from '../../src/exchange/population.ts'
import type { Institution } from '../../src/institutions/institution.ts'
import type { ReferenceDirectory } from '../../src/institutions/reference-directory.ts'
import { day, nsso, ssin } from '../store/sample.ts'

const on = day('2026-11-02')

/** Person 1 is employer 1, and integrated; person 2 is employer 2, and is not. */
const directory = {
  integrated: (_: string, ssins: readonly string[]) =>
    Promise.resolve(new Set(ssins.filter((one) => one === ssin(1)))),
  registrationsOfPerson: (one: string) => Promise.resolve([one === ssin(1) ? nsso(1) : nsso(2)]),
} as unknown as ReferenceDirectory

const all = { kind: 'all' } as const
const employers = (...numbers: readonly number[]) =>
  ({ kind: 'employers', employers: numbers.map(nsso) }) as const

async function isRefused(person: number, population: object, integration = 'required') {
  const institution = { id: 'phare', population, integration } as Institution
  const subject = { kind: 'employerPerson', ssin: ssin(person) } as const
  const outcome: unknown = await checkSubject(subject, institution, directory, on).catch((error: unknown) => error) // prettier-ignore
  if (outcome !== undefined) expect(outcome).toMatchObject({ code: 'NOT_INTEGRATED' })
  return outcome !== undefined
}

describe('a natural person asked about as an employer', () => {
  it('must be integrated, where persons must be', async () => {
    expect(await isRefused(1, all)).toBe(false)
    expect(await isRefused(2, all)).toBe(true)
    expect(await isRefused(2, all, 'free')).toBe(false)
  })

  it('must be one of the employers of the population', async () => {
    expect(await isRefused(1, employers(2, 1))).toBe(false)
    expect(await isRefused(1, employers(2))).toBe(true)
    expect(await isRefused(1, employers())).toBe(true)
    expect(await isRefused(2, employers(2), 'free')).toBe(false)
  })
})
