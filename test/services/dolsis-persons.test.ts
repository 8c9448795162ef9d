import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { project } from '../../src/deliberations/project.ts'
import { person } from '../../src/registers/person.ts'
import { dolsis2011PersonService } from '../../src/services/dolsis/persons.ts'
import type { ConsultOperation, ReplyParts } from '../../src/services/operation.ts'
import { findRefusalStatus, noDataFound } from '../../src/services/statuses.ts'
import { faultsOf } from '../contracts/committed.ts'
import { grantOf } from '../deliberations/grants.ts'
import { bodyChild, escape, parts, readReply } from './exchange-parts.ts'
import { checkMutatedXml } from './mutations.ts'
import { disclosed, recordOf, type Values } from './random-record.ts'

const { contract, namespace, operations } = dolsis2011PersonService
const operationOf = (name: string) => operations.get(`${name}Request`) as ConsultOperation
const detail = operationOf('getPersonDetail')
const search = operationOf('findPersonByPhoneticSearch')
const context = { sources: ['nationalRegister' as const], after: undefined, on: undefined as never }

const securityContext =
  '<securityContext><service>WELFARE</service><legalContext>PHARE:IDENTIFICATION</legalContext>' +
  '<role>Agent</role></securityContext>'

function requestXml(name: string, criteria: string): string {
  return (
    `<v1:${name}Request xmlns:v1="${namespace}"><informationCustomer><ticket>1</ticket>` +
    '<timestampSent>2026-03-02T09:15:00.120+01:00</timestampSent>' +
    '<customerIdentification><cbeNumber>0884303369</cbeNumber></customerIdentification>' +
    `</informationCustomer>${securityContext}<criteria>${criteria}</criteria></v1:${name}Request>`
  )
}

function detailXml(given: Readonly<Record<string, string>> = {}): string {
  const criteria = { ssin: '81120103571', familyComposition: 'true', addressHistory: 'true', ...given } // prettier-ignore
  return requestXml('getPersonDetail', leaves(criteria))
}

const found = { lastName: 'Lefèvre', birthDate: '1981-12-01', tolerance: '0' }
function searchXml(given: Readonly<Record<string, string>> = {}): string {
  return requestXml('findPersonByPhoneticSearch', leaves({ ...found, ...given }))
}

const leaves = (values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .map(([name, text]) => `<${name}>${escape(text)}</${name}>`)
    .join('')

const searched = { firstName: 'Anne', secondName: 'Marie', gender: 'female' }

function reply(xml: string, records: readonly Values[], given: Partial<ReplyParts> = {}): string {
  const operation = xml.includes('getPersonDetailRequest') ? detail : search
  const all = { records: records.map(disclosed), ...given }
  return operation.prepareXml(bodyChild(xml)).writeXml(parts(all))
}

const whole = {
  nationalNumber: '81120103571',
  register: 'nationalRegister',
  names: { lastName: 'Valbruyère & fils', firstNames: 'Camille Zoé Inès' },
  birth: { birthDate: '1981-12-00', birthPlace: 'Liège' },
  sex: '2',
  nationality: '150',
  mainResidence: { street: 'Rue du Quadrant', houseNumber: '12', zipCode: '1070', city: 'Anderlecht', countryCode: '150' }, // prettier-ignore
  civilStatus: { civilStatusCode: '20', sinceDate: '2009-05-16' },
  formerResidence: [
    { address: { street: 'Am Relais', city: 'Eupen', countryCode: '150' }, since: '2001-02-03' },
  ],
  familyMember: [
    { ssin: '81120103571', register: 'nationalRegister', names: { lastName: 'V' }, sex: '2', position: '1' }, // prettier-ignore
    { ssin: '81050103522', names: { lastName: 'W', firstNames: 'X Y Z' }, position: '2' },
    { ssin: '92200006963', register: 'bisRegister', names: { lastName: 'U' }, position: '3' },
  ],
}

describe('getPersonDetail', () => {
  it('asks for one person', () => {
    const prepared = detail.prepareXml(bodyChild(detailXml()))
    expect(prepared.envelope.legalContext).toBe('PHARE:IDENTIFICATION')
    expect(prepared.subject).toEqual({ kind: 'person', ssin: '81120103571' })
    expect(prepared.ask(context)).toEqual({
      kind: 'person',
      ssin: '81120103571',
      registers: ['nationalRegister'],
    })
  })

  it('repeats the request, then tells person, former addresses and household', () => {
    const xml = reply(detailXml(), [whole])
    expect(faultsOf(contract, xml)).toEqual([])
    expect(xml).toContain(securityContext)
    const { criteria, status, result } = readReply(xml) as Record<string, Values>
    expect(criteria).toEqual({ ssin: '81120103571', familyComposition: 'true', addressHistory: 'true' }) // prettier-ignore
    expect(status).toMatchObject({ value: 'DATA_FOUND', code: 'MSG00000' })
    expect(result).toMatchObject({
      person: { ssin: '81120103571', lastName: 'Valbruyère & fils', gender: 'female' },
      addressHistory: { address: { street: 'Am Relais', startDate: '2001-02-03' } },
      familyMember: [
        { positionCode: '1' },
        { person: { lastName: 'W', firstName: 'X', secondName: 'Y Z' }, positionCode: '2' },
        { person: { ssin: '92200006963' }, positionCode: '3' },
      ],
    })
    expect(xml).toContain('<familyMember householder="true"><person source="nr">')
    expect(xml).toContain('<person source="bis"><ssin>92200006963</ssin>')
    expect(xml).not.toContain('<photo>')
  })

  it('tells the reference person and the spouse alone, and no former address, when no more is asked', () => {
    const xml = reply(detailXml({ familyComposition: 'false', addressHistory: '0' }), [whole])
    expect(xml.match(/<positionCode>\d+/g)).toEqual(['<positionCode>1', '<positionCode>2'])
    expect(xml).not.toContain('addressHistory><address')
    expect(faultsOf(contract, xml)).toEqual([])
    // an empty element means its default, true
    const empty = reply(detailXml({ familyComposition: '', addressHistory: '' }), [whole])
    expect(empty.match(/<positionCode>/g)).toHaveLength(3)
    expect(empty).toContain('<addressHistory><address>')
  })

  it('counts a record of which it shows nothing as not found', () => {
    const shows = (xml: string, record: Values) =>
      detail.prepareXml(bodyChild(xml)).shows(disclosed(record))
    expect(shows(detailXml(), {})).toBe(false)
    expect(shows(detailXml(), { formerResidence: whole.formerResidence })).toBe(true)
    const without = detailXml({ addressHistory: 'false' })
    expect(shows(without, { formerResidence: whole.formerResidence })).toBe(false)
    expect(shows(detailXml(), { familyMember: [{ names: { lastName: 'W' } }] })).toBe(false)
    expect(shows(detailXml(), { names: { lastName: 'W' } })).toBe(true)
  })

  it('refuses as nothing granted what the schema cannot show', () => {
    const yields = (...paths: string[]) => detail.yields(grantOf(...paths).paths)
    expect(yields('person.nr.names')).toBe(true)
    expect(yields('person.familyMember.names')).toBe(false)
    expect(yields('person.familyMember.names', 'person.familyMember.position')).toBe(true)
    expect(yields('person.formerResidence.since')).toBe(true)
  })

  it('tells a wrong number as a status beside the echo', () => {
    const prepared = detail.prepareXml(bodyChild(detailXml({ ssin: '81120103572' })))
    expect(prepared.invalid).toMatchObject({ code: 'SSIN_STRUCTURE' })
    const xml = prepared.writeXml(parts({ status: findRefusalStatus(prepared.invalid!)! }))
    expect(faultsOf(contract, xml)).toEqual([])
    expect(readReply(xml)['status']).toMatchObject({ value: 'NO_RESULT', code: 'MSG00011' })
  })
})

describe('findPersonByPhoneticSearch', () => {
  it('asks for the sound of the names, the days and the sex', () => {
    const prepared = search.prepareXml(bodyChild(searchXml(searched)))
    expect(prepared.ask(context)).toEqual({
      kind: 'personsByName',
      search: {
        lastName: ['LFFR', '~LFFR'],
        firstNames: ['AN', 'MR'],
        born: { from: '1981-12-01', to: '1981-12-01' },
        sex: '2',
      },
      registers: ['nationalRegister'],
      limit: 100,
      ofMore: 'none',
      persons: [],
    })
    expect(prepared.subject).toMatchObject({ kind: 'search' })
    expect(prepared.keys).toEqual(['person.nr.names', 'person.nr.birth', 'person.nr.sex'])
    const without = search.prepareXml(bodyChild(searchXml({ gender: 'unknown' })))
    expect(without.keys).toEqual(['person.nr.names', 'person.nr.birth'])
  })

  it.each([
    ['1981-12-01', '0', undefined],
    ['1981-12-00', '1', undefined],
    ['1981-12-00', '12', undefined],
    ['1981-00-00', '99', undefined],
    ['1981-12-01', '1', 'tolerance'],
    ['1981-12-00', '0', 'tolerance'],
    ['1981-12-00', '13', 'tolerance'],
    ['1981-00-00', '0', 'tolerance'],
    ['1981-02-30', '0', 'birthDate'],
    ['0000-00-00', '1', 'birthDate'],
    ['1981-13-00', '1', 'birthDate'],
  ])('takes a birth date %s with a tolerance of %s: wrong is %s', (birthDate, tolerance, wrong) => {
    const xml = searchXml({ birthDate, tolerance })
    expect(faultsOf(contract, xml)).toEqual([])
    const prepared = search.prepareXml(bodyChild(xml))
    expect(prepared.invalid?.information).toEqual(
      wrong === undefined ? undefined : [{ fieldName: wrong }],
    )
    if (wrong === undefined) expect(prepared.ask(context)).toMatchObject({ kind: 'personsByName' })
  })

  it('takes no name without Latin letters, and no tolerance that the schema refuses', () => {
    const prepared = search.prepareXml(bodyChild(searchXml({ lastName: ' - ' })))
    expect(prepared.invalid).toMatchObject({ code: 'REQUEST_INVALID', information: [{ fieldName: 'lastName' }] }) // prettier-ignore
    for (const tolerance of ['100', '-1', '', 'x']) {
      expect(faultsOf(contract, searchXml({ tolerance }))).not.toEqual([])
    }
  })

  it('tells those who are found, by register, with names, birth date and sex', () => {
    const bis = {
      bisNumber: '92200006963',
      register: 'bisRegister',
      names: { lastName: 'Lefebvre' },
    }
    // struck off the National Register, whose number stays: the record tells the register
    const struckOff = { struckOffNumber: '81050103522', register: 'struckOffRegister', names: { lastName: 'Lefèvre' } } // prettier-ignore
    const xml = reply(searchXml(), [whole, bis, struckOff])
    expect(faultsOf(contract, xml)).toEqual([])
    expect(readReply(xml)['result']).toEqual({
      person: [
        {
          ssin: '81120103571',
          lastName: 'Valbruyère & fils',
          firstName: 'Camille',
          secondName: 'Zoé Inès',
          birthDate: '1981-12-00',
          gender: 'female',
          source: 'nr',
        },
        { ssin: '92200006963', lastName: 'Lefebvre', source: 'bis' },
        { ssin: '81050103522', lastName: 'Lefèvre', source: 'rad' },
      ],
    })
  })

  it('says by the codes of Dolsis that nobody was found, or that a register has too many', () => {
    const statusOf = (records: readonly Values[], given: Partial<ReplyParts>) => {
      const xml = reply(searchXml(), records, given)
      expect(faultsOf(contract, xml)).toEqual([])
      const { value, code } = readReply(xml)['status'] as Record<string, string>
      return [value, code]
    }
    const none = { status: noDataFound }
    expect(statusOf([whole], {})).toEqual(['DATA_FOUND', 'MSG00000'])
    expect(statusOf([], none)).toEqual(['NO_DATA_FOUND', 'DOLS0000'])
    const national = { more: ['nationalRegister'] } as const
    expect(statusOf([whole], national)).toEqual(['DATA_FOUND', 'DOLS0004'])
    expect(statusOf([whole], { more: ['bisRegister'] })).toEqual(['DATA_FOUND', 'DOLS0005'])
    const crossroadsBank = { more: ['struckOffRegister'] } as const
    expect(statusOf([whole], crossroadsBank)).toEqual(['DATA_FOUND', 'DOLS0005'])
    expect(statusOf([], { ...none, ...national })).toEqual(['NO_RESULT', 'DOLS0004'])
    const all = { more: ['nationalRegister', 'bisRegister'] } as const
    expect(statusOf([], { ...none, ...all })).toEqual(['NO_RESULT', 'DOLS0004'])
  })

  it('needs the number of a person', () => {
    expect(search.yields(grantOf('person.nr.names', 'person.nr.birth').paths)).toBe(false)
    expect(search.yields(grantOf('person.bisNumber').paths)).toBe(true)
    expect(search.prepareXml(bodyChild(searchXml())).shows(disclosed({ names: whole.names }))).toBe(false) // prettier-ignore
  })
})

describe.each([
  ['getPersonDetail', detail, detailXml({ photo: 'true' }), 'MSG00011'],
  ['findPersonByPhoneticSearch', search, searchXml(searched), 'MSG00008'],
] as const)('%s', (_, operation, request, refusal) => {
  it('writes any record as its schema wants it, whatever is granted of it', () => {
    fc.assert(
      fc.property(recordOf(person.person), fc.subarray([...operation.gives]), (record, paths) => {
        const shown = project(record, person.person, grantOf(...paths))
        const prepared = operation.prepareXml(bodyChild(request))
        const records = shown !== undefined && prepared.shows(shown) ? [shown] : []
        expect(faultsOf(contract, prepared.writeXml(parts({ records })))).toEqual([])
        if (!operation.yields(new Set(paths))) expect(records).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('changed ten thousand ways never crashes, never leaks, and gets the error of the contract', () => {
    expect(faultsOf(contract, request)).toEqual([])
    expect(checkMutatedXml(dolsis2011PersonService, operation, request)).toEqual(
      expect.arrayContaining(['answer', 'CONTRACT_INVALID', 'XML_MALFORMED', refusal]),
    )
  }, 60_000)
})
