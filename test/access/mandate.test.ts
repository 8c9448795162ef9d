import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { employerBodies, enterpriseNumbers, nssoNumberOf } from '../../certs-test/institutions.ts'
import { fillSandbox, sandboxEmployer } from '../../src/access/sandbox.ts'
import { findMandate, type ProviderContract } from '../../src/access/mandate.ts'
import { readCivilDate } from '../../src/base/civil-date.ts'
import { AccessDb } from '../../src/store/access-db.ts'
import { numberOf, present } from '../batch/messages.ts'

const employer = numberOf('0100002050')
const other = numberOf('0100003040')
const withoutStaff = numberOf('0100004030')
const secretariat = numberOf('1999000645')
const nextSecretariat = numberOf('1999000150')
const provider = numberOf('1999000744')
const nextProvider = numberOf('1999000249')

const day = (text: string) => present(readCivilDate(text))
const noonOf = (text: string) => Date.parse(`${text}T11:00:00Z`)

let access: AccessDb
beforeEach(async () => {
  access = new AccessDb(':memory:')
  const from = day('2020-01-01')
  await access.putEnterprise({
    enterpriseNumber: employer,
    employer: { nssoNumber: sandboxEmployer(1_000_020), from },
  })
  await access.putEnterprise({
    enterpriseNumber: other,
    employer: { nssoNumber: sandboxEmployer(1_000_030), from, until: day('2025-12-31') },
  })
  await access.putEnterprise({ enterpriseNumber: withoutStaff })
  await access.putEnterprise({ enterpriseNumber: secretariat, secretariatNumber: '910' })
  await access.putEnterprise({ enterpriseNumber: nextSecretariat, secretariatNumber: '920' })
  await access.putEnterprise({ enterpriseNumber: provider })
  await access.putEnterprise({ enterpriseNumber: nextProvider })
})
afterEach(() => access.close())

const contract = (changes: Partial<ProviderContract> = {}): ProviderContract => ({
  employer,
  provider,
  reference: 'C-1',
  date: day('2026-01-05'),
  parties: ['employer', 'provider'],
  ...changes,
})

const now = noonOf('2026-03-02')

async function basis(sender: typeof employer, atMs = now, of = employer) {
  return findMandate(sender, of, await access.mandatesOf(of), atMs)
}

describe('A2: an enterprise', () => {
  it('acts for itself and for no other', async () => {
    expect(await basis(employer)).toEqual({ kind: 'own', rule: 'A2' })
    expect(await basis(employer, now, other)).toBeUndefined()
    expect(await basis(secretariat)).toBeUndefined()
  })
})

describe('A29: an affiliation', () => {
  it('is the mandate, from its first to its last day', async () => {
    const from = day('2026-01-01')
    await access.affiliate({ employer, secretariat, from })
    await access.endAffiliation(employer, day('2026-03-31'))
    expect(await basis(secretariat, noonOf('2025-12-31'))).toBeUndefined()
    expect(await basis(secretariat, noonOf('2026-01-01'))).toEqual({
      kind: 'secretariat',
      rule: 'A29',
    })
    expect(await basis(secretariat, noonOf('2026-03-31'))).toBeDefined()
    // 23:30 UTC is the next day in Belgium
    expect(await basis(secretariat, Date.parse('2026-03-31T22:30:00Z'))).toBeUndefined()
  })

  it('follows a change of secretariat, which ends the one before', async () => {
    await access.affiliate({ employer, secretariat, from: day('2026-01-01') })
    const from = day('2026-04-01')
    await access.affiliate({ employer, secretariat: nextSecretariat, from })
    const on = async (date: string) => [
      (await basis(secretariat, noonOf(date))) !== undefined,
      (await basis(nextSecretariat, noonOf(date))) !== undefined,
    ]
    expect(await on('2026-03-31')).toEqual([true, false])
    expect(await on('2026-04-01')).toEqual([false, true])
  })

  it('is refused to who is no approved secretariat, to who has no staff, and backwards', async () => {
    const from = day('2026-01-01')
    const refused = (detail: string) => ({ code: 'REQUEST_INVALID', message: detail })
    await expect(access.affiliate({ employer, secretariat: provider, from })).rejects.toMatchObject(
      refused('A29: not an approved social secretariat'),
    )
    await expect(
      access.affiliate({ employer: withoutStaff, secretariat, from }),
    ).rejects.toMatchObject(refused('A27: only an employer can be affiliated'))
    await expect(
      access.affiliate({ employer, secretariat, from, until: day('2025-12-31') }),
    ).rejects.toMatchObject(refused('affiliation ends before it begins'))
    await access.affiliate({ employer, secretariat, from })
    await expect(
      access.affiliate({ employer, secretariat: nextSecretariat, from: day('2025-06-01') }),
    ).rejects.toMatchObject(refused('A29: a later affiliation is known'))
    await expect(access.endAffiliation(other, from)).rejects.toMatchObject(
      refused('no affiliation runs on the day'),
    )
  })
})

describe('A27, A28: a contract with another provider', () => {
  it('gives the mandate from its date', async () => {
    await access.nameProvider(contract(), now)
    expect(await basis(provider)).toEqual({ kind: 'provider', rule: 'A28', contract: 'C-1' })
    expect(await basis(provider, noonOf('2026-01-04'))).toBeUndefined()
    expect(await basis(provider, now, other)).toBeUndefined()
  })

  it.each([
    [{ employer: withoutStaff }, 'A27: only an employer can name a provider'],
    [{ employer: other }, 'A27: only an employer can name a provider'],
    [{ provider: employer }, 'A27: the provider is no other known enterprise'],
    [{ provider: numberOf('1999000348') }, 'A27: the provider is no other known enterprise'],
    [{ reference: ' ' }, 'A28: contract without reference or parties'],
    [{ parties: ['employer'] }, 'A28: contract without reference or parties'],
    [{ parties: ['employer', ' '] }, 'A28: contract without reference or parties'],
    [{ date: day('2026-03-03') }, 'A28: contract is not concluded yet'],
  ])('is refused with %j: %s', async (changes, message) => {
    await expect(access.nameProvider(contract(changes), now)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message,
    })
  })
})

describe('A31, A37: one other provider at a time', () => {
  it('refuses a second one until the employer ends the first', async () => {
    await access.nameProvider(contract(), now)
    const second = contract({ provider: nextProvider, reference: 'C-2' })
    await expect(access.nameProvider(second, now)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: 'A31: end the running contract with a provider first',
    })
    await access.endProvider(employer, now)
    await access.nameProvider(second, now)
    expect(await basis(nextProvider)).toBeDefined()
    expect(await basis(provider)).toBeUndefined()
  })

  it('ends the mandate at the instant of the report', async () => {
    await access.nameProvider(contract(), now)
    await access.endProvider(employer, now)
    expect(await basis(provider, now - 1)).toBeDefined()
    expect(await basis(provider, now)).toBeUndefined()
    await expect(access.endProvider(employer, now)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: 'A37: no contract runs',
    })
  })

  it('stands beside the approved secretariat', async () => {
    await access.affiliate({ employer, secretariat, from: day('2026-01-01') })
    await access.nameProvider(contract(), now)
    expect([await basis(secretariat), await basis(provider)].map((one) => one?.rule)).toEqual([
      'A29',
      'A28',
    ])
  })
})

describe('the sandbox', () => {
  it('fills an access directory that is empty, with the institutions of the test certificates', async () => {
    const empty = new AccessDb(':memory:')
    const employers = new Map([
      [sandboxEmployer(1_000_020), employer],
      [sandboxEmployer(1_000_040), withoutStaff],
      [sandboxEmployer(1_000_030), other],
    ])
    await fillSandbox(empty, {
      institution: (id) => numberOf(enterpriseNumbers[id as keyof typeof enterpriseNumbers]),
      employer: (nsso) => Promise.resolve(present(employers.get(nsso))),
      from: day('2020-01-01'),
      nowMs: now,
    })
    const workshop = await empty.employer(nssoNumberOf(employerBodies.shelteredWorkshop))
    expect(workshop?.enterpriseNumber).toBe(enterpriseNumbers.atelier)
    const of = async (number: typeof employer, sender: typeof employer) =>
      findMandate(sender, number, await empty.mandatesOf(number), now)?.rule
    expect(await of(employer, secretariat)).toBe('A29')
    expect(await of(withoutStaff, secretariat)).toBe('A29')
    expect(await of(other, provider)).toBe('A28')
    expect(await of(other, secretariat)).toBeUndefined()
    empty.close()
  })
})
