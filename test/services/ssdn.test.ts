import fc from 'fast-check'
import { XmlDocument } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'
import { project } from '../../src/deliberations/project.ts'
import type { Path } from '../../src/registers/catalogue.ts'
import type { AnyBlock } from '../../src/registers/field.ts'
import { householdPersons } from '../../src/registers/household.ts'
import { person } from '../../src/registers/person.ts'
import { referenceDirectory } from '../../src/registers/reference-directory.ts'
import { areGranted } from '../../src/services/element-rows.ts'
import type { ConsultOperation, PreparedConsultation } from '../../src/services/operation.ts'
import { identifyByName, identifyBySsin } from '../../src/services/ssdn/identify-person.ts'
import { performInvestigationConsult } from '../../src/services/ssdn/perform-investigation.ts'
import { grantOf } from '../deliberations/grants.ts'
import { parts } from './exchange-parts.ts'
import { disclosed, recordOf, type Values } from './random-record.ts'
import {
  carriedBy,
  faultsOfReply,
  identifyPerson,
  performInvestigation,
  personData,
  prepare,
  prepareOne,
  referenceManager,
  replyOf,
  ssdnRequest,
  summariesOf,
} from './ssdn-parts.ts'

const ssin = '81120103571'

/** Requests of each consultation, and the block of its records. */
const consultations = [
  ['IdentifyPerson', identifyPerson({ ssin, verification: personData('V', '1981-12-01') }), person.person], // prettier-ignore
  ['IdentifyPerson by name', identifyPerson({ phonetic: '<LastName>V</LastName><BirthDate>1981-12-01</BirthDate>' }), person.person], // prettier-ignore
  ['PerformInvestigation', performInvestigation(ssin), householdPersons],
  ['ReferenceManager', referenceManager({ ssin }), referenceDirectory.inscription],
] as const

/** The document that answers a request, from these records as far as they are shown. */
function answer(request: string, prepared: PreparedConsultation, records: readonly Values[]) {
  const shown = records.map(disclosed).filter((one) => prepared.shows(one))
  const xml = replyOf(ssdnRequest(request), prepared.writeXml(parts({ records: shown })))
  expect(faultsOfReply(xml)).toEqual([])
  return carriedBy(xml)
}

describe.each(consultations)('%s', (_, request, block) => {
  it('writes replies that the contract accepts, for any record', () => {
    const prepared = prepareOne(request)
    fc.assert(
      fc.property(recordOf(block), (record) => {
        answer(request, prepared, [record])
      }),
      { numRuns: 200 },
    )
  })

  it('warns when nothing is found, and when nothing of what is found can be shown', () => {
    const prepared = prepareOne(request)
    for (const records of [[], [{}]]) {
      expect(summariesOf(answer(request, prepared, records))).toEqual([
        'WARNING 20000001',
        'WARNING MSG00100',
      ])
    }
  })
})

const whole = {
  nationalNumber: ssin,
  register: 'nationalRegister',
  names: { lastName: 'Valbruyère', firstNames: 'Camille Zoé' },
  namesSince: '2009-05-16',
  birth: { birthDate: '1981-12-01', birthPlace: 'Lille', birthCountryCode: '111' },
  sex: '2',
  sexSince: '2006-07-03',
  nationality: '150',
  nationalitySince: '1999-02-01',
  language: 'fr',
  mainResidence: {
    street: 'Rue du Quadrant',
    houseNumber: '12',
    postBox: '3',
    zipCode: '1070',
    municipalityCode: '21001',
  },
  mainResidenceSince: '2015-06-01',
  death: { deceaseDate: '2025-01-31', deceasePlace: 'Namur', deceaseMunicipalityCode: '92094' },
  civilStatus: { civilStatusCode: '20', sinceDate: '2009-05-16' },
  formerResidence: [{ address: { street: 'Am Relais', countryCode: '111' }, since: '2001-02-03' }],
  familyMember: [
    { ssin, position: '1' },
    { ssin: '81050103522', position: '2', since: '2009-05-16' },
  ],
  spouse: {
    ssin: '81050103522',
    names: { lastName: 'W', firstNames: 'X Y' },
    sex: '1',
    birthDate: '1981-05-01',
  },
  temporaryAddress: {
    address: { street: 'Kwadrantstraat', houseNumber: '31' },
    since: '2023-09-18',
  },
  postalAddressAbroad: {
    address: { street: 'BP 12', city: 'Lille', countryCode: '111' },
    since: '2011-01-03',
  },
  identityCard: [{ number: '591234567890' }, { number: '590000000000' }],
  socialSecurityCard: [{ number: '9123456789' }],
}

/** Somebody who lives with that person. */
const member = {
  bisNumber: '92200006963',
  register: 'bisRegister',
  names: { lastName: 'Other' },
  birth: { birthDate: '1992-00-00' },
  mainResidence: { street: 'Rue du Membre' },
}
const both = { person: whole, member: [member] }

const identify = (verification?: string) => {
  const request = identifyPerson({ ssin, ...(verification !== undefined && { verification }) })
  return answer(request, prepareOne(request), [whole])
}

describe('IdentifyPerson', () => {
  it('tells the basic data, and more once a datum given is that person’s', () => {
    expect(identify()).not.toContain('Extended')
    const right = identify(personData('VALBRUYÈRE', '1981-12-01', 'Camille'))
    expect(summariesOf(right)).toEqual(['YES', 'YES 12007001'])
    expect(right).toContain(
      '<ns3:Extended><ns3:CivilState>20</ns3:CivilState><ns3:BirthLocationCode>111</ns3:BirthLocationCode>',
    )
    const wrong = identify(personData('Valbruyère', '1981-12-02', 'Camile'))
    expect(summariesOf(wrong)).toEqual(['WARNING 20000001', 'WARNING 22007007'])
    expect([...wrong.matchAll(/<ns2:FieldName>([^<]*)/g)].map(([, name]) => name)).toEqual([
      'Phonetic Information: Birth Date',
      'Phonetic Information: First Name',
    ])
    expect(wrong).not.toContain('Extended')
    const card = identify('<SISCardNumber>1234567890</SISCardNumber>')
    expect([summariesOf(card), card.includes('Extended')]).toEqual([['YES', 'YES'], false])
  })

  it('takes the number of the card of today for a proof, and of no other card', () => {
    const proofs = [
      ['<SISCardNumber>9123456789</SISCardNumber>', 'YES 12007001'],
      ['<IdentityCardNumber>591234567890</IdentityCardNumber>', 'YES 12007001'],
      ['<IdentityCardNumber>590000000000</IdentityCardNumber>', 'YES'],
      ['<SISCardNumber>5912345678</SISCardNumber>', 'YES'],
    ] as const
    for (const [proof, expected] of proofs) {
      expect([proof, ...summariesOf(identify(proof))]).toEqual([proof, 'YES', expected])
    }
    const request = identifyPerson({ ssin, verification: proofs[1][0] })
    const withoutCard = { ...whole, identityCard: [] }
    expect(summariesOf(answer(request, prepareOne(request), [withoutCard]))).toEqual(['YES', 'YES'])
  })

  it('writes an empty Extended when nothing more is known or granted', () => {
    const request = identifyPerson({ ssin, verification: personData('V', '1981-12-01') })
    const record = { nationalNumber: ssin, names: { lastName: 'V' }, birth: { birthDate: '1981-12-01' } } // prettier-ignore
    const reply = answer(request, prepareOne(request), [record])
    expect(reply).toContain('<ns3:Extended/></ns3:LimitedLegalData>'.replace('/>', '></ns3:Extended>')) // prettier-ignore
  })

  it('ignores phonetic criteria beside a number, and says so', () => {
    const phonetic = '<LastName>V</LastName><BirthDate>1981-12-01</BirthDate>'
    const request = identifyPerson({ ssin, phonetic })
    const reply = answer(request, prepareOne(request), [whole])
    expect(summariesOf(reply)).toEqual(['WARNING 20000001', 'WARNING 21007001'])
  })

  it('says by the codes of the list what is missing', () => {
    const born = (date: string, more = '') => `<LastName>V</LastName><BirthDate>${date}</BirthDate>${more}` // prettier-ignore
    const cases: readonly [object, string, string | undefined][] = [
      [{}, '31000007', 'SSIN'],
      [{ ssin, verification: '' }, '31000007', 'VerificationData'],
      [{ phonetic: '<LastName> </LastName><BirthDate>1981-12-01</BirthDate>' }, '31000007', 'Phonetic Criteria: Last Name'], // prettier-ignore
      [{ phonetic: born('1981-12-00') }, '31009001', 'Phonetic Criteria: Birth Date'],
      [{ phonetic: born('1981-13-01') }, 'MSG00008', 'Phonetic Criteria: Birth Date'],
      [{ phonetic: born('1981-12-00', '<Tolerance>100</Tolerance>') }, 'MSG00008', 'Phonetic Criteria: Birth Date Tolerance'], // prettier-ignore
      [{ ssin: '81120103572' }, 'MSG00011', 'SSIN'],
    ]
    for (const [given, code, field] of cases) {
      const request = identifyPerson(given)
      const { invalid } = prepareOne(request)
      const [one] = prepareBundle(request)
      const xml = replyOf(ssdnRequest(request), one!.refuse(invalid!))
      expect(faultsOfReply(xml)).toEqual([])
      expect(summariesOf(carriedBy(xml))).toEqual(['NO 30000001', `NO ${code}`])
      expect(/<ns2:FieldName>([^<]*)/.exec(carriedBy(xml))?.[1]).toBe(field)
    }
  })
})

describe('PerformInvestigation', () => {
  const investigate = (groups?: readonly string[]) => {
    const request = performInvestigation(ssin, groups)
    return answer(request, prepareOne(request), [both])
  }
  const peopleIn = (reply: string, group: string) =>
    [
      ...(new RegExp(`<ns3:${group}>(.*)</ns3:${group}>`).exec(reply)?.[1] ?? '').matchAll(
        /<(?:ns4:Citizen|ns3:AddressHistory) [^>]*><ns\d:SocialSecurityUser>(\d+)</g,
      ),
    ].map(([, one]) => one)

  it('gives the other groups of every member with the composition of the family, and of nobody else without', () => {
    const all = investigate()
    for (const group of ['CitizenGroup', 'AddressHistoryGroup']) {
      expect(peopleIn(all, group)).toEqual([ssin, member.bisNumber])
    }
    expect(all).toContain('<ns3:EntryDate>2009-05-16</ns3:EntryDate>')
    const citizens = investigate(['FamilyCompositionGroup', 'CitizenGroup'])
    expect(peopleIn(citizens, 'CitizenGroup')).toEqual([ssin, member.bisNumber])
    expect(citizens).not.toContain('AddressHistoryGroup')
  })

  it('asks for the members when the composition of the family is asked for, by their numbers', () => {
    const keysOf = (groups?: readonly string[]) => {
      const asked = prepareOne(performInvestigation(ssin, groups)).ask({
        sources: ['nationalRegister'],
        after: undefined,
        on: '2026-01-01' as never,
      })
      return asked.kind === 'household' ? asked.memberKeys : asked
    }
    expect(keysOf()).toEqual(['person.familyMember.ssin'])
    expect(keysOf(['FamilyCompositionGroup'])).toEqual(['person.familyMember.ssin'])
    expect(keysOf(['CitizenGroup', 'AddressHistoryGroup'])).toBeUndefined()
  })

  it('gives no more persons than the schema takes', () => {
    const request = performInvestigation(ssin)
    const many = { person: whole, member: Array.from({ length: 120 }, () => member) }
    const reply = answer(request, prepareOne(request), [many])
    expect(peopleIn(reply, 'CitizenGroup')).toHaveLength(100)
    expect(peopleIn(reply, 'AddressHistoryGroup')).toHaveLength(100)
  })

  it('gives every group that is asked for, and all when none is named', () => {
    const groupsIn = (reply: string) => reply.match(/(?<=<ns3:)\w+Group(?=>)/g)
    expect(groupsIn(investigate())).toEqual([
      'FamilyCompositionGroup',
      'CitizenGroup',
      'AddressHistoryGroup',
    ])
    expect(groupsIn(investigate(['CitizenGroup']))).toEqual(['CitizenGroup'])
    const addresses = investigate(['AddressHistoryGroup'])
    const datesOf = (name: string) =>
      addresses.match(new RegExp(`(?<=<ns3:${name} modificationDate=")[^"]*`, 'g'))
    expect(datesOf('StandardAddress')).toEqual(['2015-06-01', '2001-02-03'])
    // the one abroad was kept by no municipality of Belgium
    expect(datesOf('ManagerLocation')).toEqual(['2015-06-01'])
  })

  it('tells since when each datum holds, the temporary address and who keeps the address', () => {
    const citizen = investigate(['CitizenGroup'])
    const dates = [...citizen.matchAll(/<ns4:(\w+) modificationDate="([^"]*)"/g)]
    expect(dates.map(([, name, date]) => `${name} ${date}`)).toEqual([
      'Name 2009-05-16',
      'Gender 2006-07-03',
      'CivilState 2009-05-16',
      'ManagerLocation 2015-06-01',
      'StandardAddress 2015-06-01',
      'TemporaryAddress 2023-09-18',
      'PostAddressAbroad 2011-01-03',
      'Nationality 1999-02-01',
    ])
    expect(citizen).toContain('<ns4:Address>Kwadrantstraat 31</ns4:Address>')
    expect(citizen).toContain('<ns4:BirthDate>1981-05-01</ns4:BirthDate><ns4:Gender>1</ns4:Gender>')
    expect(citizen).toContain(
      '<ns4:LinguisticRegime>1</ns4:LinguisticRegime></ns4:ManagerLocation>',
    )
  })

  it.each([
    [{ birthMunicipalityCode: '62063', birthCountryCode: '150' }, '62063'],
    [{ birthMunicipalityCode: '62063' }, '62063'],
    [{ birthCountryCode: '111' }, '111'],
    [{ birthCountryCode: '150' }, undefined],
  ])(
    'tells a place of birth by the code of the municipality, or of the country abroad: %j',
    (place, code) => {
      const request = performInvestigation(ssin, ['CitizenGroup'])
      const birth = { birthDate: '1981-12-01', ...place }
      const reply = answer(request, prepareOne(request), [{ person: { ...whole, birth } }])
      expect(/<ns4:Birth>.*?<ns4:Code>(\d+)<.*?<\/ns4:Birth>/.exec(reply)?.[1]).toBe(code)
    },
  )

  it('has no data of the wait register, and says so', () => {
    expect(summariesOf(investigate(['CitizenGroup', 'WaitRegisterGroup']))).toEqual([
      'WARNING 20000001',
      'WARNING MSG00100',
    ])
    expect(investigate(['WaitRegisterGroup'])).not.toContain('DataGroups')
  })
})

function prepareBundle(request: string) {
  return prepare(ssdnRequest(request)).requests
}

/** Names of the elements below a place, from it downward; attributes of dates as `@name`. */
function elementsIn(document: string): ReadonlySet<string> {
  using parsed = XmlDocument.fromString(document)
  const pathOf = (node: unknown) => {
    const path: string[] = []
    for (let at = node as { name: string; parent: unknown } | null; at !== null; at = at.parent as typeof at) path.unshift(at.name) // prettier-ignore
    return path.join('/')
  }
  const dated = parsed
    .find('//*[@modificationDate]')
    .map((node) => `${pathOf(node)}/@modificationDate`)
  return new Set([...parsed.find('//*').map(pathOf), ...dated])
}

const tables: readonly [string, string, ConsultOperation, string, AnyBlock, object][] = [
  ['IdentifyPerson', identifyPerson({ ssin, verification: personData('Valbruyère', '1981-12-01') }), identifyBySsin, 'IdentifyPersonReply/', person.person, whole], // prettier-ignore
  ['PerformInvestigation', performInvestigation(ssin), performInvestigationConsult, 'PerformInvestigationReply/DataGroups/', householdPersons, both], // prettier-ignore
]

describe.each(tables)('the element table of %s', (_, request, operation, below, block, full) => {
  const written = (record: object | undefined) => {
    const prepared = prepareOne(request)
    const reply = answer(request, prepared, record === undefined ? [] : [record as Values])
    return [...elementsIn(reply)].flatMap((path) => path.split(below)[1] ?? [])
  }
  const plain = (element: string) => element.replace(/\[\w+=\w+\]/g, '')

  it('withholds an element when its paths are not granted', () => {
    fc.assert(
      fc.property(fc.subarray([...operation.gives]), (granted) => {
        const given = new Set<Path>(granted)
        const found = new Set(written(project(full, block, grantOf(...granted))))
        for (const { place, needs, rows } of operation.elements!) {
          for (const { element, source } of rows) {
            if (!('paths' in source)) continue
            const open =
              areGranted(needs, given) && areGranted([source.paths, ...(source.needs ?? [])], given)
            // a name that the schema wants is written empty
            if (!open && !element.endsWith('/LastName'))
              expect(found).not.toContain(`${place}/${plain(element)}`)
          }
        }
        if (!operation.yields(given)) expect([...found].filter((one) => one.includes('/'))).toEqual([]) // prettier-ignore
      }),
      { numRuns: 200 },
    )
  })

  it('holds every element that is written', () => {
    const known = operation.elements!.flatMap(({ place, rows }) =>
      rows.map(({ element }) => `${place}/${plain(element)}`),
    )
    const around = (path: string) => known.some((one) => one.startsWith(`${path}/`))
    const others = written(full).filter((path) => !known.includes(path) && !around(path))
    expect(others).toEqual([])
  })
})

it('both ways to identify a person give the same', () => {
  expect(identifyByName.elements).toBe(identifyBySsin.elements)
})
