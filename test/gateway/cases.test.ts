import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { valuePaths } from '../../src/registers/catalogue.ts'
import { services } from '../../src/services/registry.ts'
import { faultsOf } from '../contracts/committed.ts'
import { readBody, send, signAs, xmlHeaders } from './ask.ts'
import { agentOf, startTestGateway, type InstitutionRow, type TestGateway } from './gateway.ts'
import { writeDeliberations } from './grants.ts'

const cases = resolve(import.meta.dirname, '../cases')
const folder = mkdtempSync(join(tmpdir(), 'quadrivium-cases-'))
let gateway: TestGateway

/** The sandbox's institutions, with the two additions that test/cases/README.md tells. */
function withAdditions(row: InstitutionRow): InstitutionRow {
  if (row.id === 'emploi') {
    const words = { 'administrative staff': 'EMPLOI:FOLLOW_UP' }
    return {
      ...row,
      integration: 'free',
      contractContexts: { 'RetrieveTIGroupsService/v1': words },
    }
  }
  if (row.id !== 'inspection') return row
  const words = {
    'social issues': 'INSPECTION:CONTROL',
    'administrative staff': 'TEST:EVERYTHING',
  }
  return {
    ...row,
    legalContexts: [...row.legalContexts, 'TEST:EVERYTHING'],
    contractContexts: { 'RetrieveTIGroupsService/v1': words },
  }
}

beforeAll(async () => {
  writeDeliberations(folder, 'inspection', { 'TEST:EVERYTHING': valuePaths })
  gateway = await startTestGateway({
    deliberations: folder,
    institutions: (rows) => rows.map(withAdditions),
  })
})

afterAll(async () => {
  await gateway.close()
  rmSync(folder, { recursive: true })
})

const foldersIn = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)

const all = foldersIn(cases).flatMap((service) =>
  foldersIn(join(cases, service)).map((sentence) => [service, sentence] as const),
)

/** One element a line, so that a difference is read easily; ticket and times are other ones each time. */
function comparable(xml: string): string {
  const text = xml
    .replace(/(<ticketCBSS>)[^<]*/, '$1TICKET')
    .replaceAll(/(<timestampRe(?:ceive|ply)>)[^<]*/g, '$1TIME')
    .replaceAll('><', '>\n<')
  return `${text}\n`
}

describe('a case', () => {
  it.each(all)('%s: %s', async (name, sentence) => {
    const path = join(cases, name, sentence)
    const service = services.find((one) => `${one.name}-v${one.version}` === name)!
    const { as } = JSON.parse(readFileSync(join(path, 'case.json'), 'utf8')) as { as: string }
    const request = readFileSync(join(path, 'request.xml'), 'utf8').trim()
    const answer = await send(gateway.url + service.path, {
      agent: agentOf(as, gateway.url),
      headers: { ...xmlHeaders, SOAPAction: `"${service.soapAction(operationOf(name))}"` },
      body: signAs(as, request),
    })
    const { name: element, xml } = readBody(answer)
    const detail = /<detail>(<v\d:.*)<\/detail><\/soap:Fault>$/.exec(xml)?.[1]
    expect(answer.status).toBe(element === 'Fault' ? 500 : 200)
    expect(faultsOf(service.contract, detail ?? xml)).toEqual([])
    await expect(comparable(xml)).toMatchFileSnapshot(join(path, 'reply.xml'))
  })

  it('stands for each service in every kind that must be there', () => {
    const needed = ['found', 'not-found', 'filtered', 'not-integrated', 'replaced-ssin', 'refused-legal-context', 'schema-fault'] // prettier-ignore
    for (const service of foldersIn(cases)) {
      const sentences = foldersIn(join(cases, service))
      const missing = needed.filter((kind) => !sentences.some((one) => one.startsWith(kind)))
      expect([service, missing]).toEqual([service, []])
    }
  })
})

/** The operation of a service with one operation. */
function operationOf(name: string): string {
  const service = services.find((one) => `${one.name}-v${one.version}` === name)!
  const [operation] = service.operations.values()
  return operation!.name
}
