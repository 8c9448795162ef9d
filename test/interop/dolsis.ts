/** Every operation of both contracts of Dolsis, by clients made from their WSDLs; replies are held against the XSD. */
import { SignedClient, type ClientIdentity } from '../../src/cli/signed-client.ts'
import { faultsOf } from '../contracts/committed.ts'
import { dolsisArgument, dolsisOperations, dolsisServices } from '../services/dolsis-requests.ts'

const customer = { customerIdentification: { cbeNumber: '1999000447' } }
const securityContext = { service: 'TEST', legalContext: 'INSPECTION:CONTROL', role: 'Agent' }

/** Operations whose question finds a persona. */
const found = ['getForeignEmployerDetail', 'findForeignEmployers', 'getPostingPlaceOfWorkDetail']

/** What is asked, as a value for zeep: `_value_1` holds the text of an element with attributes. */
export function dolsisQuestions(): string {
  const criteria = Object.fromEntries(
    dolsisOperations.map(([, name]) => [name, forZeep(dolsisArgument(name))]),
  )
  const endpoints = dolsisServices.map(({ path, operations }) => ({
    path,
    operations: [...operations.values()].map(({ name, kind }) => ({ name, served: kind === 'consult' })), // prettier-ignore
  }))
  return JSON.stringify({
    informationCustomer: customer,
    securityContext,
    criteria,
    endpoints,
    found,
  })
}

function forZeep(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { attributes, $value, ...rest } = value as Record<string, unknown>
  if (attributes !== undefined) return { _value_1: $value, ...(attributes as object) }
  return Object.fromEntries(Object.entries(rest).map(([name, one]) => [name, forZeep(one)]))
}

/** node-soap: each operation is answered as its contract says, or refused with the contract's own fault where it is not served. */
export async function checkDolsis(
  url: string,
  identity: ClientIdentity,
  check: (what: string, holds: boolean, text?: string) => void,
): Promise<void> {
  for (const service of dolsisServices) {
    const client = await SignedClient.open(url + service.path, identity)
    try {
      for (const { name, kind } of service.operations.values()) {
        const criteria = dolsisArgument(name)
        const reply = await client.call(name, { informationCustomer: customer, securityContext, criteria }) // prettier-ignore
        const detail = /<detail>(<v1:.*)<\/detail><\/\w+:Fault>/.exec(reply.body)?.[1]
        const told = reply.isFault ? detail : /<v1:.*Response>/.exec(reply.body)?.[0]
        const valid = told !== undefined && faultsOf(service.contract, told).length === 0
        const isThere = !found.includes(name) || reply.body.includes('<result>')
        const expected = reply.isFault === (kind === 'open') && isThere
        check(`node-soap: ${service.name} ${name}: signed, as its XSD has it`, valid && expected, reply.body) // prettier-ignore
      }
    } finally {
      client.close()
    }
  }
}
