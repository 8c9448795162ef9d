import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nssoNumberOf } from '../../certs-test/institutions.ts'
import { civilDateAt, readCivilDate, readQuarter } from '../../src/base/civil-date.ts'
import { dimonaPeriodIdOf } from '../../src/base/dimona-period.ts'
import { readEnterpriseNumber, readNssoNumber } from '../../src/base/enterprise.ts'
import { dimona } from '../../src/registers/dimona.ts'
import { dmfa } from '../../src/registers/dmfa.ts'
import { employerOfDirectory } from '../../src/registers/employer-directory.ts'
import { limosa } from '../../src/registers/limosa.ts'
import { person } from '../../src/registers/person.ts'
import type { ConsultOperation, Service } from '../../src/services/operation.ts'
import type { RegisterWriter } from '../../src/store/register-writer.ts'
import { faultsOf } from '../contracts/committed.ts'
import { dolsisConsultations, dolsisCriteria, dolsisRequest } from '../services/dolsis-requests.ts'
import { ssin } from '../store/sample.ts'
import { readBody, sendSigned } from './ask.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { openedTo, writeDeliberations } from './grants.ts'
import { Markers, type Values } from './markers.ts'

/** The marker test of both contracts of Dolsis: bytes of an answer hold no leaf that is not granted, nor one of a stranger. */

const markers = new Markers()
const worker = ssin(1)
const employer = readNssoNumber(nssoNumberOf(2_000_001))!
const enterpriseNumber = readEnterpriseNumber('1999000150')!
const quarter = readQuarter('20243')!
const since = readCivilDate('2024-01-01')!
const until = civilDateAt(Date.now())
const documentNumber = '100000000001'

/** Where it is asked whether a person is known, by the number in the record: that of the worker. */
const own = (record: Values): Values => ({ ...record, ssin: worker })
/** The periods are chosen by these days, and without a type that the contract has the line is left out. */
const written = (occupation: Values): Values => ({
  ...occupation,
  entryDate: since,
  exitDate: until,
  workerType: 'OTH',
})
const directory = markers.record(employerOfDirectory)
const { denomination } = directory['identification'] as Values

/** What of a posting cannot be a marker: numbers of Limosa are whole ones. The stranger is posted by and to the same ones. */
const numbered = (posting: Values): Values => ({
  ...posting,
  placeOfWorkNumber: '300000000001',
  foreignEmployer: { ...(posting['foreignEmployer'] as Values), number: '500000000001' },
})
const posting = numbered(markers.record(limosa.posting))
const strange = numbered(markers.record(limosa.posting, 'stranger '))
const party = (name: string) => posting[name] as Values
const address = (of: Values, name: string) => (of[name] as Values)['city'] as string
const anywhere = '<country>999</country><scope>all</scope>'

/** Searches for those of the same posting in other ways. */
const others: Readonly<Record<string, readonly string[]>> = {
  findPostedWorkers: [
    `<lastName>${String((party('postedPerson')['names'] as Values)['lastName'])}</lastName><nationality>999</nationality><scope>all</scope><currentCity>${address(party('postedPerson'), 'address')}</currentCity>`,
    `<cbeNumber>${String(party('foreignEmployer')['enterpriseNumber'])}</cbeNumber>`,
  ],
  getForeignEmployerDetail: [
    `<cbeNumber>${String(party('foreignEmployer')['enterpriseNumber'])}</cbeNumber>`,
  ],
  findForeignEmployers: [
    `<name>${String(party('foreignEmployer')['denomination'])}</name>${anywhere}<city>${address(party('foreignEmployer'), 'address')}</city>`, // prettier-ignore
  ],
  findPostingBelgianClients: [
    `<name>${String(party('user')['denomination'])}</name>${anywhere}<city>${address(party('user'), 'address')}</city>`, // prettier-ignore
  ],
  findPostingPlaceOfWork: [
    `<name>${String(party('user')['denomination'])}</name><city>${address(posting, 'placeOfWork')}</city>`, // prettier-ignore
    `<nossRegistrationNbr>${String(party('user')['registrationNumber'])}</nossRegistrationNbr>`,
  ],
}

const criteriaOf = (name: string): string =>
  dolsisCriteria[name]!.replaceAll(/81120103571|92200006963/g, worker)
    .replaceAll('0000100006', employer.padStart(10, '0'))
    .replaceAll('2025', '2024')
    .replaceAll('20261', quarter)
    .replaceAll('<nbrOfQuarters>4<', '<nbrOfQuarters>1<')
    .replace('<name>Relais</name><zipCode>1070</zipCode>', `<name>${String(denomination)}</name>`)
    .replace('<curatorship>no<', '<curatorship>undetermined<')
    .replace('300001000010', '300000000001')
    .replace('500000000000', '500000000001')

/** Paths that any operation can give, or chooses records by. */
const paths = [
  ...new Set<string>(dolsisConsultations.flatMap(([, , , operation]) => operation.gives)),
].sort()
const seed = Math.floor(Math.random() * 0x7fffffff)
const randomGrants = fc.sample(
  fc.oneof(
    fc.subarray([...paths], { minLength: 1 }),
    fc.subarray([...paths], { minLength: 1, maxLength: 12 }),
  ),
  { numRuns: 10, seed },
)
/** What questions are asked by: without it most are refused. */
const keys = paths.filter(
  (path) =>
  /\.(registrationNumber|quarter|ssin|entryDate|exitDate|startDate|endDate|name|names|denomination|address|placeOfWork\w*|number)$/.test(path), // prettier-ignore
)
const grants: Record<string, readonly string[]> = {
  'TEST:EVERYTHING': paths,
  'TEST:NOTHING': ['person.nr.language'],
  'TEST:KEYS': keys,
  ...Object.fromEntries(
    randomGrants.map((one, index) => [
      `TEST:RANDOM_${index}`,
      index % 2 === 0 ? one : [...new Set([...one, ...keys])],
    ]),
  ),
}

function fill(writer: RegisterWriter): void {
  const active = { register: 'nationalRegister', status: { kind: 'active' } } as const
  writer.person({ ssin: worker, ...active, record: markers.record(person.person) })
  writer.employer({
    nssoNumber: employer,
    enterpriseNumber,
    naturalPerson: false,
    record: { ...directory, dimonaEmployer: markers.record(dimona.employer) },
  })
  const { naturalPerson: workers, ...header } = markers.record(dmfa.employerDeclaration)
  writer.declaration({ employer, quarter, header: { ...header, registrationNumber: employer } })
  writer.aggregate({ employer, quarter, record: markers.record(dmfa.aggregate) })
  writer.integration({ institution: 'inspection', ssin: worker, from: since })
  for (const [number, owner] of [
    [worker, ''],
    [ssin(2), 'stranger '],
  ] as const) {
    const naturalPerson =
      owner === ''
        ? (workers as readonly Values[])[0]!
        : markers.record(dmfa.employerDeclaration.blocks.naturalPerson, owner)
    const posted = owner === '' ? posting : strange
    const of = owner === '' ? own : (one: Values) => one
    writer.worker({ employer, quarter, ssin: number, record: of(naturalPerson) })
    writer.dimonaPeriod({
      periodId: dimonaPeriodIdOf(owner === '' ? '9000000001' : '9000000002'),
      employer,
      ssin: number,
      from: since,
      until,
      record: {
        user: markers.record(dimona.user, owner),
        worker: of(markers.record(dimona.worker, owner)),
        occupation: written(markers.record(dimona.occupation, owner)),
      },
    })
    writer.posting({
      postingId: owner === '' ? documentNumber : '100000000002',
      ssin: number,
      user: employer,
      from: since,
      record: { ...posted, postedPerson: of(posted['postedPerson'] as Values) },
    })
  }
}

const folder = mkdtempSync(join(tmpdir(), 'quadrivium-dolsis-'))
let gateway: TestGateway
beforeAll(async () => {
  writeDeliberations(folder, 'inspection', grants)
  gateway = await startTestGateway({
    deliberations: folder,
    fill,
    institutions: openedTo('inspection', grants),
  })
})
afterAll(async () => {
  await gateway.close()
  rmSync(folder, { recursive: true })
})

/** The answers to all requests of an operation. */
async function ask(service: Service, { name }: ConsultOperation, legalContext: string) {
  const customer = '1999000447'
  let answers = ''
  for (const criteria of [criteriaOf(name), ...(others[name] ?? [])]) {
    const request = dolsisRequest(service, name, criteria, { legalContext, customer })
    const { xml } = readBody(await sendSigned(gateway, 'inspection', service, request))
    expect([name, faultsOf(service.contract, xml)]).toEqual([name, []])
    // the echo holds what was asked by
    answers += xml.replace(/<criteria>.*?<\/criteria>/s, '')
  }
  return answers
}

describe('an answer of Dolsis holds no leaf that is not granted', () => {
  it.each(Object.keys(grants))(`%s (grants of seed ${seed})`, async (legalContext) => {
    const granted = new Set(grants[legalContext])
    for (const [contract, name, service, operation] of dolsisConsultations) {
      const found = markers.pathsIn(await ask(service, operation, legalContext))
      const ungranted = [...found].filter((path) => !granted.has(path)).sort()
      expect([contract, name, ungranted]).toEqual([contract, name, []])
    }
  })

  it('and with everything granted what is printed here, so that the test above is about something', async () => {
    const lines: string[] = []
    for (const [contract, name, service, operation] of dolsisConsultations) {
      const found = markers.pathsIn(await ask(service, operation, 'TEST:EVERYTHING'))
      lines.push(`${contract} ${name}: ${found.size}`, ...[...found].sort().map((one) => `  ${one}`)) // prettier-ignore
    }
    await expect(lines.join('\n') + '\n').toMatchFileSnapshot('../output/markers-dolsis.txt')
  })

  it('nor do log and journal hold any', () => {
    const written = gateway.logText() + gateway.journalBytes().toString()
    expect(gateway.entries().length).toBeGreaterThan(100)
    expect([...markers.pathsIn(written)]).toEqual([])
    expect(written).not.toContain(worker)
  })
})
