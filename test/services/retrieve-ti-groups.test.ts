import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { XmlC14NMode, XmlDocument, XmlElement } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/base/errors.ts'
import { project } from '../../src/deliberations/project.ts'
import type { Path } from '../../src/registers/catalogue.ts'
import { labelsAt, readCodeList } from '../../src/registers/code-list.ts'
import { person } from '../../src/registers/person.ts'
import { areGranted } from '../../src/services/element-rows.ts'
import type { ConsultOperation, ReplyParts, Service } from '../../src/services/operation.ts'
import {
  informationTypes,
  informationTypesOf,
} from '../../src/services/retrieve-ti-groups/information-types.ts'
import {
  retrieveTiGroupsService1,
  retrieveTiGroupsService2,
} from '../../src/services/retrieve-ti-groups/service.ts'
import { findRefusalStatus, noDataFound } from '../../src/services/statuses.ts'
import { personaPersonRows } from '../../src/synthetic/persona-persons.ts'
import { faultsOf } from '../contracts/committed.ts'
import { grantOf } from '../deliberations/grants.ts'
import { bodyChild, escape, parts, readReply } from './exchange-parts.ts'
import { country } from '../synthetic/collect.ts'
import { disclosed, recordOf, type Values } from './random-record.ts'

const versions = [
  ['v1', retrieveTiGroupsService1],
  ['v2', retrieveTiGroupsService2],
] as const

const operationOf = (service: Service) =>
  service.operations.get('retrieveTIGroupsRequest') as ConsultOperation

interface Search {
  readonly ssin?: string
  readonly language?: string
  readonly history?: string
  readonly legalContext?: string | undefined
}

/** A request as clients write it. */
function requestXml({ namespace, version }: Service, search: Search = {}): string {
  const { ssin = '81120103571', language, history, legalContext = 'social issues' } = search
  const optional = (name: string, text: string | undefined) =>
    text === undefined ? '' : `<${name}>${text}</${name}>`
  return (
    `<v${version}:retrieveTIGroupsRequest xmlns:v${version}="${namespace}"><informationCustomer>` +
    `<ticket>${escape('a<b>&"c')}</ticket><timestampSent>2026-03-02T09:15:00.123456+01:00</timestampSent>` +
    '<customerIdentification><cbeNumber>0884303369</cbeNumber></customerIdentification>' +
    `</informationCustomer>${optional('legalContext', legalContext)}` +
    `<searchInformation><ssin>${ssin}</ssin>${optional('language', language)}` +
    `${optional('history', history)}</searchInformation></v${version}:retrieveTIGroupsRequest>`
  )
}

const lists = new Map(
  [
    'countries',
    'nis-communes',
    'civil-states',
    'family-positions',
    'information-types',
    'registration-registers',
    'residence-inquiry-results',
  ].map((name) => {
    const file = join(import.meta.dirname, `../../codelists/${name}.tsv`)
    return [name, readCodeList(name, readFileSync(file))]
  }),
)
const label = labelsAt(lists, '20261')

function reply(
  service: Service,
  record: Values,
  search: Search = {},
  given: Partial<ReplyParts> = {},
) {
  const prepared = operationOf(service).prepareXml(bodyChild(requestXml(service, search)))
  return prepared.writeXml(parts({ records: [disclosed(record)], label, ...given }))
}

const whole = {
  nationalNumber: '81120103571',
  names: { lastName: 'Valbruyère & fils', firstNames: 'Camille Zoé' },
  birth: {
    birthDate: '1981-12-00',
    birthPlace: 'Liège',
    birthMunicipalityCode: '62063',
    birthCountryCode: '150',
  },
  sex: '2',
  nationality: '150',
  mainResidence: {
    street: 'Rue du Quadrant',
    houseNumber: '12',
    postBox: '3',
    zipCode: '1070',
    city: 'Anderlecht',
    municipalityCode: '21001',
    countryCode: '150',
  },
  mainResidenceSince: '2015-06-01',
  language: 'fr',
  death: { deceaseDate: '2025-01-31', deceasePlace: 'Namur', deceaseMunicipalityCode: '92094' },
  profession: 'ouvrier',
  civilStatus: { civilStatusCode: '20', sinceDate: '2009-05-16' },
  household: { referencePersonSsin: '81120103571', memberCount: 2 },
  formerResidence: [
    {
      address: {
        street: 'Am Relais',
        houseNumber: '1',
        zipCode: '4700',
        municipalityCode: '63023',
      },
      since: '2001-02-03',
    },
    { address: { street: 'Rue des Relais', houseNumber: '7', city: 'Lille', countryCode: '111' } },
  ],
  familyMember: [
    { ssin: '81120103571', names: { lastName: 'V' }, sex: '2', position: '1' },
    {
      ssin: '81050103522',
      names: { lastName: 'W', firstNames: 'X' },
      sex: '1',
      birthDate: '1981-05-01',
      position: '2',
      since: '2009-05-16',
    },
  ],
  formerFamilyMember: [
    {
      ssin: '80240199943',
      names: { lastName: 'Y' },
      sex: '1',
      birthDate: '1980-04-01',
      position: '12',
      since: '2006-01-02',
      until: '2008-01-02',
    },
  ],
  formerHousehold: [
    {
      ssin: '10000100182',
      names: { lastName: 'P', firstNames: 'R' },
      sex: '1',
      birthDate: '1910-01-01',
      position: '3',
      since: '1981-12-01',
      until: '2003-09-15',
    },
  ],
  namesSince: '2009-05-16',
  formerName: [
    {
      names: { lastName: 'Valbruyère', firstNames: 'Camille' },
      since: '1981-12-01',
      changeKind: '01302',
    },
  ],
  pseudonym: [{ names: { lastName: 'Vauban', firstNames: 'Léa' }, since: '2003-01-01' }],
  sexSince: '2006-07-03',
  nationalitySince: '1999-02-01',
  formerNationality: [{ code: '111', since: '1981-12-01' }],
  otherNationality: [{ code: '124', since: '1981-12-01' }],
  declaredBirthDate: '1981-12-24',
  mainResidenceUpdated: '2015-06-08',
  referenceAddressSince: '2012-03-01',
  temporaryAbsenceSince: '2013-04-02',
  absentSince: '2024-10-01',
  registrationRegister: '5',
  struckOffSince: '2024-11-04',
  createdOn: '1982-01-04',
  updatedOn: '2025-02-03',
  announcedAddress: { address: { street: 'Rue du Relais', houseNumber: '4' }, since: '2024-01-02' },
  postalAddressAbroad: {
    address: { street: 'BP 12', city: 'Lille', countryCode: '111' },
    since: '2011-01-03',
  },
  confidentialAddress: { from: '2024-02-01', until: '2024-08-01' },
  formerNumber: [{ number: '92200006963', sex: '1', since: '1995-05-05' }],
  identityCard: [
    { number: '591234567890', issuedOn: '2020-01-06', expiresOn: '2030-01-05', municipalityCode: '21001' }, // prettier-ignore
    { number: '590000000000', issuedOn: '2010-01-06' },
  ],
  socialSecurityCard: [{ number: '9123456789', issuedOn: '2000-03-03' }],
  spouse: {
    ssin: '81050103522',
    names: { lastName: 'W', firstNames: 'X' },
    sex: '1',
    birthDate: '1981-05-01',
  },
  formerCivilStatus: [
    {
      status: { civilStatusCode: '40', sinceDate: '2008-01-02' },
      spouse: { ssin: '80240199943', names: { lastName: 'Y' }, sex: '1', birthDate: '1980-00-00' },
    },
  ],
  legalCohabitation: [
    {
      ssin: '81050103522',
      names: { lastName: 'W', firstNames: 'X' },
      sex: '1',
      birthDate: '1981-05-01',
      registeredOn: '2007-02-03',
      endedOn: '2009-05-16',
      municipalityCode: '21001',
    },
  ],
  parent: [
    {
      ssin: '10000100182',
      names: { lastName: 'P', firstNames: 'R' },
      sex: '1',
      birthDate: '1910-01-01',
      since: '1981-12-01',
    },
    {
      ssin: '19082416188',
      names: { lastName: 'Q', firstNames: 'S' },
      sex: '2',
      birthDate: '1919-08-24',
    },
  ],
  child: [
    {
      ssin: '19282416134',
      names: { lastName: 'C', firstNames: 'D' },
      sex: '2',
      birthDate: '2010-01-01',
      since: '2010-01-01',
    },
  ],
}

/** The entries of all personas in one file: each kind, with each of its fields. */
const entries: Readonly<Record<string, readonly Values[]>> = Object.fromEntries(
  personaPersonRows(country(1, 0)).flatMap(({ record }) => Object.entries(record.entries ?? {})),
)
const address = whole.mainResidence
const wholeWithEntries = {
  ...whole,
  entries: {
    ...entries,
    addressToVerify: entries['addressToVerify']!.map((one) => ({ ...one, address })),
    declaredAddress: entries['declaredAddress']!.map((one) => ({ ...one, address })),
  },
}

/** The text between the tags of the data. */
const dataOf = (xml: string) => /<rrn_it_implicit>(.*)<\/rrn_it_implicit>/.exec(xml)?.[1]

describe.each(versions)('RetrieveTIGroups %s', (_, service) => {
  const operation = operationOf(service)

  it('has requests that the contract accepts, with and without what is optional', () => {
    for (const search of [{}, { language: 'de', history: 'true' }, { history: '0' }]) {
      expect(faultsOf(service.contract, requestXml(service, search))).toEqual([])
    }
    const bare = requestXml(service).replace('<legalContext>social issues</legalContext>', '')
    expect(faultsOf(service.contract, bare)).toHaveLength(service.version === 1 ? 0 : 1)
  })

  it('writes replies that the contract accepts, in exclusive-C14N form, for any record', () => {
    fc.assert(
      fc.property(recordOf(person.person), fc.boolean(), (record, history) => {
        const body = reply(service, record, { history: String(history) })
        expect(faultsOf(service.contract, body)).toEqual([])
        using document = XmlDocument.fromString(body)
        expect(document.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 })).toBe(
          body,
        )
      }),
      { numRuns: 200 },
    )
  })

  it('writes every information type of the table from a whole record, the newest first', () => {
    const xml = dataOf(reply(service, whole, { history: 'true', language: 'nl' }))!
    const types = [...xml.matchAll(/ Type="(\d+)"/g)].map(([, type]) => type)
    expect(types.join(' ')).toBe(
      '000 001 001 004 010 010 011 013 018 019 020 020 023 024 026 031 031 032 070 100 101 110 114 ' +
        '120 120 123 123 140 140 140 141 150 151 195 195 196 210 250 251 252 253 254',
    )
    const all = dataOf(reply(service, wholeWithEntries, { history: 'true' }))!
    const written = new Set([...all.matchAll(/ Type="(\d+)"/g)].map(([, type]) => type))
    expect([...written].sort()).toEqual(informationTypesOf(service.version).map(({ type }) => type))
    expect(faultsOf(service.contract, reply(service, wholeWithEntries))).toEqual([])
    const own = {
      ...whole,
      familyMember: [
        { ...whole.familyMember[0]!, ssin: '81050103522' },
        { ssin: whole.nationalNumber, position: '3' },
      ],
    }
    expect(dataOf(reply(service, own))).toContain('<r:HeadOfFamily ')
    expect(faultsOf(service.contract, reply(service, own))).toEqual([])
  })

  it('writes the groups as the real replies have them', async () => {
    const xml = dataOf(reply(service, whole, { history: 'true', language: 'nl' }))!
    const lines = xml.replaceAll(/(<\/r:\w+>)(?=<r:\w+ xmlns)/g, '$1\n')
    await expect(`${lines}\n`).toMatchFileSnapshot('../output/information-types.txt')
  })

  it('writes the entries of a file, those that version 1 has not in version 2 alone', async () => {
    const body = reply(service, { entries }, { history: 'true' })
    expect(faultsOf(service.contract, body)).toEqual([])
    const lines = dataOf(body)!
      .replaceAll(/(<\/r:\w+>)(?=<r:\w+ xmlns)/g, '$1\n')
      .split('\n')
    const isNew = (line: string) => / Type="(?:021|247)"/.test(line)
    expect(lines.filter(isNew)).toHaveLength(service.version === 1 ? 0 : 2)
    const common = lines.filter((line) => !isNew(line))
    await expect(`${common.join('\n')}\n`).toMatchFileSnapshot('../output/file-entries.txt')
  })

  it('tells an entry once for each of the alternatives that the schema allows one of', () => {
    const move = { since: '2020-01-02', origin: '21001', destination: '62063' }
    const xml = dataOf(reply(service, { entries: { intendedMove: [move] } }))!
    expect(xml.match(/<r:Address /g)).toHaveLength(2)
    expect(xml).toMatch(/DestinationPlace><r:Code>62063.*OriginPlace><r:Code>21001/)
    expect(dataOf(reply(service, { entries: { intendedMove: [{ since: '2020-01-02' }] } }))).toBe(
      '',
    )
  })

  it('gives the newest entry, with the history those before, and all where several hold', () => {
    const card = (number: string, since: string) => ({ number, since })
    const record = {
      entries: {
        workPermit: [card('WP-2', '2020-01-02'), card('WP-1', '2019-01-02')],
        municipalInformation: [{ text: 'later' }, { text: 'sooner' }],
      },
    }
    const now = dataOf(reply(service, record))!
    expect(now).toContain('WP-2')
    expect(now).not.toContain('WP-1')
    expect(now).toMatch(/later.*sooner/)
    expect(dataOf(reply(service, record, { history: 'true' }))).toMatch(/WP-2.*WP-1/)
  })

  it('gives the history only when it is asked for', () => {
    expect(dataOf(reply(service, whole))).not.toContain('Am Relais')
    expect(dataOf(reply(service, whole, { history: '1' }))).toContain('Am Relais')
  })

  it('says labels in the language asked for, French when none is', () => {
    const civilState = (language?: string) =>
      /<r:Label>(\p{L}+)<\/r:Label><\/r:CivilState>/u.exec(
        reply(service, whole, language === undefined ? {} : { language }),
      )?.[1]
    expect([undefined, 'fr', 'nl', 'de'].map(civilState)).toEqual([
      'marié',
      'marié',
      'gehuwd',
      'verheiratet',
    ])
    const unknown = { civilStatus: { civilStatusCode: '77' } }
    expect(reply(service, unknown)).toContain('<r:Code>77</r:Code><r:Label>77</r:Label>')
  })

  it('repeats the request from its values, the status at its place', () => {
    const body = reply(service, whole, { language: 'nl', history: '0' })
    const answer = readReply(body)
    const echo = {
      ticket: 'a<b>&"c',
      timestampSent: '2026-03-02T09:15:00.123456+01:00',
      customerIdentification: { cbeNumber: '0884303369' },
    }
    expect(answer['informationCustomer']).toEqual(echo)
    expect(answer['legalContext']).toBe('social issues')
    expect(answer['searchInformation']).toEqual({
      ssin: '81120103571',
      language: 'nl',
      history: '0',
    })
    expect(Object.keys(answer).slice(3)).toEqual(
      service.version === 1
        ? ['status', 'searchInformation', 'rrn_it_implicit']
        : ['searchInformation', 'status', 'rrn_it_implicit'],
    )
  })

  it('has no data element when nothing is found, and none in a refusal', () => {
    for (const code of ['SSIN_UNKNOWN', 'NOT_INTEGRATED', 'NOTHING_GRANTED'] as const) {
      const status = findRefusalStatus(new GatewayError(code))!
      const body = reply(service, {}, {}, { records: [], status })
      expect(faultsOf(service.contract, body)).toEqual([])
      expect(body).toContain('<value>NO_RESULT</value>')
      expect(body).not.toContain('rrn_it_implicit')
    }
    const body = reply(service, {}, {}, { records: [], status: noDataFound })
    expect(body).toContain('<value>NO_DATA_FOUND</value>')
    expect(body).not.toContain('rrn_it_implicit')
  })

  it('tells a number with wrong check digits as its real replies do', () => {
    const prepared = operation.prepareXml(bodyChild(requestXml(service, { ssin: '81120103572' })))
    const body = prepared.writeXml(parts({ status: findRefusalStatus(prepared.invalid!)! }))
    expect(faultsOf(service.contract, body)).toEqual([])
    const { code, description, information } = readReply(body)['status'] as Record<string, unknown>
    expect([code, description]).toEqual(
      service.version === 1
        ? ['MSG00008', 'A validation error occurred.']
        : ['MSG00011', 'The structure of the ssin given in request is invalid.'],
    )
    expect(information).toEqual({ fieldName: 'ssin', fieldValue: '81120103572' })
  })

  it('counts a record of which it shows nothing as not found', () => {
    const prepared = operation.prepareXml(bodyChild(requestXml(service)))
    const shown: [Values, boolean][] = [
      [{ sex: '1' }, false],
      [{ nationalNumber: '81120103571' }, false],
      [{ nationalNumber: '81120103571', sex: '3' }, false],
      [{ nationalNumber: '81120103571', sex: '1' }, true],
      [{ formerResidence: whole.formerResidence }, false],
      [{ familyMember: whole.familyMember }, false],
    ]
    for (const [record, expected] of shown) {
      expect([record, prepared.shows(disclosed(record))]).toEqual([record, expected])
    }
    const history = operation.prepareXml(bodyChild(requestXml(service, { history: 'true' })))
    expect(history.shows(disclosed({ formerResidence: whole.formerResidence }))).toBe(true)
  })
})

/** What a number is answered with: the code of its refusal, or that the registers are asked. */
function outcomeOf(service: Service, ssin: string): string {
  const xml = requestXml(service, { ssin })
  if (faultsOf(service.contract, xml).length > 0) return 'MSG00004'
  const { invalid } = operationOf(service).prepareXml(bodyChild(xml))
  return invalid === undefined ? 'asked' : (findRefusalStatus(invalid)?.code ?? invalid.code)
}

/** Vectors of the published rules: number, version 1 (`\\d{11}`), version 2 (three patterns of CommonV3). */
const numbers = [
  ['81120103571', 'asked', 'asked', 'National Register'],
  ['19082416188', 'asked', 'asked', 'born 2019'],
  ['81050003552', 'asked', 'asked', 'day unknown'],
  ['10000100182', 'asked', 'asked', 'month and day unknown'],
  ['92200006963', 'asked', 'asked', 'bis, month unknown'],
  ['80240199943', 'asked', 'asked', 'bis, counter 999'],
  ['19282416134', 'asked', 'asked', 'bis, born 2019'],
  ['92521506931', 'asked', 'asked', 'bis, sex known'],
  ['00003241778', 'MSG00008', 'MSG00004', 'day 32'],
  ['24203200171', 'MSG00008', 'MSG00004', 'bis, day 32'],
  ['81130103578', 'MSG00008', 'MSG00004', 'month 13'],
  ['47060200096', 'MSG00008', 'MSG00004', 'counter 000'],
  ['81022903534', 'MSG00008', 'MSG00011', '29 February 1981'],
  ['99020299964', 'MSG00008', 'MSG00011', 'counter 999'],
  ['81050103521', 'MSG00008', 'MSG00011', 'wrong check digits'],
  ['8112010357', 'MSG00004', 'MSG00004', 'ten digits'],
  [' 81120103571', 'MSG00004', 'MSG00004', 'a space'],
  ['', 'MSG00004', 'MSG00004', 'empty'],
] as const

describe('a number', () => {
  it.each(numbers)('%s: v1 %s, v2 %s (%s)', (ssin, first, second) => {
    expect(versions.map(([, service]) => outcomeOf(service, ssin))).toEqual([first, second])
  })
})

describe('the element table of RetrieveTIGroups', () => {
  const service = retrieveTiGroupsService1

  it('holds every element that is written, and each of its rows is written', () => {
    const inTable = new Set(
      informationTypes.flatMap(({ place, rows }) =>
        rows.map(({ element }) => `${place}/${element}`),
      ),
    )
    const member = [
      { ssin: '81050103522', position: '1', names: whole.names, sex: '1', birthDate: '1981-05-01' },
      { ssin: whole.nationalNumber, position: '3', since: '2009-05-16' },
    ]
    const records: Values[] = [
      wholeWithEntries,
      {
        ...whole,
        familyMember: member,
        birth: { ...whole.birth, birthDate: '1981-12-01', birthCountryCode: '111' },
        mainResidence: { ...whole.mainResidence, countryCode: '111' },
      },
    ]
    const written = new Set(
      records.flatMap((record) =>
        elementsIn(reply(retrieveTiGroupsService2, record, { history: 'true' })),
      ),
    )
    // a death is told in Belgium only
    const never = [...inTable].filter((element) => !written.has(element))
    expect(never.filter((one) => !one.includes('Decease/Place2'))).toEqual([])
    const around = (element: string) => [...inTable].some((one) => one.startsWith(`${element}/`))
    expect([...written].filter((one) => !inTable.has(one) && !around(one))).toEqual([])
  })

  it('withholds an element when its paths are not granted, and gives it when they are', () => {
    const { gives } = operationOf(service)
    fc.assert(
      fc.property(fc.subarray([...gives]), (paths) => {
        const granted = new Set<Path>(paths)
        const record = project(wholeWithEntries, person.person, grantOf(...paths))
        const written = new Set(
          record === undefined ? [] : elementsIn(reply(service, record, { history: 'true' })),
        )
        for (const { place, needs, rows } of informationTypesOf(1)) {
          for (const { element, source } of rows) {
            if (!('paths' in source)) continue
            const open =
              areGranted(needs, granted) &&
              areGranted([source.paths, ...(source.needs ?? [])], granted)
            const name = `${place}/${element}`
            if (!open && written.has(name)) throw new Error(`${name} is written`)
          }
        }
        const shown = informationTypes.filter(({ place }) =>
          [...written].some((one) => one.startsWith(`${place}/`)),
        )
        for (const { needs } of shown) expect(areGranted(needs, granted)).toBe(true)
        if (!operationOf(service).yields(granted)) expect(written.size).toBe(0)
      }),
      { numRuns: 300 },
    )
  })

  it('refuses as nothing granted what the schema cannot show alone', () => {
    const { yields } = operationOf(service)
    const [number, sex] = informationTypes[0]!.needs
    expect(yields(new Set(sex))).toBe(false)
    expect(yields(new Set(number))).toBe(false)
    expect(yields(new Set([number![0]!, sex![0]!]))).toBe(true)
  })
})

/** Paths of all elements below `rrn_it_implicit`, containers included. */
function elementsIn(body: string): string[] {
  using document = XmlDocument.fromString(body)
  const paths: string[] = []
  const walk = (element: XmlElement, path: string) => {
    for (const child of element.find('*')) {
      if (!(child instanceof XmlElement)) continue
      const at = path === '' ? child.name : `${path}/${child.name}`
      paths.push(at)
      walk(child, at)
    }
  }
  const [data] = document.find('//rrn_it_implicit')
  if (data instanceof XmlElement) walk(data, '')
  return paths
}
