import { readCivilDate } from '../../src/base/civil-date.ts'
import fc from 'fast-check'
import { XmlC14NMode, XmlDocument } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'
import { contracts, faultsOf } from '../contracts/committed.ts'
import { GatewayError } from '../../src/base/errors.ts'
import type { Field } from '../../src/registers/field.ts'
import type { PersonRecord } from '../../src/registers/person.ts'
import { person } from '../../src/registers/person.ts'
import type { Service } from '../../src/services/operation.ts'
import { isOwn } from '../../src/services/own-contract.ts'
import { findRefusalStatus, noDataFound } from '../../src/services/statuses.ts'
import { recordWriter } from '../../src/services/write-record.ts'
import {
  bodyChild,
  consultations,
  criteria,
  parts,
  readReply,
  requestXml,
} from './exchange-parts.ts'
import { asRead, disclosed, recordOf, type Values } from './random-record.ts'

const filtered = ['person.nr.names', 'dmfa.companyVehicle']

function definitionOf(service: Service, name: string) {
  return isOwn(service)
    ? service.definition.operations.find((operation) => operation.name === name)!
    : expect.unreachable('every consultation is ours')
}

describe.each(consultations)('%s', (name, service, operation) => {
  const { record: element, many, paged } = definitionOf(service, name)
  const asked = criteria[`${service.name}.${name}`]!
  const request = bodyChild(requestXml(service, name))
  const prepared = operation.prepareXml(request)
  const records = fc.array(recordOf(operation.block), { minLength: 1, maxLength: many ? 2 : 1 })
  const pages = paged ? { nextOffset: 'next<&>' } : {}

  it('has a valid request that the contract accepts', () => {
    expect(faultsOf(service.contract, requestXml(service, name))).toEqual([])
  })

  it('writes XML that the contract accepts, in exclusive-C14N form, for any record', () => {
    fc.assert(
      fc.property(records, (values) => {
        const body = prepared.writeXml(
          parts({ records: values.map(disclosed), filtered, ...pages }),
        )
        expect(faultsOf(service.contract, body)).toEqual([])
        using document = XmlDocument.fromString(body)
        expect(document.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 })).toBe(
          body,
        )
      }),
      { numRuns: 40 },
    )
  })

  it('writes XML in which another reader finds exactly the record', () => {
    fc.assert(
      fc.property(records, (values) => {
        const body = prepared.writeXml(parts({ records: values.map(disclosed), ...pages }))
        const expected = values.map((one) => asRead(operation.block, one))
        expect(readReply(body)['result']).toEqual({
          [element]: expected.length === 1 ? expected[0] : expected,
          ...pages,
        })
      }),
      { numRuns: 40 },
    )
  })

  it('can write every value that it gives, and the contract accepts them all', () => {
    const [whole] = fc.sample(recordOf(operation.block, 'whole'), { numRuns: 1, seed: 1 })
    const body = prepared.writeXml(parts({ records: [disclosed(whole!)] }))
    expect(faultsOf(service.contract, body)).toEqual([])
    const written = new Set(body.match(/<\w+>/g))
    // what is derived from a path stands under a name of its own
    const derived = Object.entries(operation.block.fields as Record<string, Field>).filter(
      ([, { about }]) => about.derivedFrom !== undefined,
    )
    const names = [
      ...derived.map(([own]) => `<${own}>`),
      ...(derived.length > 0 &&
      derived.length === Object.keys(operation.block.fields as object).length
        ? []
        : operation.gives.map((path) => `<${path.split('.').at(-1)!}>`)),
    ]
    expect(names.filter((one) => !written.has(one))).toEqual([])
  })

  it('writes JSON that the contract accepts, and exactly the record', () => {
    const check = contracts.jsonReply(service.contract, name)
    fc.assert(
      fc.property(records, (values) => {
        const json = JSON.parse(
          JSON.stringify(
            prepared.writeJson(parts({ records: values.map(disclosed), filtered, ...pages })),
          ),
        ) as Record<string, unknown>
        expect(check(json)).toEqual([])
        const quarters = (text: string) =>
          text.replace(/"(quarter|affiliationQuarter)":"(\d{4})(\d)"/g, '"$1":"$2Q$3"')
        const expected = JSON.parse(quarters(JSON.stringify(values))) as Values[]
        expect(json['result']).toEqual({ [element]: many ? expected : expected[0], ...pages })
      }),
      { numRuns: 40 },
    )
  })

  it('repeats the request from its values, and not its informationCBSS', () => {
    const body = prepared.writeXml(parts())
    const { informationCustomer, informationCBSS, legalContext, criteria: echo } = readReply(body)
    expect({ informationCustomer, legalContext, criteria: echo }).toEqual({
      informationCustomer: {
        ticket: 'a<b>&"c',
        timestampSent: '2026-03-02T09:15:00.123456+01:00',
        customerIdentification: { cbeNumber: '0884303369' },
      },
      legalContext: 'A:B & C',
      criteria: Object.fromEntries(
        Object.entries(asked).map(([key, value]) => [key, String(value)]),
      ),
    })
    expect(informationCBSS).toEqual({
      ticketCBSS: '5d0c2c9e-7a51-4f0b-9c53-2f1f6b1f0a11',
      timestampReceive: '2026-03-02T08:15:00.5Z',
      timestampReply: '2026-03-02T08:15:01Z',
    })
    expect(body).not.toMatch(/client:|unused|\n/)
  })

  it('repeats sector and institution', () => {
    const customer = '<sector>17</sector><institution> 001 </institution>'
    const xml = requestXml(service, name, asked, customer)
    expect(faultsOf(service.contract, xml)).toEqual([])
    const body = operation.prepareXml(bodyChild(xml)).writeXml(parts())
    expect(body).toContain(
      '<customerIdentification><sector>17</sector><institution>1</institution></customerIdentification>',
    )
    expect(faultsOf(service.contract, body)).toEqual([])
  })

  it('reads the same request from JSON, and answers it alike', () => {
    const json = {
      informationCustomer: {
        ticket: 'a<b>&"c',
        timestampSent: '2026-03-02T09:15:00.123456+01:00',
        customerIdentification: { cbeNumber: '0884303369' },
      },
      legalContext: 'A:B & C',
      criteria: asked,
    }
    expect(contracts.jsonRequest(service.contract, name)(json)).toEqual([])
    const fromJson = operation.prepareJson(json)
    expect(fromJson.envelope).toEqual(prepared.envelope)
    expect(fromJson.subject).toEqual(prepared.subject)
    const context = {
      sources: ['nationalRegister'] as const,
      after: undefined,
      on: readCivilDate('2026-03-02')!,
    }
    expect(fromJson.ask(context)).toEqual(prepared.ask(context))
    expect(fromJson.writeXml(parts())).toBe(prepared.writeXml(parts()))
    const { legalContext } = json
    const bare = operation.prepareJson({ legalContext, criteria: asked })
    expect(bare.envelope).toEqual({ legalContext })
    expect(fromJson.writeJson(parts())).toMatchObject(json)
    const sector = {
      ...json,
      informationCustomer: { customerIdentification: { sector: 17, institution: 1 } },
    }
    expect(contracts.jsonRequest(service.contract, name)(sector)).toEqual([])
    expect(operation.prepareJson(sector).writeJson(parts())).toMatchObject(sector)
  })

  it('has no result and says what is filtered when there are no data', () => {
    const body = prepared.writeXml(parts({ status: noDataFound, filtered }))
    expect(faultsOf(service.contract, body)).toEqual([])
    const reply = readReply(body)
    expect(reply['result']).toBeUndefined()
    expect(reply['dataFilters']).toEqual({ filteredElement: filtered })
    expect(reply['status']).toEqual({
      value: 'NO_DATA_FOUND',
      code: 'MSG00100',
      description: 'Treatment successful, but no data found at the supplier.',
    })
  })

  it('tells a refusal as a status, with what may be known of it', () => {
    const status = findRefusalStatus(
      new GatewayError('SSIN_STRUCTURE', 'detail of ours', [{ fieldName: 'ssin' }]),
    )!
    const body = prepared.writeXml(parts({ status }))
    expect(faultsOf(service.contract, body)).toEqual([])
    expect(readReply(body)['status']).toEqual({
      value: 'NO_RESULT',
      code: 'MSG00011',
      description: 'The structure of the ssin given in request is invalid.',
      information: { fieldName: 'ssin' },
    })
    expect(
      contracts.jsonReply(service.contract, name)(prepared.writeJson(parts({ status }))),
    ).toEqual([])
  })

  it('gives only paths of its block, each once', () => {
    expect(new Set(operation.gives).size).toBe(operation.gives.length)
    const [register] = operation.block.path.split('.')
    expect(operation.gives.filter((path) => !path.startsWith(`${register}.`))).toEqual([])
  })
})

describe('a writer of records', () => {
  it('takes no record that was not disclosed', () => {
    const raw: PersonRecord = { nationalNumber: '81120103571' }
    // @ts-expect-error a raw record must not compile: only a projection leaves the house
    expect(recordWriter('person', person.person).xml(raw)).toBe(
      '<person><nationalNumber>81120103571</nationalNumber></person>',
    )
  })

  it('writes nothing for a name that the catalogue lacks', () => {
    const record = disclosed({ secret: 'x', names: { lastName: 'A', secret: 'x' } })
    const writer = recordWriter('person', person.person)
    expect(writer.xml(record)).toBe('<person><names><lastName>A</lastName></names></person>')
    expect(writer.json(record)).toEqual({ names: { lastName: 'A' } })
  })

  it('replaces what XML cannot carry', () => {
    const writer = recordWriter('person', person.person)
    expect(writer.xml(disclosed({ profession: 'a\u0001\uD800\uFFFE\u{1F600}\t\r' }))).toBe(
      '<person><profession>a\uFFFD\uFFFD\uFFFD\u{1F600}\t&#xD;</profession></person>',
    )
  })

  it('writes fields, then blocks, in the order of the catalogue, whatever the order of the record', () => {
    const { block } = consultations.find(([name]) => name === 'consultByWorker')![2]
    const one = { quarter: '20261', registrationNumber: '100006', naturalPerson: [{ ssin: '1' }] }
    const other = Object.fromEntries(Object.entries(one).reverse())
    const { xml } = recordWriter('declaration', block)
    expect(xml(disclosed(one))).toBe(
      '<declaration><registrationNumber>100006</registrationNumber><quarter>2026Q1</quarter>' +
        '<naturalPerson><ssin>1</ssin></naturalPerson></declaration>',
    )
    expect(xml(disclosed(other))).toBe(xml(disclosed(one)))
  })
})
