import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/base/errors.ts'
import { services } from '../../src/services/registry.ts'
import { checkSoapAction, findOperation } from '../../src/soap/dispatch.ts'

const person = services.find(({ name }) => name === 'PersonService')!
const dmfa = services.find(({ name }) => name === 'DmfaConsultationService')!

function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof GatewayError) return error.code
    throw error
  }
  return 'none'
}

describe('dispatch', () => {
  it('finds every operation of every service by the name of its request element', () => {
    for (const service of services) {
      for (const operation of service.operations.values()) {
        const stem = service.wsdlNames?.stem?.(operation.name) ?? operation.name
        const own = service.wsdlNames?.message?.('Request', operation.name).element
        const child = { namespace: service.namespace, name: own ?? `${stem}Request` }
        expect(findOperation(service, child)).toBe(operation)
      }
    }
  })

  it.each([
    ['another namespace', { namespace: dmfa.namespace, name: 'consultPersonRequest' }],
    ['no namespace', { namespace: '', name: 'consultPersonRequest' }],
    ['another name', { namespace: person.namespace, name: 'consultPerson' }],
    ['a response', { namespace: person.namespace, name: 'consultPersonResponse' }],
    ['a name of every object', { namespace: person.namespace, name: 'constructor' }],
  ])('refuses a body child with %s', (_, child) => {
    expect(codeOf(() => findOperation(person, child))).toBe('SOAP_OPERATION')
  })

  it.each([
    ['absent', undefined, 'none'],
    ['empty', '', 'none'],
    ['empty in quotes', '""', 'none'],
    ['in quotes', '"urn:quadrivium:DmfaConsultationService:v1/consultByWorker"', 'none'],
    ['without quotes', 'urn:quadrivium:DmfaConsultationService:v1/consultByWorker', 'none'],
    [
      'of another operation',
      '"urn:quadrivium:DmfaConsultationService:v1/consultByEmployer"',
      'SOAP_ACTION',
    ],
    ['of another service', '"urn:quadrivium:PersonService:v1/consultByWorker"', 'SOAP_ACTION'],
    ['in one quote', '"urn:quadrivium:DmfaConsultationService:v1/consultByWorker', 'SOAP_ACTION'],
    [
      'with more behind it',
      '"urn:quadrivium:DmfaConsultationService:v1/consultByWorker/x"',
      'SOAP_ACTION',
    ],
  ])('takes a SOAPAction that is %s: %s → %s', (_, header, code) => {
    const operation = findOperation(dmfa, {
      namespace: dmfa.namespace,
      name: 'consultByWorkerRequest',
    })
    expect(codeOf(() => checkSoapAction(dmfa, operation, header))).toBe(code)
  })
})
