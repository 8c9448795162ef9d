import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { valuePaths } from '../../src/registers/catalogue.ts'
import { dolsisNssoService } from '../../src/services/dolsis/service.ts'
import type { ConsultOperation } from '../../src/services/operation.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { specialEmployers } from '../../src/synthetic/special-employers.ts'
import { dolsisRequest } from '../services/dolsis-requests.ts'
import { bodyChild } from '../services/exchange-parts.ts'
import { readBody, sendSigned, textIn } from './ask.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { grantedTo, writeDeliberations } from './grants.ts'

const { posted, earlyRetired, student } = personas
const { shelteredWorkshop: workshop, naturalPerson } = specialEmployers
const nsso = `<nossRegistrationNbr>${workshop.nssoNumber}</nossRegistrationNbr>`
const filtered = (filter: string) =>
  `${nsso}<quarter>20243</quarter><curatorship>no</curatorship><filter>${filter}</filter>`

/** Criteria that find something, and the paths that they choose records by, beside the days of postings. */
const asked: readonly (readonly [operation: string, criteria: string, ...keys: string[]])[] = [
  ['getEmployerDetail', `<ssin>${earlyRetired.ssin}</ssin>`, 'employerDirectory.search.ssin'],
  ['findDmfaRecordsByEmployer', filtered('<workerType>labourer</workerType>'), 'dmfa.employerDeclaration.quarter', 'dmfa.employerDeclaration.trusteeship', 'dmfa.workerRecord.workerCode'], // prettier-ignore
  ['findDmfaRecordsByEmployer', filtered('<workerType>student</workerType>'), 'dmfa.employerDeclaration.quarter', 'dmfa.employerDeclaration.trusteeship', ...valuePaths.filter((path) => path.startsWith('dmfa.studentContribution.'))], // prettier-ignore
  ['findDmfaRecordsByEmployer', filtered('<contractType>part_time</contractType>'), 'dmfa.employerDeclaration.quarter', 'dmfa.employerDeclaration.trusteeship', 'dmfa.occupation.contractType'], // prettier-ignore
  ['findDmfaRecordsByEmployer', filtered('<numberUnemployedDays>0</numberUnemployedDays>'), 'dmfa.employerDeclaration.quarter', 'dmfa.employerDeclaration.trusteeship', 'dmfa.service.code', 'dmfa.service.numberOfDays'], // prettier-ignore
  ['findPostedWorkers', `<lastName>${posted.lastName}</lastName><nationality>111</nationality><scope>all</scope><participationType>worker</participationType><firstName>${posted.firstNames}</firstName><currentCity>Lille</currentCity><birthDate>${posted.birthDate}</birthDate>`, 'limosa.postedPerson.names', 'limosa.postedPerson.nationality', 'limosa.postedPerson.category', 'limosa.postedPerson.birth', 'limosa.postedPerson.address'], // prettier-ignore
  ['getForeignEmployerDetail', '<id>500000000000</id>', 'limosa.foreignEmployer.number'],
  ['findForeignEmployers', '<name>Ateliers</name><country>111</country><scope>all</scope>', 'limosa.foreignEmployer.denomination', 'limosa.foreignEmployer.address'], // prettier-ignore
  ['getPostingBelgianClientDetail', `<cbeNumber>${workshop.enterpriseNumber}</cbeNumber>`, 'limosa.user.enterpriseNumber'], // prettier-ignore
  ['getPostingBelgianClientDetail', `<ssin>${earlyRetired.ssin}</ssin>`, 'limosa.user.ssin'],
  ['findPostingBelgianClients', '<name>quatre</name><country>150</country><scope>all</scope><zipCode>1070</zipCode>', 'limosa.user.denomination', 'limosa.user.address'], // prettier-ignore
  ['findPostingPlaceOfWork', '<name>quatre</name><city>Anderlecht</city>', 'limosa.user.denomination', 'limosa.posting.placeOfWork'], // prettier-ignore
  ['findPostingPlaceOfWork', `<cbeNumber>${workshop.enterpriseNumber}</cbeNumber>`, 'limosa.user.enterpriseNumber'], // prettier-ignore
  ['getPostingPlaceOfWorkDetail', `<id>${300_000_000_000 + workshop.body}</id>`, 'limosa.posting.placeOfWorkNumber'], // prettier-ignore
]

const allKeys = [...new Set(asked.flatMap(([, , ...keys]) => keys))]
const without = (key: string) => `TEST:WITHOUT_${allKeys.indexOf(key)}`
const grants: Readonly<Record<string, readonly string[]>> = {
  'TEST:EVERYTHING': valuePaths,
  'TEST:PLACES': ['startDate', 'endDate', 'placeOfWork'].map((name) => `limosa.posting.${name}`),
  ...Object.fromEntries(
    allKeys.map((key) => [without(key), valuePaths.filter((path) => path !== key)]),
  ),
}

const folder = mkdtempSync(join(tmpdir(), 'quadrivium-dolsis-criteria-'))
let gateway: TestGateway
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

async function ask(operation: string, criteria: string, legalContext = 'TEST:EVERYTHING') {
  const by = { legalContext, role: 'Inspector', customer: '1999000447' }
  const request = dolsisRequest(dolsisNssoService, operation, criteria, by)
  return readBody(await sendSigned(gateway, 'inspection', dolsisNssoService, request)).xml
}

describe('what Dolsis is searched by', () => {
  it.each(asked)('%s %s finds something', async (operation, criteria) => {
    expect(textIn(await ask(operation, criteria), 'code')).toBe('MSG00000')
  })

  it.each(asked)(
    'R19: %s %s is refused where one of its paths is not granted',
    async (operation, criteria, ...keys) => {
      // prettier-ignore
      const consultation = dolsisNssoService.operations.get(`${operation}Request`) as ConsultOperation // prettier-ignore
      const request = bodyChild(dolsisRequest(dolsisNssoService, operation, criteria))
      const named = consultation.prepareXml(request).keys
      const dates = ['limosa.posting.startDate', 'limosa.posting.endDate']
      expect(named.filter((key) => !dates.includes(key)).sort()).toEqual([...keys].sort())
      for (const key of keys) {
        const mark = gateway.mark()
        expect([key, textIn(await ask(operation, criteria, without(key)), 'code')]).toEqual([key, 'MSG00027']) // prettier-ignore
        expect(gateway.entries(mark).map(({ kind, rule }) => [kind, rule])).toEqual([['refused', 'R19']]) // prettier-ignore
      }
    },
  )

  it('finds nobody by a name without a letter, though the place is right', async () => {
    const named = (name: string) =>
      `<name>${name}</name><country>150</country><scope>all</scope><zipCode>1070</zipCode>`
    const found = await ask('findPostingBelgianClients', named('quatre'))
    expect(textIn(found, 'code')).toBe('MSG00000')
    const none = await ask('findPostingBelgianClients', named('.'))
    expect(textIn(none, 'value')).toBe('NO_DATA_FOUND')
  })

  it('is recorded as a digest, never in words', async () => {
    for (const [operation, criteria] of asked) {
      const mark = gateway.mark()
      await ask(operation, criteria)
      const [granted] = gateway.entries(mark)
      expect([operation, granted?.kind, typeof granted?.subject]).toEqual([operation, 'granted', 'string']) // prettier-ignore
    }
    const written = gateway.logText() + gateway.journalBytes().toString()
    for (const said of [
      posted.lastName,
      posted.birthDate,
      earlyRetired.ssin,
      workshop.nssoNumber,
      workshop.denomination,
    ]) {
      // prettier-ignore
      expect(written).not.toContain(said)
    }
  })
})

describe('DmfA records', () => {
  const personsIn = (xml: string) =>
    [...xml.matchAll(/<person><ssin>(\d+)</g)].map(([, found]) => found)

  it('are cut down by a filter to the workers of whom it holds', async () => {
    const all = personsIn(await ask('findDmfaRecordsByEmployer', `${nsso}<quarter>20243</quarter><curatorship>no</curatorship>`)) // prettier-ignore
    const by = async (filter: string) =>
      personsIn(await ask('findDmfaRecordsByEmployer', filtered(filter)))
    expect(all).toContain(student.ssin)
    expect(await by('<workerType>student</workerType>')).toEqual([student.ssin])
    expect(await by('<numberUnemployedDays>0</numberUnemployedDays>')).toEqual(all)
    expect(await by('<numberUnemployedDays>93</numberUnemployedDays>')).toEqual([])
    expect(await by('<workerStatus></workerStatus>')).toEqual([])
    const [manual, employed] = [
      await by('<workerType>labourer</workerType>'),
      await by('<workerType>employee</workerType>'),
    ]
    expect([...manual, ...employed].sort()).toEqual([...all].sort())
  })
})

describe('numbers of Limosa', () => {
  it('lead from what a search gives to the detail', async () => {
    const searches = [
      ['findPostedWorkers', asked[5]![1], 'person', 'getPostedWorkerDetail', posted.lastName],
      ['findForeignEmployers', asked[7]![1], 'employer', 'getForeignEmployerDetail', posted.ssin],
      ['findPostingBelgianClients', asked[10]![1], 'employer', 'getPostingBelgianClientDetail', posted.ssin], // prettier-ignore
      ['findPostingPlaceOfWork', asked[11]![1], 'pow', 'getPostingPlaceOfWorkDetail', posted.ssin],
    ] as const
    for (const [search, criteria, element, detail, holds] of searches) {
      const found = new RegExp(`<${element} id="(\\d+)">`).exec(await ask(search, criteria))
      const answer = await ask(detail, `<id>${found?.[1] ?? ''}</id>`)
      expect([detail, textIn(answer, 'code')]).toEqual([detail, 'MSG00000'])
      expect(answer.replace(/<criteria>.*<\/criteria>/, '')).toContain(holds)
    }
  })

  it('are those of the natural person who is the user of services too', async () => {
    const detail = await ask('getPostingBelgianClientDetail', `<ssin>${earlyRetired.ssin}</ssin>`)
    expect(detail).toContain(`<employer id="${naturalPerson.nssoNumber}">`)
    expect(detail).not.toContain(workshop.denomination)
  })
})

describe('what a search finds', () => {
  it('is told once where all that tells two apart is withheld', async () => {
    const city = '<city>Bruxelles</city>'
    const count = (xml: string) => xml.split('<pow').length - 1
    const all = await ask('findPostingPlaceOfWork', city)
    const some = await ask('findPostingPlaceOfWork', city, 'TEST:PLACES')
    expect([count(all), count(some)]).toEqual([2, 1])
    expect(some).toContain('<pow><type>unknown</type><name></name><address>')
  })
})
