import { XmlDocument, type XmlElement } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'
import type { GatewayError } from '../../src/base/errors.ts'
import { compileContracts } from '../../src/contracts/contracts.ts'
import { committedFiles, contracts, faultsOf, neededContracts } from './committed.ts'

const person = 'urn:quadrivium:PersonService:v1'
const customer =
  '<informationCustomer><customerIdentification><cbeNumber>0884303369</cbeNumber>' +
  '</customerIdentification></informationCustomer>'

function personRequest(content: string, attributes = ''): string {
  return `<q:consultPersonRequest xmlns:q="${person}"${attributes}>${content}</q:consultPersonRequest>`
}

const good = personRequest(
  `${customer}<legalContext>A:B</legalContext><criteria><ssin>81120103571</ssin></criteria>`,
)

/** Validates the first child of the Body of an envelope. */
function checkInEnvelope(body: string, header = ''): void {
  using document = XmlDocument.fromString(
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/">' +
      `<e:Header>${header}</e:Header><e:Body>${body}</e:Body></e:Envelope>`,
  )
  const child = (document.root.lastChild as XmlElement).firstChild as XmlElement
  contracts.xml('PersonService/v1').check(child)
}

describe('an XSD contract', () => {
  it('accepts a request, also one whose prefix was declared outside', () => {
    expect(faultsOf('PersonService/v1', good)).toEqual([])
    checkInEnvelope(good)
  })

  it('looks neither at the header nor at siblings of the element', () => {
    const wrong = personRequest('<bad/>')
    expect(() => checkInEnvelope(good + wrong + '<other/>', wrong)).not.toThrow()
  })

  it.each([
    [
      'a value that breaks a pattern',
      good.replace('81120103571', '8112-secret'),
      'criteria/ssin',
      'pattern',
    ],
    [
      'a value that is too long',
      good.replace('A:B', 'secret'.repeat(20)),
      'legalContext',
      'maxLength',
    ],
    [
      'an element that is missing',
      good.replace(/<criteria>.*<\/criteria>/, ''),
      'consultPersonRequest',
      'missing element',
    ],
    [
      'an element of its own',
      good.replace('<legalContext>', '<secret/><legalContext>'),
      '*',
      'unexpected element',
    ],
    [
      'a known element at another place',
      good.replace('<ssin>', '<offset/><ssin>'),
      'criteria/offset',
      'unexpected element',
    ],
    [
      'an attribute',
      good.replace('<criteria>', '<criteria secret="secret">'),
      'criteria',
      'attribute',
    ],
    [
      'text between elements',
      good.replace('<criteria>', 'secret<criteria>'),
      'consultPersonRequest',
      'text between elements',
    ],
    [
      'children in a namespace',
      good.replace('<legalContext>', '<legalContext xmlns="urn:secret">'),
      '*',
      'unexpected element',
    ],
    ['another root', '<q:secret xmlns:q="urn:secret"/>', '*', 'unknown element'],
    [
      'a type of its own',
      personRequest(
        '',
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="q:secret"',
      ),
      'consultPersonRequest',
      'type',
    ],
  ])('refuses %s and tells place and rule, never a value', (_, xml, fieldName, fieldValue) => {
    const [first, ...rest] = faultsOf('PersonService/v1', xml)
    expect(first).toEqual({ fieldName, fieldValue })
    expect(JSON.stringify([first, ...rest])).not.toContain('secret')
  })

  it('tells the place relative to the body child when it stands in an envelope', () => {
    const wrong = good.replace('81120103571', '1')
    expect(() => checkInEnvelope(wrong)).toThrow(
      expect.objectContaining({
        code: 'CONTRACT_INVALID',
        message: 'request does not follow its schema',
        information: [{ fieldName: 'criteria/ssin', fieldValue: 'pattern' }],
      }) as GatewayError,
    )
  })

  it('loads nothing that a message points to', () => {
    const xsi = 'http://www.w3.org/2001/XMLSchema-instance'
    const pointing = good.replace(
      `xmlns:q="${person}"`,
      `xmlns:q="${person}" xmlns:xsi="${xsi}" xsi:schemaLocation="urn:x file:///etc/passwd ${person} quadrivium:/x.xsd"`,
    )
    expect(faultsOf('PersonService/v1', pointing)).toEqual([])
  })

  it('holds for TestConnection: one echo, no customer', () => {
    const namespace = 'http://kszbcss.fgov.be/intf/TestConnectionServiceService/v1'
    const request = (content: string) =>
      `<v1:sendTestMessageRequest xmlns:v1="${namespace}">${content}</v1:sendTestMessageRequest>`
    const check = (content: string) => faultsOf('TestConnectionServiceService/v1', request(content))
    expect(check('<echo>hello</echo>')).toEqual([])
    expect(check('<echo/><echo/>')).toEqual([
      { fieldName: 'echo', fieldValue: 'unexpected element' },
    ])
    expect(check(`${customer}<echo/>`)).toEqual([
      { fieldName: 'informationCustomer', fieldValue: 'unexpected element' },
    ])
  })
})

describe('a JSON contract', () => {
  const check = contracts.jsonRequest('DmfaConsultationService/v1', 'consultByEmployer')
  const request = { legalContext: 'A:B', criteria: { nssoNumber: '100006', quarter: '2026Q1' } }
  const of = (document: unknown) =>
    check(document).map(({ instancePath, keyword }) => [instancePath, keyword])

  it('accepts a request', () => {
    expect(of(request)).toEqual([])
    expect(of({ ...request, criteria: { ...request.criteria, maxResults: 2000 } })).toEqual([])
  })

  it('coerces nothing', () => {
    const { criteria } = request
    expect(of({ ...request, criteria: { ...criteria, maxResults: '5' } })).toEqual([
      ['/criteria/maxResults', 'type'],
    ])
    expect(of({ ...request, criteria: { ...criteria, nssoNumber: 100006 } })).toEqual([
      ['/criteria/nssoNumber', 'type'],
    ])
  })

  it('refuses members that the contract lacks, those of every object included', () => {
    expect(of({ ...request, x: 1 })).toEqual([['', 'additionalProperties']])
    expect(of(JSON.parse('{"legalContext":"A:B","criteria":{},"__proto__":{}}'))).toEqual([
      ['', 'additionalProperties'],
      ['/criteria', 'required'],
      ['/criteria', 'required'],
    ])
    expect(of({ ...request, criteria: Object.create(request.criteria) as unknown })).toEqual([
      ['/criteria', 'required'],
      ['/criteria', 'required'],
    ])
  })

  it('tells at most 25 faults', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`x${index}`, 1]))
    expect(of({ ...request, ...many })).toHaveLength(25)
  })
})

describe('compiling the contracts', () => {
  const without = (path: string) => committedFiles.filter((file) => file.path !== path)

  it.each([
    [
      'PersonService/v1/PersonService.xsd',
      'schema `schemas/PersonService/v1/PersonService.xsd` is missing',
    ],
    [
      'PersonService/v1/consultPerson.reply.json',
      'schema `schemas/PersonService/v1/consultPerson.reply.json` is missing',
    ],
  ])('stops with one sentence when %s is missing', (path, message) => {
    expect(() => compileContracts(without(path), neededContracts)).toThrow(message)
  })

  it('stops when an imported schema is missing, and reads no other file for it', () => {
    expect(() => compileContracts(without('common/v3/CommonV3.xsd'), neededContracts)).toThrow(
      'schema `schemas/PersonService/v1/PersonService.xsd` does not compile',
    )
  })

  it('stops when a schema is wrong', () => {
    const broken = committedFiles.map((file) =>
      file.path.endsWith('consultPerson.request.json')
        ? { ...file, bytes: new TextEncoder().encode('{"type":"objekt"}') }
        : file,
    )
    expect(() => compileContracts(broken, neededContracts)).toThrow(
      'schema `schemas/PersonService/v1/consultPerson.request.json` does not compile',
    )
  })

  it('refuses to hand out what was not compiled', () => {
    expect(() => contracts.xml('PensionService/v1')).toThrow(
      new TypeError('contract `PensionService/v1` was not compiled'),
    )
  })
})
