import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { valuePaths } from '../../src/registers/catalogue.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { askRest, askSoap, readBody, requestJson, textIn, type Ask } from './ask.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { grantedTo, writeDeliberations } from './grants.ts'
import { consultationNamed, criteriaOf, employers, operations } from './questions.ts'

const quarters = { from: '2024Q3', to: '2024Q3' }

function askFor(operation: string, legalContext: string): Ask {
  const { ssin } = operation === 'consultByPostedPerson' ? personas.posted : personas.fullTime
  const criteria = criteriaOf(operation, { ssin, employer: employers[0]! }, quarters)
  return { as: 'inspection', legalContext, ...consultationNamed(operation), criteria, ticket: '1' }
}

const keysOf = (operation: string) =>
  consultationNamed(operation).operation.prepareJson(requestJson(askFor(operation, ''))).keys

const keys = [...new Set(operations.flatMap((operation) => [...keysOf(operation)]))]
const without = (index: number) => `TEST:WITHOUT_${index}`
const grants = {
  'TEST:EVERYTHING': valuePaths,
  ...Object.fromEntries(
    keys.map((key, index) => [without(index), valuePaths.filter((path) => path !== key)]),
  ),
}

let gateway: TestGateway
const folder = mkdtempSync(join(tmpdir(), 'quadrivium-keys-'))

beforeAll(async () => {
  writeDeliberations(folder, 'inspection', grants)
  gateway = await startTestGateway({
    deliberations: folder,
    institutions: grantedTo('inspection', grants),
  })
})
afterAll(async () => {
  await gateway.close()
  rmSync(folder, { recursive: true })
})

describe('what a question chooses records by', () => {
  it('is named by each operation', () => {
    const dates = ['dimona.occupation.entryDate', 'dimona.occupation.exitDate']
    const quarter = ['dmfa.employerDeclaration.quarter']
    expect(
      Object.fromEntries(operations.map((operation) => [operation, keysOf(operation)])),
    ).toEqual({
      consultPerson: [],
      consultByWorker: quarter,
      consultByEmployer: quarter,
      consultAggregates: quarter,
      consultHistory: quarter,
      changesSince: quarter,
      'PersonnelFileService.consultByWorker': dates,
      'PersonnelFileService.consultByEmployer': dates,
      'PersonnelFileService.wasActive': dates,
      'PersonnelFileService.changesSince': dates,
      consultEmployer: ['employerDirectory.search.registrationNumber'],
      findEmployers: ['employerDirectory.search.address'],
      consultByPostedPerson: ['limosa.posting.startDate', 'limosa.posting.endDate'],
      consultByUser: ['limosa.posting.startDate', 'limosa.posting.endDate'],
    })
  })

  it('R19: is refused where one of its paths is not granted, whatever there is', async () => {
    const codeOf = async (ask: Ask) => textIn(readBody(await askSoap(gateway, ask)).xml, 'code')
    for (const operation of operations) {
      // nothing changed today
      const code = operation.endsWith('changesSince') ? 'MSG00100' : 'MSG00000'
      const answered = await codeOf(askFor(operation, 'TEST:EVERYTHING'))
      expect([operation, answered]).toEqual([operation, code])
      for (const key of keysOf(operation)) {
        const ask = askFor(operation, without(keys.indexOf(key)))
        const mark = gateway.mark()
        expect([operation, key, await codeOf(ask)]).toEqual([operation, key, 'MSG00027'])
        expect((await askRest(gateway, ask)).text).toContain('MSG00027')
        const written = gateway.entries(mark).map(({ kind, rule }) => [kind, rule])
        expect(written).toEqual([
          ['refused', 'R19'],
          ['refused', 'R19'],
        ])
      }
    }
  })
})
