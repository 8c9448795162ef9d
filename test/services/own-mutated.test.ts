import { describe, expect, it } from 'vitest'
import type { ConsultOperation, Service } from '../../src/services/operation.ts'
import { consultations, criteria } from './exchange-parts.ts'
import { checkMutatedJson, checkMutatedXml } from './mutations.ts'

const customer =
  '<customerIdentification><cbeNumber>0884303369</cbeNumber></customerIdentification>'

/** A valid request without what readers leave out, so that most changes change something that is read. */
function requestXml(service: Service, { name }: ConsultOperation): string {
  const leaves = Object.entries(criteria[`${service.name}.${name}`]!).flatMap(([key, value]) =>
    [value].flat().map((one) => `<${key}>${String(one).replaceAll(/[&<>]/g, ' ')}</${key}>`),
  )
  return (
    `<v:${name}Request xmlns:v="${service.namespace}"><informationCustomer><ticket>1</ticket>` +
    `<timestampSent>2026-03-02T09:15:00.120+01:00</timestampSent>${customer}</informationCustomer>` +
    `<legalContext>A:B</legalContext><criteria>${leaves.join('')}</criteria></v:${name}Request>`
  )
}

function requestJson(service: Service, { name }: ConsultOperation): string {
  return JSON.stringify({
    informationCustomer: { ticket: '1', customerIdentification: { cbeNumber: '0884303369' } },
    legalContext: 'A:B',
    criteria: criteria[`${service.name}.${name}`],
  })
}

describe.each(consultations.map(([name, service, operation]) => ({ name, service, operation })))(
  'a request of $service.name $name that was changed',
  ({ service, operation }) => {
    it('ten thousand ways in XML never crashes, never leaks, and gets the error of the contract', () => {
      const seen = checkMutatedXml(service, operation, requestXml(service, operation))
      expect(seen).toEqual(expect.arrayContaining(['answer', 'CONTRACT_INVALID', 'XML_MALFORMED']))
    })

    it('ten thousand ways in JSON never crashes, never leaks, and gets a problem', () => {
      const seen = checkMutatedJson(service, operation, requestJson(service, operation))
      expect(seen).toEqual(expect.arrayContaining(['answer', '400']))
    })
  },
)
