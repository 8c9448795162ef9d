import { describe, expect, it } from 'vitest'
import { readCivilDate } from '../../src/base/civil-date.ts'
import { readEnterpriseNumber } from '../../src/base/enterprise.ts'
import { identifyCaller } from '../../src/institutions/caller.ts'
import type { Institution } from '../../src/institutions/institution.ts'

const today = readCivilDate('2026-03-02')!
const contract = 'RetrieveTIGroupsService/v1'

const integrator: Institution = {
  id: 'integrator',
  enterpriseNumber: readEnterpriseNumber('0884303369')!,
  names: { fr: 'a', nl: 'a', en: 'a' },
  formerNames: [],
  clientCertificate: 'required',
  signing: [],
  tls: [],
  legalContexts: [],
  population: { kind: 'all' },
  integration: 'required',
  mandates: [],
}

const beneficiary: Institution = {
  ...integrator,
  id: 'beneficiary',
  enterpriseNumber: readEnterpriseNumber('0477472701')!,
  legalContexts: ['A:IDENTIFICATION', 'A:CONTROL'],
  contractContexts: { [contract]: { 'social issues': 'A:IDENTIFICATION' } },
  mandates: [{ signer: 'integrator', legalContexts: ['A:IDENTIFICATION'], from: today }],
}

const own = { signer: beneficiary, tls: beneficiary }
const meant = (legalContext: string | undefined, asked = contract) =>
  identifyCaller([beneficiary], own, undefined, { contract: asked, legalContext }, today)
    .legalContext

describe('the legal context of a call', () => {
  it('is what the registry says of the word of a contract', () => {
    expect(meant('social issues')).toBe('A:IDENTIFICATION')
  })

  it('is as the message says where the registry has no other word for it', () => {
    expect(meant(undefined)).toBeUndefined()
    expect(meant('administrative staff')).toBe('administrative staff')
    expect(meant('A:CONTROL')).toBe('A:CONTROL')
    expect(meant('social issues', 'RetrieveTIGroupsService/v2')).toBe('social issues')
  })

  it.each(['constructor', '__proto__', 'toString'])('is never one of every object: %s', (name) => {
    expect(meant(name)).toBe(name)
    expect(meant('social issues', name)).toBe('social issues')
  })

  it('is that of the beneficiary, and its mandate is asked under it', () => {
    const declared = { kind: 'cbeNumber', cbeNumber: '0477472701' } as const
    const proven = { signer: integrator, tls: integrator }
    const call = (legalContext: string) =>
      identifyCaller([integrator, beneficiary], proven, declared, { contract, legalContext }, today)
    expect(call('social issues')).toMatchObject({
      legalContext: 'A:IDENTIFICATION',
      beneficiary: { id: 'beneficiary' },
    })
    expect(() => call('A:CONTROL')).toThrow(
      expect.objectContaining({ code: 'CALLER_MISMATCH' }) as Error,
    )
  })
})
