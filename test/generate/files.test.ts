import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { XmlDocument } from 'libxml2-wasm'
import * as soap from 'soap'
import { describe, expect, it, vi } from 'vitest'
import { generateCommand } from '../../src/cli/generate.ts'
import { generateFiles } from '../../src/generate/files.ts'
import { selfContainedWsdl, wsdlPathOf } from '../../src/generate/wsdl.ts'
import { services } from '../../src/services/registry.ts'
import { committedFiles } from '../contracts/committed.ts'

const root = resolve(import.meta.dirname, '../..')
const schemas = new Map(committedFiles.map(({ path, bytes }) => [path, bytes.toString()]))

/** port → operation → input and output element of a WSDL, as node-soap reads it */
async function described(path: string): Promise<Record<string, Record<string, unknown>>> {
  const client = await soap.createClientAsync(path)
  const [ports] = Object.values(client.describe() as Record<string, unknown>)
  return ports as Record<string, Record<string, unknown>>
}

function inTemporaryFolder<T>(act: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'quadrivium-'))
  const remove = () => rmSync(folder, { recursive: true })
  const result = act(folder)
  if (result instanceof Promise) return result.finally(remove) as T
  remove()
  return result
}

describe('generated files', () => {
  it.each([...generateFiles()])('%s is committed as it is generated', (path, content) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(content)
  })

  it('are written by the command, and a difference is found with --check', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
    inTemporaryFolder((folder) => {
      const run = (...options: readonly string[]) => {
        process.exitCode = 0
        generateCommand.setOptionValue('check', undefined)
        generateCommand.parse(['--folder', folder, ...options], { from: 'user' })
        const code = process.exitCode
        process.exitCode = 0
        return code
      }
      expect(run('--check')).toBe(1)
      expect(run()).toBe(0)
      expect(run('--check')).toBe(0)
      const [path] = [...generateFiles().keys()]
      writeFileSync(join(folder, path!), 'x')
      expect(run('--check')).toBe(1)
      expect(log).toHaveBeenLastCalledWith(`differs: ${path!}`)
    })
    log.mockRestore()
  })
})

describe('a WSDL', () => {
  it.each(services.map((service) => [service.name, service] as const))(
    'of %s is read by node-soap, committed and served',
    async (_, service) => {
      const text = selfContainedWsdl(service, 'https://gateway.example:8443/', schemas)
      await inTemporaryFolder(async (folder) => {
        const served = join(folder, 'served.wsdl')
        writeFileSync(served, text)
        const fromServed = await described(served)
        const port = service.wsdlNames?.port ?? service.name
        expect(Object.keys(fromServed)).toEqual([port])
        expect(Object.keys(fromServed[port]!)).toEqual(
          [...service.operations.values()].map(({ name }) => name),
        )
        expect(fromServed).toEqual(await described(join(root, wsdlPathOf(service))))
      })
    },
  )

  it.each(services.map((service) => [service.name, service] as const))(
    'of %s as served points to nothing outside and to the public address',
    (_, service) => {
      const text = selfContainedWsdl(service, 'https://gateway.example:8443/', schemas)
      using document = XmlDocument.fromString(text)
      expect(document.find('//@schemaLocation')).toEqual([])
      expect(text.match(/location="[^"]*"/g)).toEqual([
        `location="https://gateway.example:8443${service.path}"`,
      ])
    },
  )

  it('of TestConnection has the names of the published contract', () => {
    using document = XmlDocument.fromString(
      readFileSync(join(root, 'wsdl/TestConnectionServiceService-v1.wsdl'), 'utf8'),
    )
    const namespaces = {
      w: 'http://schemas.xmlsoap.org/wsdl/',
      s: 'http://schemas.xmlsoap.org/wsdl/soap/',
    }
    const values = (xpath: string) => document.find(xpath, namespaces).map(({ content }) => content)
    expect(values('//w:message/@name')).toEqual([
      'sendTestMessageRequestMsg',
      'sendTestMessageResponseMsg',
    ])
    expect(values('//w:part/@name')).toEqual([
      'sendTestMessageRequestParameters',
      'sendTestMessageResponseParameters',
    ])
    expect(values('//w:portType/@name')).toEqual(['TestConnectionServicePortType'])
    expect(values('//w:binding/@name')).toEqual(['TestConnectionServiceServiceHTTPBinding'])
    expect(values('//w:service/@name | //w:port/@name')).toEqual([
      'TestConnectionServiceService',
      'TestConnectionServiceService',
    ])
    expect(values('//s:operation/@soapAction')).toEqual([
      'http://kszbcss.fgov.be/TestConnectionServiceService/sendTestMessage',
    ])
    expect(values('//w:portType//@name')).toContain('sendTestMessageResponse')
    expect(values('//w:fault')).toEqual([])
  })

  it('is not made when a schema is missing', () => {
    const service = services.find(({ name }) => name === 'PersonService')!
    const without = new Map(schemas)
    without.delete('common/v3/CommonV3.xsd')
    expect(() => selfContainedWsdl(service, 'https://gateway.example', without)).toThrow(
      'schema `schemas/common/v3/CommonV3.xsd` is missing',
    )
  })
})
