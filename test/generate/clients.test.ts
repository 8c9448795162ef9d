import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { XmlDocument, type XmlElement } from 'libxml2-wasm'
import * as soap from 'soap'
import { describe, expect, it } from 'vitest'
import { selfContainedWsdl } from '../../src/generate/wsdl.ts'
import { isOwn } from '../../src/services/own-contract.ts'
import { services } from '../../src/services/registry.ts'
import { committedFiles, contracts } from '../contracts/committed.ts'
import { dolsisArgument } from '../services/dolsis-requests.ts'
import { criteria } from '../services/exchange-parts.ts'

const schemas = new Map(committedFiles.map(({ path, bytes }) => [path, bytes.toString()]))

/** What a client made by node-soap from the served WSDL sends; it is stopped before the network. */
async function sentBy(wsdl: string, operation: string, argument: object | string) {
  const sent: { body?: string } = {}
  const folder = mkdtempSync(join(tmpdir(), 'quadrivium-'))
  try {
    const path = join(folder, 'service.wsdl')
    writeFileSync(path, wsdl)
    const client = await soap.createClientAsync(path)
    client.on('request', (body: string) => {
      sent.body = body
    })
    const call = client[`${operation}Async`] as (argument: object | string) => Promise<unknown>
    await call.call(client, argument).catch(() => undefined)
  } finally {
    rmSync(folder, { recursive: true })
  }
  return sent
}

/** What clients put into requests of published contracts, below the customer and the legal context. */
const published: Readonly<Record<string, object>> = {
  retrieveTI: { searchInformation: { ssin: '81120103571', language: 'nl', history: true } },
}

/** What they put into requests without customer and legal context. */
const whole: Readonly<Record<string, object | string>> = {
  sendTestMessage: { echo: 'a<b>' },
  sendXML: '<SSDNRequest/>',
}

const operations = services.flatMap((service) =>
  [...service.operations.values()].map(({ name }) => [name, service] as const),
)

describe('a client that node-soap makes from the served WSDL', () => {
  it.each(operations)('sends a %s request that the contract accepts', async (name, service) => {
    const wsdl = selfContainedWsdl(service, 'http://127.0.0.1:9', schemas)
    const asked = isOwn(service) ? criteria[`${service.name}.${name}`] : published[name]
    const { body } = await sentBy(
      wsdl,
      name,
      whole[name] ?? {
        informationCustomer: {
          ticket: 'a<b>',
          customerIdentification: { cbeNumber: '0884303369' },
        },
        ...(service.name.startsWith('Dolsis')
          ? {
              securityContext: { service: 'WELFARE', legalContext: 'A', role: 'Agent' },
              criteria: dolsisArgument(name),
            }
          : { legalContext: 'social issues', ...(isOwn(service) ? { criteria: asked } : asked) }),
      },
    )
    using document = XmlDocument.fromString(body ?? '')
    const child = (document.root.lastChild as XmlElement).firstChild as XmlElement
    const own = service.wsdlNames?.message?.('Request', name).element
    const element = own ?? `${service.wsdlNames?.stem?.(name) ?? name}Request`
    expect([child.namespaceUri, child.name]).toEqual([service.namespace, element])
    expect(() => contracts.xml(service.contract).check(child)).not.toThrow()
  })
})
