import { readCivilDate } from '../../src/base/civil-date.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/base/errors.ts'
import type { BundledRequest, BundleOperation } from '../../src/services/bundle-operation.ts'
import { webServiceConnector } from '../../src/services/ssdn/service.ts'
import { findRefusalStatus, noDataFound } from '../../src/services/statuses.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { readElement } from '../../src/xml/read-element.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import { contracts } from '../contracts/committed.ts'
import { parts } from './exchange-parts.ts'
import { mutatedXml, secret } from './mutations.ts'
import {
  carriedBy,
  carrying,
  contract,
  faultsOfReply,
  identifyPerson,
  manageAccess,
  performInvestigation,
  personData,
  referenceManager,
  ssdnRequest,
} from './ssdn-parts.ts'

const ssin = '81120103571'
const requests = {
  ManageAccess: manageAccess({ ssin, until: '2026-12-31', sector: '17', register: 'ALL' }),
  'IdentifyPerson by number': identifyPerson({ ssin, verification: personData('V', '1981-12-01') }),
  'IdentifyPerson by name': identifyPerson({
    phonetic:
      '<LastName>V</LastName><FirstName>C</FirstName><BirthDate>1981-12-00</BirthDate>' +
      '<Gender>1</Gender><Tolerance>3</Tolerance><Maximum>9</Maximum>',
  }),
  PerformInvestigation: performInvestigation(ssin, ['CitizenGroup', 'WaitRegisterGroup']),
  ReferenceManager: referenceManager({
    ssin,
    combinations:
      '<SectorQualityCodesCombination><Sector>17</Sector><QualityCodes>1</QualityCodes></SectorQualityCodesCombination>',
  }),
}

/** What a request is answered when nothing is found of it, and as what. */
function answerOf(request: BundledRequest): readonly [kind: string, reply: string] {
  if (request.kind === 'refused') return [request.refused.code, request.refuse(request.refused)]
  const { invalid } = request.prepared
  if (invalid !== undefined) return [invalid.code, request.refuse(invalid)]
  if (request.kind === 'record') {
    request.prepared.declaration()
    return ['answer', request.prepared.writeXml({ inscriptions: [], sector: 91 })]
  }
  request.prepared.ask({ sources: [], after: undefined, on: readCivilDate('2026-03-02')! })
  return ['answer', request.prepared.writeXml(parts({ status: noDataFound }))]
}

/** From the bytes of a body child to the document that answers it; undefined when SOAP tells a fault. */
function replyTo(xml: string): readonly [kinds: readonly string[], body: string | undefined] {
  const operation = webServiceConnector.operations.get('xmlString') as BundleOperation
  const { informationCbss } = parts()
  try {
    const tree = parseXml(new TextEncoder().encode(xml), soapLimits)
    try {
      contracts.xml(contract).check(tree.root.toLibxml2())
      const bundle = operation.prepareXml(readElement(tree.root), contracts.carried(contract))
      if (bundle.invalid !== undefined) {
        return [[`document ${bundle.invalid.code}`], bundle.refuse(informationCbss, bundle.invalid)]
      }
      const answers = bundle.requests.map(answerOf)
      const body = bundle.writeXml(
        informationCbss,
        answers.map(([, reply]) => reply),
      )
      return [answers.map(([kind]) => kind), body]
    } finally {
      tree.dispose()
    }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    expect(findRefusalStatus(error)).toBeUndefined()
    return [[error.code], undefined]
  }
}

/** What the contract repeats of a request. */
function withoutEcho(document: string): string {
  return document
    .replace(/<AuthorizedUser>.*?<\/AuthorizedUser><Message>.*?<\/Message>/s, '')
    .replaceAll(/<(ServiceId|Version)>[^<]*<\/\1>/g, '')
    .replaceAll(/<ns3:OriginalRequest>.*?<\/ns3:OriginalRequest>/gs, '')
}

const numRuns = 2_000

describe('an SSDN message that was changed', () => {
  it.each(Object.entries(requests))(
    'in the document (%s, two thousand ways of ten thousand) never crashes, never leaks, and gets the error of the contract',
    (_, request) => {
      const seen = new Set<string>()
      fc.assert(
        fc.property(mutatedXml(ssdnRequest(request)), (document) => {
          const [kinds, body] = replyTo(carrying(document))
          for (const kind of kinds) seen.add(kind)
          expect(body).toBeDefined()
          expect(faultsOfReply(body!)).toEqual([])
          expect(withoutEcho(carriedBy(body!))).not.toContain(secret)
        }),
        { numRuns },
      )
      expect([...seen]).toEqual(
        expect.arrayContaining([
          'answer',
          'CONTRACT_INVALID',
          'NOT_IMPLEMENTED',
          'document CONTRACT_INVALID',
        ]),
      )
    },
  )

  it('in the child of the Body that carries it, never crashes and tells a fault without a word of it', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(mutatedXml(carrying(ssdnRequest(requests.ManageAccess))), (xml) => {
        const [kinds, body] = replyTo(xml)
        for (const kind of kinds) seen.add(kind)
        if (body !== undefined) expect(faultsOfReply(body)).toEqual([])
      }),
      { numRuns },
    )
    expect([...seen]).toEqual(
      expect.arrayContaining(['answer', 'document CONTRACT_INVALID', 'XML_MALFORMED']),
    )
  })
})
