import fc from 'fast-check'
import { XmlC14NMode, XmlDocument, XmlElement } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'
import { readCivilDate } from '../../src/base/civil-date.ts'
import { GatewayError } from '../../src/base/errors.ts'
import { project } from '../../src/deliberations/project.ts'
import type { Path } from '../../src/registers/catalogue.ts'
import { dmfa } from '../../src/registers/dmfa.ts'
import { together } from '../../src/registers/together.ts'
import { dolsis2011Service, dolsisNssoService } from '../../src/services/dolsis/service.ts'
import { areGranted } from '../../src/services/element-rows.ts'
import type { ConsultOperation, ReplyParts, Service } from '../../src/services/operation.ts'
import { findRefusalStatus, noDataFound } from '../../src/services/statuses.ts'
import { faultsOf } from '../contracts/committed.ts'
import { grantOf } from '../deliberations/grants.ts'
import {
  dolsisConsultations,
  dolsisCriteria,
  dolsisOperations,
  dolsisRequest,
} from './dolsis-requests.ts'
import { bodyChild, parts, readReply } from './exchange-parts.ts'
import { disclosed, recordOf, type Values } from './random-record.ts'

const context = {
  sources: ['nationalRegister'] as const,
  after: undefined,
  on: readCivilDate('2026-03-02')!,
}

function prepare(service: Service, name: string, criteria?: string, role = 'Agent') {
  const request = dolsisRequest(service, name, criteria, { legalContext: 'A:B', role })
  expect(faultsOf(service.contract, request)).toEqual([])
  return (service.operations.get(`${name}Request`) as ConsultOperation).prepareXml(bodyChild(request)) // prettier-ignore
}

function reply(service: Service, name: string, record: Values, given: Partial<ReplyParts> = {}) {
  return prepare(service, name).writeXml(parts({ records: [disclosed(record)], ...given }))
}

/** Names of the elements and attributes in the result, from it downward. */
function namesIn(body: string): string[] {
  using document = XmlDocument.fromString(body)
  const names: string[] = []
  const walk = (element: XmlElement, path: string) => {
    for (const { name } of element.attrs) names.push(`${path}/@${name}`)
    for (const child of element.find('*')) {
      if (!(child instanceof XmlElement)) continue
      names.push(`${path}/${child.name}`)
      walk(child, `${path}/${child.name}`)
    }
  }
  const [result] = document.find('//result')
  if (result instanceof XmlElement) walk(result, 'result')
  return names
}

/** The second contract has all operations of the first; what is the same is tried more often in it. */
const isNsso = (service: Service) => service === dolsisNssoService

const address = {
  street: 'Rue du Quadrant',
  houseNumber: '12',
  postBox: '3',
  zipCode: '1070',
  city: 'Anderlecht',
  municipalityCode: '21001',
  countryCode: '150',
}
const numbers = { registrationNumber: '100006', enterpriseNumber: '0884303369' }
const whole: Values = {
  person: [
    {
      nationalNumber: '81120103571',
      register: 'nationalRegister',
      names: { lastName: 'Valbruyère & fils', firstNames: 'Camille Zoé' },
      birth: { birthDate: '1981-12-00', birthPlace: 'Liège', birthCountryCode: '150' },
      sex: '2',
      nationality: '150',
      mainResidence: address,
      death: { deceaseDate: '2025-01-31', deceasePlace: 'Namur' },
      civilStatus: { civilStatusCode: '20', sinceDate: '2009-05-16' },
    },
  ],
  employment: [
    {
      employer: {
        ...numbers,
        provisionalRegistrationNumber: '5000000120',
        ssin: '81050103522',
        lastName: 'Quadrant',
        firstName: 'Zoé',
        address,
      },
      user: { ...numbers, denomination: 'Relais <du> Quadrant' },
      worker: { ssin: '81120103571' },
      occupation: [
        {
          placeOfWork: address,
          subEntityNumber: '7',
          entryDate: '2025-03-01',
          exitDate: '2025-04-30',
          jointCommission: '327.02',
          workerType: 'STU',
        },
        { entryDate: '2025-09-01', workerType: 'OTH' },
      ],
    },
  ],
  declaration: [
    {
      ...numbers,
      trusteeship: false,
      quarter: '20261',
      naturalPerson: [
        {
          ssin: '81120103571',
          workerRecord: [
            {
              employerCategory: '027',
              workerCode: '015',
              quarterStartingDate: '2026-01-01',
              quarterEndingDate: '2026-03-31',
              occupation: [
                {
                  sequenceNumber: 1,
                  startingDate: '2025-09-01',
                  endingDate: '2026-02-28',
                  jointCommission: '327.02',
                  workingDaysSystem: 500,
                  meanWorkingHours: 1900,
                  refMeanWorkingHours: 3800,
                  contractType: '1',
                  reorganisationMeasure: '4',
                  workerStatus: 'S',
                  remunerationMethod: '1',
                  service: [
                    { sequenceNumber: 1, code: '1', numberOfDays: 6100, numberOfHours: 23180 },
                  ],
                  remuneration: [{ sequenceNumber: 1, code: '1', amount: 512345 }],
                },
              ],
              indemnityWapm: [{ nature: '01', incapacityDegree: '012,50', amount: 4200 }],
              dismissedStatutoryWorkerContribution: {
                grossReferenceRemuneration: 100,
                referenceDays: 12,
                subjectionStartingDate: '2026-01-01',
                subjectionEndingDate: '2026-01-31',
              },
              studentContribution: { remuneration: 100, numberOfDays: 12 },
              earlyRetirementContribution: [{ code: '1', numberOfMonths: 3, amount: 100 }],
            },
          ],
        },
      ],
      contributionUnrelatedToNp: [
        { workerCode: '809', employerCategory: '027', calculationBasis: 5000, amount: 100 },
      ],
    },
  ],
  aggregate: [
    Object.fromEntries(
      Object.keys(dmfa.aggregate.fields).map((total, index) => [total, index + 1]),
    ),
  ],
  employer: [
    {
      identification: {
        ...numbers,
        denomination: 'Relais du Quadrant',
        registeredOfficeAddress: address,
        email: 'office@employer.example',
        legalForm: 'ASBL',
        ssin: '81050103522',
        socialSecretariat: { currentNumber: '415' },
        curatorship: {
          date: '2026-02-01',
          representativeName: 'Me Quadrant',
          representativeAddress: address,
        },
      },
      administrative: {
        administrativeSystem: '1',
        registrationDate: '2001-01-01',
        deletionDate: '2026-02-28',
      },
      employerCategory: [
        { category: '027', naceCode: '88995', importanceCode: '3' },
        { category: '010', naceCode: '01110', importanceCode: '1' },
      ],
    },
  ],
  employerNumbers: [numbers],
  posting: [
    {
      startDate: '2025-02-01',
      endDate: '2025-06-30',
      placeOfWork: address,
      documentNumber: '100000000001',
      placeOfWorkNumber: '300000000001',
      postedPerson: {
        category: 'self_employed',
        ssin: '92200006963',
        names: { lastName: 'Zwerver', firstNames: 'Imre' },
        birth: { birthDate: '1992-00-00', birthPlace: 'Breda' },
        nationality: '129',
        address: { ...address, city: 'Breda', countryCode: '129' },
      },
      user: { ...numbers, denomination: 'Relais du Quadrant', ssin: '81050103522', address },
      foreignEmployer: {
        number: '500000000001',
        denomination: 'Zwerver Imre',
        ssin: '92200006963',
        enterpriseNumber: '0884303369',
        address: { ...address, city: 'Breda', countryCode: '129' },
      },
    },
  ],
}

describe.each(dolsisConsultations)('%s %s', (_, name, service, operation) => {
  it('writes replies that the contract accepts, in exclusive-C14N form, for any record', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(recordOf(together), (record) => {
        const body = reply(service, name, record)
        expect(faultsOf(service.contract, body)).toEqual([])
        using document = XmlDocument.fromString(body)
        expect(document.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 })).toBe(
          body,
        )
        seen.add(namesIn(body).length > 0 ? 'result' : 'none')
      }),
      { numRuns: isNsso(service) ? 60 : 20 },
    )
    expect(seen).toContain('result')
  })

  it('writes nothing that is not in its element table', () => {
    const blocks = operation.elements!
    const places = new Set(blocks.map(({ place }) => place))
    const inTable = new Set(
      blocks.flatMap(({ place, rows }) =>
        rows.map(({ element }) => (element === 'text' ? place : `${place}/${element}`)),
      ),
    )
    const around = (one: string) => [...places].some((place) => `${place}/`.startsWith(`${one}/`))
    fc.assert(
      fc.property(recordOf(together, 'whole'), (record) => {
        const written = namesIn(reply(service, name, record))
        expect(written.filter((one) => !inTable.has(one) && !around(one))).toEqual([])
      }),
      { numRuns: isNsso(service) ? 15 : 2 },
    )
  })

  it('withholds an element when its paths are not granted', () => {
    const { elements = [], gives } = operation
    fc.assert(
      fc.property(recordOf(together, 'whole'), fc.subarray([...gives]), (whole, paths) => {
        const granted = new Set<Path>(paths)
        const record = project(whole, together, grantOf(...paths))
        const written = record === undefined ? [] : namesIn(reply(service, name, record))
        const xml = reply(service, name, record ?? {})
        for (const { place, rows } of elements) {
          for (const { element, source } of rows) {
            const needs = 'paths' in source ? [source.paths, ...(source.needs ?? [])] : []
            if (areGranted(needs, granted) || !written.includes(`${place}/${element}`)) continue
            // a text that the schema wants is empty then, a word that it wants says nothing
            const texts = textsAt(xml, `${place}/${element}`)
            const said = texts.filter((text) => text !== '' && text !== 'undetermined')
            expect([place, element, said]).toEqual([place, element, []])
          }
        }
      }),
      { numRuns: isNsso(service) ? 25 : 2 },
    )
  })

  it('finds something in a whole record, nothing where the grant holds nothing', () => {
    const prepared = prepare(service, name)
    expect(prepared.shows(disclosed(whole))).toBe(true)
    expect(prepared.shows(disclosed({}))).toBe(false)
    expect([operation.yields(new Set(operation.gives)), operation.yields(new Set())]).toEqual([true, false]) // prettier-ignore
  })

  it('writes no id twice, which a strict verifier would refuse', () => {
    const ids = [...reply(service, name, whole).matchAll(/ id="(\d+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('writes every row of its table from a whole record, as the snapshot has it', async () => {
    const body = reply(service, name, whole)
    expect(faultsOf(service.contract, body)).toEqual([])
    const xml = body.slice(body.indexOf('<result>')).replaceAll('><', '>\n<')
    await expect(`${xml}\n`).toMatchFileSnapshot(`../output/dolsis/${name}.xml`)
    const written = new Set(namesIn(body))
    const never = operation.elements!.flatMap(({ place, rows }) =>
      rows.flatMap(({ element }) => (element === 'text' ? [] : `${place}/${element}`)),
    )
    expect(never.filter((one) => !written.has(one) && !/nextOffset$/.test(one))).toEqual([])
  })

  it('repeats the request from its values, the block of who answers in its place', () => {
    const answer = readReply(reply(service, name, {}, { records: [], status: noDataFound }))
    expect(Object.keys(answer)).toEqual([
      'informationCustomer',
      service === dolsisNssoService ? 'informationSupplier' : 'informationCBSS',
      'securityContext',
      'criteria',
      'status',
    ])
    const again = `<criteria>${dolsisCriteria[name]!}</criteria>`
    expect(reply(service, name, {}, { records: [], status: noDataFound })).toContain(again)
  })

  it('has no result when nothing is found, and none in a refusal', () => {
    for (const code of ['SSIN_UNKNOWN', 'NOT_INTEGRATED', 'NOTHING_GRANTED'] as const) {
      const status = findRefusalStatus(new GatewayError(code))!
      const body = reply(service, name, {}, { records: [], status })
      expect(faultsOf(service.contract, body)).toEqual([])
      expect(body).toContain('<value>NO_RESULT</value>')
      expect(body).not.toContain('<result>')
    }
  })

  it('tells more results than an answer holds as DOLS0023', () => {
    const error = new GatewayError('REQUEST_INVALID', undefined, [{ fieldName: 'tooManyResults' }])
    const body = reply(service, name, {}, { records: [], status: findRefusalStatus(error)! })
    expect(faultsOf(service.contract, body)).toEqual([])
    expect(readReply(body)['status']).toEqual({
      value: 'NO_RESULT',
      code: 'DOLS0023',
      description: 'TOO_MANY_RIP_RESULTS',
    })
  })
})

/** What stands in the elements, or the attribute, at a place of the result. */
function textsAt(xml: string, place: string): string[] {
  using document = XmlDocument.fromString(xml)
  return document.find(`//${place}`).map((node) => ('content' in node ? node.content : ''))
}

describe('the two contracts of Dolsis', () => {
  it.each([
    ['hasServices', 'dmfa.service.'],
    ['hasRemunerations', 'dmfa.remuneration.'],
  ])('say by %s what is shown: what is withheld looks like what is not there', (element, block) => {
    const { gives } = dolsis2011Service.operations.get('getEmploymentDetailRequest') as ConsultOperation // prettier-ignore
    const said = (granted: readonly Path[]) => {
      const record = project(whole, together, grantOf(...granted))!
      const xml = reply(dolsis2011Service, 'getEmploymentDetail', record)
      return new RegExp(`<${element}>(.*?)</${element}>`).exec(xml)?.[1]
    }
    expect(said(gives)).toBe('true')
    expect(said(gives.filter((path) => !path.startsWith(block)))).toBe('false')
  })

  it('have the operations of their WSDLs in their order, the seven of the first in the second', () => {
    const names = ({ operations }: Service) => [...operations.values()].map(({ name }) => name)
    expect(names(dolsisNssoService)).toHaveLength(24)
    expect(names(dolsisNssoService)).toEqual(expect.arrayContaining(names(dolsis2011Service)))
    expect(Object.keys(dolsisCriteria).sort()).toEqual(names(dolsisNssoService).sort())
  })

  it('have requests that their schemas accept, with and without the security context', () => {
    for (const [, name, service] of dolsisOperations) {
      expect([name, faultsOf(service.contract, dolsisRequest(service, name))]).toEqual([name, []])
      const bare = dolsisRequest(service, name, undefined, { legalContext: undefined })
      expect([name, faultsOf(service.contract, bare)]).toEqual([name, []])
    }
  })

  it('read the legal context from the security context, and none where there is none', () => {
    for (const [, name, service, operation] of dolsisConsultations) {
      const of = (xml: string) => operation.prepareXml(bodyChild(xml)).envelope.legalContext
      expect(of(dolsisRequest(service, name))).toBe('SOCIAL_INVESTIGATION_OF_PCSA')
      const bare = dolsisRequest(service, name, undefined, { legalContext: undefined })
      expect(of(bare)).toBeUndefined()
    }
  })

  it('answer what no register holds as not implemented', () => {
    const names = dolsisOperations.flatMap(([, name, service, operation]) => {
      if (operation.kind !== 'open') return []
      const prepared = operation.prepareXml(bodyChild(dolsisRequest(service, name)))
      expect(prepared.envelope.informationCustomer?.ticket).toBe('a<b')
      expect(() => prepared.writeXml({ ...parts(), tlsSubject: '' })).toThrow(
        expect.objectContaining({ code: 'NOT_IMPLEMENTED' }),
      )
      return [name]
    })
    expect(names).toEqual([
      'findPartnerInstitutions',
      'getPartnerInstitutionDetail',
      'getContractualRelationshipDeclarationDetail',
      'findContractualRelationshipDeclarations',
      'getPresenceRegistrationDetail',
      'findPresenceRegistrations',
    ])
  })
})

const nsso = '<nossRegistrationNbr>0000100006</nossRegistrationNbr>'
const posted = '92200006963'

/** Criteria that the schema accepts and that mean nothing, or nothing that is served. */
const refused: readonly (readonly [
  operation: string,
  criteria: string,
  code: string,
  ...fields: string[],
])[] = [
  ['findEmployersByWorker', '<ssin>81050103521</ssin><scope>active</scope>', 'SSIN_STRUCTURE', 'ssin'], // prettier-ignore
  ['findEmployersByWorker', '<ssin>81120103571</ssin><scope>mutations</scope>', 'REQUEST_INVALID', 'period'], // prettier-ignore
  ['findEmployersByWorker', '<ssin>81120103571</ssin><scope>activeInPeriod</scope><period><beginDate>2026-02-01</beginDate><endDate>2026-01-01</endDate></period>', 'REQUEST_INVALID', 'period'], // prettier-ignore
  ['getEmploymentDetail', '<nossRegistrationNumber>B0000123</nossRegistrationNumber><ssin>81120103571</ssin><quarter>20261</quarter>', 'REQUEST_INVALID', 'nossRegistrationNumber'], // prettier-ignore
  ['getEmployerDetail', '<nossRegistrationNbr>0000100007</nossRegistrationNbr>', 'REQUEST_INVALID', 'nossRegistrationNbr'], // prettier-ignore
  ['getEmployerDetail', '<cbeNumber>0884303370</cbeNumber>', 'REQUEST_INVALID', 'cbeNumber'],
  ['getEmployerDetail', '<vatNumber>FR0884303369</vatNumber>', 'REQUEST_INVALID', 'vatNumber'],
  ['getEmployerDetail', '<ssin>81120103572</ssin>', 'SSIN_STRUCTURE', 'ssin'],
  ['findEmployers', '<scope>noss</scope><name>?</name><regionScope>Belgium</regionScope>', 'REQUEST_INVALID', 'name', 'address'], // prettier-ignore
  ['findEmployers', '<scope>noss</scope><name>A</name><regionScope>BelgianZipCode</regionScope>', 'REQUEST_INVALID', 'zipCode'], // prettier-ignore
  ['findDmfaRecordsByEmployer', `${nsso}<quarter>20261</quarter><curatorship>no</curatorship><filter><numberUnemployedDays>-1</numberUnemployedDays></filter>`, 'REQUEST_INVALID', 'numberUnemployedDays'], // prettier-ignore
  ['getDmfaStatisticsByEmployer', `${nsso}<quarter>20261</quarter><curatorship>no</curatorship><filter><workerType>student</workerType></filter>`, 'REQUEST_INVALID', 'filter'], // prettier-ignore
  ['findDmfaContributionsUnrelatedToNaturalPerson', `${nsso}<startQuarter>20201</startQuarter><endQuarter>20251</endQuarter>`, 'REQUEST_INVALID', 'startQuarter', 'endQuarter'], // prettier-ignore
  ['getPostedWorkerDetail', '<id>1</id>', 'REQUEST_INVALID', 'id'],
  ['getPostedWorkerDetail', `<ssin>${posted}</ssin><documentParticipationOffset>-1</documentParticipationOffset>`, 'REQUEST_INVALID', 'documentParticipationOffset'], // prettier-ignore
  ['findPostedWorkers', '<cbeNumber>0884303370</cbeNumber>', 'REQUEST_INVALID', 'cbeNumber'],
  ['findPostedWorkers', '<lastName>!</lastName><nationality>111</nationality><scope>all</scope>', 'REQUEST_INVALID', 'lastName'], // prettier-ignore
  ['findPostedWorkers', '<lastName>A</lastName><nationality>111</nationality><scope>all</scope><birthDate>1992-02-30</birthDate>', 'REQUEST_INVALID', 'birthDate'], // prettier-ignore
  ['findPostedWorkers', '<lastName>A</lastName><nationality>111</nationality><scope>all</scope><currentCity>a b c d e f g h i j k l m n o p q r s t u v w x y z 1 2 3 4 5 6 7 8 9 10 11 12 13 14</currentCity>', 'REQUEST_INVALID', 'criteria'], // prettier-ignore
  ['getForeignEmployerDetail', '<cbeNumber>0884303370</cbeNumber>', 'REQUEST_INVALID', 'cbeNumber'],
  ['getForeignEmployerDetail', '<id>1</id><postedWorkerRelationOffset>-1</postedWorkerRelationOffset>', 'REQUEST_INVALID', 'postedWorkerRelationOffset'], // prettier-ignore
  ['findForeignEmployers', '<ssin>81120103572</ssin>', 'SSIN_STRUCTURE', 'ssin'],
  ['findForeignEmployers', '<name>?</name><country>111</country><scope>all</scope>', 'REQUEST_INVALID', 'name'], // prettier-ignore
  ['getPostingDocumentDetail', '<id>1</id>', 'REQUEST_INVALID', 'ssin'],
  ['getPostingBelgianClientDetail', '<cbeNumber>0884303370</cbeNumber>', 'REQUEST_INVALID', 'cbeNumber'], // prettier-ignore
  ['getPostingBelgianClientDetail', '<ssin>81120103572</ssin>', 'SSIN_STRUCTURE', 'ssin'],
  ['getPostingBelgianClientDetail', '<id>7</id>', 'REQUEST_INVALID', 'id'],
  ['findPostingBelgianClients', '<country>150</country><scope>all</scope>', 'REQUEST_INVALID', 'name', 'city', 'zipCode'], // prettier-ignore
  ['findPostingPlaceOfWork', '<country>150</country>', 'REQUEST_INVALID', 'name', 'city', 'zipCode'], // prettier-ignore
  ['findPostingPlaceOfWork', '<nossRegistrationNbr>B0000123</nossRegistrationNbr>', 'REQUEST_INVALID', 'nossRegistrationNbr'], // prettier-ignore
  ['findPostingPlaceOfWork', '<cbeNumber>0884303370</cbeNumber>', 'REQUEST_INVALID', 'cbeNumber'],
  ['getPostingPlaceOfWorkDetail', '<id>1</id><documentRelationOffset>-1</documentRelationOffset>', 'REQUEST_INVALID', 'documentRelationOffset'], // prettier-ignore
]

describe('criteria that are refused', () => {
  it.each(refused)('%s %s: %s', (name, criteria, code, ...fields) => {
    const prepared = prepare(dolsisNssoService, name, criteria)
    expect(prepared.invalid?.code).toBe(code)
    expect(prepared.invalid?.information.map(({ fieldName }) => fieldName)).toEqual(fields)
    expect(prepared.subject).toEqual({ kind: 'none' })
    expect(() => prepared.ask(context)).toThrow(prepared.invalid)
  })
})

/** What is asked of the registers. */
const asked: readonly (readonly [
  operation: string,
  criteria: string | undefined,
  role?: string,
])[] = [
  ...Object.keys(dolsisCriteria).map((name) => [name, undefined] as const),
  ['findEmployersByWorker', '<ssin>81120103571</ssin><scope></scope>'],
  ['getEmploymentDetail', '<nossRegistrationNumber>5000000120</nossRegistrationNumber><ssin>81120103571</ssin><quarter>20264</quarter>'], // prettier-ignore
  ['getEmploymentDetail', '<nossRegistrationNumber>100006</nossRegistrationNumber><ssin>81120103571</ssin><quarter>20261</quarter><employmentRecords>false</employmentRecords>'], // prettier-ignore
  ['getEmployerDetail', '<vatNumber>BE0884303369</vatNumber>'],
  ['findEmployers', '<scope>noss-deleted</scope><name>A</name><regionScope>Belgium</regionScope>'],
  ['getEmployerDetail', '<ssin>81050103522</ssin>'],
  ...['<workerType>labourer</workerType>', '<workerType>employee</workerType>', '<workerType>student</workerType>', '<workerType>earlyRetirement</workerType>', '<workerType>dismissedStatutoryWorker</workerType>', '<contractType>part_time</contractType>', '<workerStatus></workerStatus>', '<numberUnemployedDays>5</numberUnemployedDays>'].map((filter) => ['findDmfaRecordsByEmployer', `${nsso}<quarter>20261</quarter><curatorship>yes</curatorship><filter>${filter}</filter>`] as const), // prettier-ignore
  ['getPostedWorkerDetail', '<id>1010199797</id>'],
  ['findPostedWorkers', '<id>X-12</id><type>passport_nr</type>'],
  ['findPostedWorkers', '<cbeNumber>0884303369</cbeNumber>'],
  ['findPostedWorkers', '<id>BE0884303369</id><type>cbe_self_employed</type>'],
  ['findPostedWorkers', '<lastName>Van den Zwerver</lastName><nationality>129</nationality><scope>official</scope><participationType>worker</participationType><firstName>Imre Jan</firstName><currentCity>Ommen-Noord</currentCity><currentZipCode>7731</currentZipCode><birthDate>1992-05-00</birthDate><postingPeriod><beginDate>2025-01-01</beginDate></postingPeriod>'], // prettier-ignore
  ['findPostedWorkers', '<lastName>Dupont-Lefèvre</lastName><nationality>999</nationality><scope>all</scope><birthDate>1992-05-17</birthDate>'], // prettier-ignore
  ['getForeignEmployerDetail', '<cbeNumber>0884303369</cbeNumber>'],
  ['getForeignEmployerDetail', '<feeNumber>7</feeNumber>'],
  ['findForeignEmployers', `<ssin>${posted}</ssin>`],
  ['findForeignEmployers', `<id>${posted}</id><type>ssin_self_employed</type>`],
  ['findForeignEmployers', '<id>0884303369</id>'],
  ['findForeignEmployers', '<id>12</id><type>foreign_vat</type>'],
  ['findForeignEmployers', '<name>Quatro Caminhos</name><country>123</country><scope>all</scope><participationType>foreign_employer</participationType><city>Braga</city><zipCode>4700</zipCode>'], // prettier-ignore
  ['findForeignEmployers', '<name>A</name><country>123</country><scope>all</scope><participationType>foreign_institution</participationType>'], // prettier-ignore
  ['getPostingBelgianClientDetail', '<id>100006</id>'],
  ['getPostingBelgianClientDetail', '<cbeNumber>0884303369</cbeNumber>'],
  ['getPostingBelgianClientDetail', '<ssin>81050103522</ssin>'],
  ['findPostingBelgianClients', '<id>0884303369</id><type>declared_cbe</type>'],
  ['findPostingBelgianClients', '<id>81050103522</id><type>national_nr</type>'],
  ['findPostingBelgianClients', '<id>X</id>'],
  ['findPostingBelgianClients', '<name>Relais</name><firstName>Zoé</firstName><country>150</country><scope>all</scope><participationType>belgian_user</participationType><city>Liège</city><zipCode>4000</zipCode>'], // prettier-ignore
  ['findPostingBelgianClients', '<name>Relais</name><country>150</country><scope>all</scope><participationType>belgian_institution</participationType>'], // prettier-ignore
  ['findPostingPlaceOfWork', '<cbeNumber>0884303369</cbeNumber>'],
  ['findPostingPlaceOfWork', '<country>150</country><name>Relais</name><city>Liège</city><zipCode>4000</zipCode><type>unknown</type>'], // prettier-ignore
  ['findPostingPlaceOfWork', '<city>Liège</city><type>boat</type>'],
  ['findPostingDocuments', '<documentNbr>100000000001</documentNbr>'],
  ['findPostingDocuments', `<ssin>${posted}</ssin><documentType>a1</documentType>`],
  ['getPostingDocumentDetail', '<id>000100000000001</id>', 'Inspector'],
]

it('asks the registers, by operation and criteria', async () => {
  const lines = asked.flatMap(([name, criteria, role]) => {
    const operation = dolsisNssoService.operations.get(`${name}Request`)!
    if (operation.kind !== 'consult') return []
    const prepared = prepare(dolsisNssoService, name, criteria, role)
    const question = prepared.ask(context)
    if (question.kind !== 'together') return expect.unreachable('Dolsis asks together')
    return [
      `${name} ${criteria ?? dolsisCriteria[name]!}`,
      `  about ${JSON.stringify(prepared.subject)}`,
      ...(prepared.keys.length === 0 ? [] : [`  by ${prepared.keys.join(', ')}`]),
      ...Object.entries(question.parts).flatMap(([part, { keys, questions, recordsMax }]) => [
        `  ${part}${keys.length === 0 ? '' : ` by ${keys.join(', ')}`}${recordsMax === undefined ? '' : `, at most ${recordsMax}`}`,
        ...questions.map((one) => `    ${JSON.stringify(one)}`),
      ]),
    ]
  })
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../output/dolsis-questions.txt')
})
