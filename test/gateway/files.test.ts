import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadSigner, signFile } from '../../certs-test/sign-file.ts'
import { civilDateAt } from '../../src/base/civil-date.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { dimonaFile, dimonaIn, employerId, employers } from '../batch/messages.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startTestGateway({ files: true })
})
afterAll(() => gateway.close())

const folder = (name: 'IN' | 'OUT') => join(gateway.directory, 'sftp/100001', name)
const today = civilDateAt(Date.now())

function drop(stem: string, content: string): void {
  const bytes = Buffer.from(content)
  writeFileSync(join(folder('IN'), `FI.${stem}.1.1`), bytes)
  const signature = signFile(bytes, loadSigner('atelier'), new Date())
  writeFileSync(join(folder('IN'), `FS.${stem}.1.1`), signature)
  writeFileSync(join(folder('IN'), `GO.${stem}.1`), '')
}

/** The text of the file that answers, once its GO file says that it is whole. */
async function answer(kind: 'ACRF' | 'NOTI'): Promise<string> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    const go = readdirSync(folder('OUT')).find((name) => name.startsWith(`GO.${kind}.`))
    if (go !== undefined) return readFileSync(join(folder('OUT'), `FO${go.slice(2)}`), 'utf8')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`no ${kind} came`)
}

describe('a gateway that takes files', () => {
  it('answers a set FI, FS, GO with a receipt and one outcome a declaration, and records each', async () => {
    // her job of the summer is over: another period would overlap with one that goes on
    const person = `<INSS>${personas.student.ssin}</INSS>`
    const start = today
    const own = dimonaIn({ person, start })
    const foreign = dimonaIn({ person, start, employer: employerId(employers.affiliated.nsso) })
    drop(`DIMN.100001.${today.replaceAll('-', '')}.00001.R`, dimonaFile(own, foreign))

    expect(await answer('ACRF')).toContain('<ReceptionResult><ResultCode>1</ResultCode>')
    const outcomes = [
      ...(await answer('NOTI')).matchAll(/<HandlingResult><ResultCode>(\d)<.*?<\/HandlingResult>/g),
    ]
    expect(outcomes.map(([, code]) => code)).toEqual(['1', '0'])
    expect(outcomes[1]?.[0]).toContain('90256-155')
    expect(readdirSync(folder('IN'))).toEqual([])

    const entries = gateway.entries().filter(({ channel }) => channel === 'file')
    expect(entries.filter(({ kind }) => kind === 'granted')).toHaveLength(1)
    expect(entries.filter(({ kind }) => kind === 'refused')).toHaveLength(1)
    expect(entries.filter(({ kind }) => kind === 'answered')).toHaveLength(2)
    const written = gateway.journalBytes().toString() + gateway.logText()
    expect(written).not.toContain(personas.student.ssin)
  })

  it('keeps its register and mandates in the data directory', () => {
    for (const name of ['access.db', 'dimona.db'])
      expect(existsSync(join(gateway.directory, 'data', name))).toBe(true)
  })
})
