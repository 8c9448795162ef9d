import { expect, it } from 'vitest'
import {
  employerBodies,
  enterpriseNumbers,
  nssoNumberOf,
  sandboxInstitutions,
} from '../../certs-test/institutions.ts'
import { readEnterpriseNumber } from '../../src/base/enterprise.ts'
import { specialBodies, specialEmployers } from '../../src/synthetic/special-employers.ts'

it('the sandbox institutions and the synthetic country mean the same employers', () => {
  expect(specialBodies).toMatchObject(employerBodies)
  expect(enterpriseNumbers.atelier).toBe(specialEmployers.shelteredWorkshop.enterpriseNumber)
  expect(nssoNumberOf(employerBodies.shelteredWorkshop)).toBe(
    specialEmployers.shelteredWorkshop.nssoNumber,
  )
})

it('the sandbox institutions have valid enterprise numbers, each another', () => {
  const numbers = Object.values(enterpriseNumbers)
  expect(numbers.map(readEnterpriseNumber)).toEqual(numbers)
  expect(new Set(numbers).size).toBe(sandboxInstitutions.length + 1)
})
