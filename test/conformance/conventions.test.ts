import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  readEnterpriseNumber,
  readEstablishmentUnitNumber,
  readNssoNumber,
} from '../../src/base/enterprise.ts'
import { messageCodes, type MessageCode } from '../../src/base/message-codes.ts'
import { readSsinParts } from '../../src/base/ssin.ts'
import { anomalyTexts } from '../../src/batch/anomaly.ts'
import { readShared } from './shared.ts'

const suite = 'conventions'
const root = resolve(import.meta.dirname, '../..')
const textOf = (...path: readonly string[]) => readShared(suite, ...path)?.toString('utf8')
const conventions = textOf('facts', 'crossroads-bank', 'conventions.md')

/** What stands between a heading and the next one of its level or above. */
function section(text: string, heading: string): string {
  const start = text.indexOf(`\n${heading}`)
  expect(start, heading).toBeGreaterThan(-1)
  const level = /^#+/.exec(heading)?.[0].length ?? 0
  const rest = text.slice(start + heading.length + 1)
  const end = rest.search(new RegExp(`\\n#{1,${level}} `))
  return end === -1 ? rest : rest.slice(0, end)
}

/** The cells of the rows of a table, its head left out. */
function rowsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('|-'))
    .slice(1)
    .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim())) // prettier-ignore
}

const numbersIn = (text: string) => text.match(/\d+/g) ?? []

/** Vectors by hand, which run without the facts. */
const ownVectors = readFileSync(join(root, 'test/base/identifiers.test.ts'), 'utf8')

describe.skipIf(conventions === undefined)('the numbers of conventions.md §12', () => {
  const numbers = section(conventions ?? '\n## 12. Number checks', '## 12. Number checks')

  it('are judged as the page says, and stand in test/base/identifiers.test.ts', () => {
    const absent: string[] = []
    const wrong: string[] = []
    const judge = (text: string, isRight: boolean) => {
      if (!ownVectors.includes(`'${text}'`)) absent.push(text)
      if (!isRight) wrong.push(text)
    }
    const kinds: Readonly<Record<string, string>> = {
      '1': 'nationalRegister',
      '2': 'bis',
      '3': 'bisSexKnown',
    }
    let ssins = 0
    for (const [cell = '', belgif, rule = '', pattern = ''] of rowsOf(
      section(numbers, '### SSIN'),
    )) {
      for (const text of numbersIn(cell)) {
        const parts = readSsinParts(text)
        const isOne = belgif === 'ok' && pattern !== '**no**'
        const isAsSaid = parts?.kind === kinds[pattern] && rule === `${parts?.century}xx`
        judge(text, isOne ? isAsSaid : parts === undefined)
        ssins += 1
      }
    }
    const cbe = section(numbers, '### Enterprise number')
    const [, enterprises = '', units = '', none = ''] = /Ok: ([\d, ]+).*?; unit (\d+)\. Refused: ([\d, ]+)/.exec(cbe) ?? [] // prettier-ignore
    for (const text of numbersIn(enterprises)) judge(text, readEnterpriseNumber(text) === text)
    for (const text of numbersIn(units)) judge(text, readEstablishmentUnitNumber(text) === text)
    for (const text of numbersIn(none)) {
      judge(text, (readEnterpriseNumber(text) ?? readEstablishmentUnitNumber(text)) === undefined)
    }
    const nsso = section(numbers, '### NSSO')
    const [, valid = ''] = /^Ok: (.*)$/m.exec(nsso) ?? []
    const [, invalid = ''] = /^Refused: (.*)$/m.exec(nsso) ?? []
    for (const text of numbersIn(valid)) judge(text, readNssoNumber(text) === text)
    for (const text of numbersIn(invalid)) judge(text, readNssoNumber(text) === undefined)
    const counts = [enterprises + none, units, valid + invalid].map((text) => numbersIn(text).length) // prettier-ignore
    expect({ absent, wrong }).toEqual({ absent: [], wrong: [] })
    expect([ssins, ...counts]).toEqual([26, 8, 1, 24])
    console.log(
      `${suite}: §12, ${ssins} SSIN, ${counts.join(' + ')} enterprise, unit and NSSO numbers as the page says`,
    )
  })
})

/** All that the gateway can say in SOAP. */
function said(): string {
  const files = ['base', 'soap', 'services'].flatMap((folder) =>
    readdirSync(join(root, 'src', folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(root, 'src', folder, file)),
  )
  return files.map((file) => readFileSync(file, 'utf8')).join('\n')
}

/** Texts of contracts that are not offered here. */
const elsewhere = new Set(['CHB00001'])

describe.skipIf(conventions === undefined)('literal texts', () => {
  const source = said()

  it('of the general codes are those of §6.1', () => {
    const published = rowsOf(section(conventions ?? '', '### 6.1 General codes'))
    const wrong: string[] = []
    let texts = 0
    for (const [code = '', , cell = ''] of published) {
      const quoted = [...cell.matchAll(/"([^"]+)"/g)].map(([, text = '']) => text)
      if (elsewhere.has(code) || quoted.length === 0) continue
      texts += quoted.length
      if (!quoted.includes(messageCodes[code as MessageCode].en)) wrong.push(code)
      // an older wording is said by the contract whose real messages have it
      wrong.push(...quoted.filter((text) => !source.includes(text)))
    }
    expect(wrong).toEqual([])
    expect(texts).toBeGreaterThan(12)
    console.log(`${suite}: §6.1, ${texts} texts literally`)
  })

  it('of faults are those of §7', () => {
    const texts = [...section(conventions ?? '', '## 7. Faults').matchAll(/`([^`]* [^`]*\w\.?)`/g)]
      .map(([, text = '']) => text)
      .filter((text) => /^[A-Z][^<={]*$/.test(text))
    expect(texts).toContain('An error occurred while servicing your request.')
    expect(texts.filter((text) => !source.includes(text))).toEqual([])
  })

  it('of SSDN are those of services.md §3', () => {
    const services = textOf('facts', 'crossroads-bank', 'services.md') ?? ''
    const [, table = ''] = services.split('Reason codes seen on the wire')
    const rows = rowsOf(table).filter(([code = '']) => /^\d{8}$/.test(code))
    const plain = source.replaceAll(/\s+/g, ' ')
    const wrong = rows.filter(
      ([code, severity, diagnostic]) =>
        !plain.includes(`'${code}': ['${severity}', '${diagnostic}']`) &&
        !plain.includes(`'${code}': [ '${severity}', '${diagnostic}', ]`),
    )
    expect(wrong).toEqual([])
    expect(rows).toHaveLength(7)
  })

  it('of anomalies are those of annex 30', () => {
    const [, ...lines] = (
      textOf('facts', 'structured-messages', 'tables', 'error-codes.tsv') ?? ''
    ).split('\n')
    const official = new Map(lines.map((line) => line.split('\t')).map(([code, nl, fr]) => [code, { fr, nl }])) // prettier-ignore
    const ours = Object.entries(anomalyTexts)
    expect(ours.filter(([code, text]) => official.get(code)?.fr !== text.fr || official.get(code)?.nl !== text.nl)).toEqual([]) // prettier-ignore
    console.log(`${suite}: §7, services.md §3 and annex 30, ${ours.length} anomalies literally`)
  })
})
