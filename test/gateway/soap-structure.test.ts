import { afterEach, describe, expect, it } from 'vitest'
import type { Config } from '../../src/config.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { askSoap, textIn } from './ask.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { consultationNamed } from './questions.ts'

let gateway: TestGateway | undefined
afterEach(() => gateway?.close())

/** What becomes of a message that our own signer writes: Transform stands at depth 8, Envelope declares three namespaces. */
async function askWith(soapStructure: Config['soapStructure'] = {}): Promise<string | undefined> {
  gateway = await startTestGateway({ configure: (config) => ({ ...config, soapStructure }) })
  const { text } = await askSoap(gateway, {
    as: 'phare',
    ...consultationNamed('consultPerson'),
    legalContext: 'PHARE:IDENTIFICATION',
    criteria: { ssin: personas.fullTime.ssin },
  })
  const refused = gateway.logText().includes('"XML_LIMIT"')
  return refused ? `XML_LIMIT ${textIn(text, 'faultcode')}` : textIn(text, 'value')
}

describe('the structure of SOAP messages', () => {
  it.each<[Config['soapStructure'], string]>([
    [{ depthMax: 8, attributesPerElementMax: 5, nameBytesMax: 40 }, 'DATA_FOUND'],
    [{ depthMax: 7 }, 'XML_LIMIT soap:Client'],
    [{ elementsMax: 20 }, 'XML_LIMIT soap:Client'],
    [{ attributesPerElementMax: 2 }, 'XML_LIMIT soap:Client'],
    [{ attributeValueBytesMax: 60 }, 'XML_LIMIT soap:Client'],
    [{ nameBytesMax: 20 }, 'XML_LIMIT soap:Client'],
    [{ namespaceDeclarationsMax: 2 }, 'XML_LIMIT soap:Client'],
  ])('is bounded as configured: %o', async (structure, expected) => {
    expect(await askWith(structure)).toBe(expected)
  })

  it('is not bounded by nothing: a limit of zero stops the start', async () => {
    await expect(
      startTestGateway({
        configure: (config) => ({ ...config, soapStructure: { depthMax: 0 } }),
      }),
    ).rejects.toThrow('limit depthMax must be a whole number above zero')
    gateway = undefined
  })
})
