import { XMLParser } from 'fast-xml-parser'
import { XmlC14NMode, XmlDocument } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'
import { errorCodes } from '../../src/base/errors.ts'
import { faultTable } from '../../src/soap/fault-table.ts'
import { type Fault, writeFault } from '../../src/soap/fault.ts'
import { faultsOf } from '../contracts/committed.ts'

const namespaces = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
}

const known: Omit<Fault, 'code'> = {
  soapVersion: '1.1',
  faultElement: { namespace: 'urn:quadrivium:PersonService:v1', name: 'consultPersonFault' },
  informationCustomer: {
    ticket: 'a<b&c',
    timestampSent: '2026-03-02T09:15:00.120+01:00',
    customerIdentification: { kind: 'cbeNumber', cbeNumber: '0884303369' },
  },
  informationCbss: {
    ticketCbss: '5d0c2c9e-7a51-4f0b-9c53-2f1f6b1f0a11',
    receivedAtMs: Date.UTC(2026, 2, 2, 8, 15, 0, 500),
    repliedAtMs: Date.UTC(2026, 2, 2, 8, 15, 1),
  },
}

function inBody(fault: string, version: '1.1' | '1.2'): string {
  return `<soap:Body xmlns:soap="${namespaces[version]}">${fault}</soap:Body>`
}

describe('a fault', () => {
  it('is written as the Crossroads Bank writes an internal error', () => {
    expect(writeFault({ ...known, code: 'INTERNAL' })).toBe(
      '<soap:Fault><faultcode>soap:Server</faultcode>' +
        '<faultstring>An error occurred while servicing your request.</faultstring><detail>' +
        '<v1:consultPersonFault xmlns:v1="urn:quadrivium:PersonService:v1"><informationCustomer>' +
        '<ticket>a&lt;b&amp;c</ticket><timestampSent>2026-03-02T09:15:00.120+01:00</timestampSent>' +
        '<customerIdentification><cbeNumber>0884303369</cbeNumber></customerIdentification>' +
        '</informationCustomer><informationCBSS>' +
        '<ticketCBSS>5d0c2c9e-7a51-4f0b-9c53-2f1f6b1f0a11</ticketCBSS>' +
        '<timestampReceive>2026-03-02T08:15:00.5Z</timestampReceive>' +
        '<timestampReply>2026-03-02T08:15:01Z</timestampReply></informationCBSS>' +
        '<detail><severity>FATAL</severity><reasonCode>MSG00003</reasonCode>' +
        '<diagnostic>Unexpected internal error occurred</diagnostic>' +
        '<authorCode>urn:quadrivium</authorCode></detail>' +
        '</v1:consultPersonFault></detail></soap:Fault>',
    )
  })

  it('has no detail before the caller is proven, and none where the contract has no fault', () => {
    const expected =
      '<soap:Fault><faultcode>soap:Server</faultcode>' +
      '<faultstring>An error occurred while servicing your request.</faultstring></soap:Fault>'
    const { informationCbss, faultElement, ...rest } = known
    expect(writeFault({ ...rest, ...(faultElement && { faultElement }), code: 'INTERNAL' })).toBe(
      expected,
    )
    expect(
      writeFault({ ...rest, ...(informationCbss && { informationCbss }), code: 'INTERNAL' }),
    ).toBe(expected)
  })

  it('holds nothing of the request when the code is one told before the signer is proven', () => {
    const information = [{ fieldName: 'marker-name', fieldValue: 'marker-value' }]
    for (const code of errorCodes.filter((one) => faultTable[one].phase !== 'proven')) {
      const fault = writeFault({ ...known, code, information })
      expect(fault).not.toMatch(/marker|0884303369|a&lt;b|detail/)
    }
  })

  it('puts a wsse code below Sender in SOAP 1.2', () => {
    expect(writeFault({ code: 'WSS_SIGNATURE', soapVersion: '1.2' })).toBe(
      '<soap:Fault><soap:Code><soap:Value>soap:Sender</soap:Value><soap:Subcode>' +
        '<soap:Value>wsse:FailedCheck</soap:Value></soap:Subcode></soap:Code><soap:Reason>' +
        '<soap:Text xml:lang="en">The signature or its certificate was not accepted.</soap:Text>' +
        '</soap:Reason></soap:Fault>',
    )
  })

  it('has a detail that its contract accepts, with information cut to its lengths', () => {
    const information = Array.from({ length: 20 }, (_, index) => ({
      fieldName: `field ${index} `.padEnd(63, 'n') + '\u{1F600}',
      fieldValue: 'v'.repeat(300),
    }))
    const fault = writeFault({ ...known, code: 'CONTRACT_INVALID', information })
    const detail = /<detail>(<v1:.*)<\/detail><\/soap:Fault>/.exec(fault)?.[1] ?? ''
    expect(faultsOf('PersonService/v1', detail)).toEqual([])
    expect(detail.match(/<information>/g)).toHaveLength(15)
  })

  it.each(['1.1', '1.2'] as const)(
    'is in exclusive-C14N form and read alike by another reader, for every code (SOAP %s)',
    (soapVersion) => {
      for (const code of errorCodes) {
        const body = inBody(writeFault({ ...known, code, soapVersion }), soapVersion)
        using document = XmlDocument.fromString(body)
        expect(document.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 })).toBe(
          body,
        )
        const read = new XMLParser({ parseTagValue: false, trimValues: false }).parse(body) as {
          'soap:Body': { 'soap:Fault': Record<string, unknown> }
        }
        const fault = read['soap:Body']['soap:Fault']
        const text =
          soapVersion === '1.1'
            ? fault['faultstring']
            : (fault['soap:Reason'] as Record<string, unknown>)['soap:Text']
        expect(text).toBe(faultTable[code].text)
      }
    },
  )
})
