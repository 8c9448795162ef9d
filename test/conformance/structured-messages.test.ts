import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { XmlDocument, XmlValidateError, XsdValidator } from 'libxml2-wasm'
import { afterAll, describe, expect, it } from 'vitest'
import { Drop } from '../batch/drop.ts'
import {
  dimonaCancel,
  dimonaFile,
  dimonaIn,
  dimonaOut,
  dimonaUpdate,
  employerId,
  employers,
  worker,
} from '../batch/messages.ts'
import { shared } from './shared.ts'

const published = join(shared, 'contracts/onss')
const own = resolve(import.meta.dirname, '../../schemas/structured-messages')
const isPresent = existsSync(published)

const messages = [
  ['Dimona', '20231'],
  ['Dimona', '20223'],
  ['ACRF', '20231'],
  ['ACRF', '20223'],
  ['NOTIFICATION', '20223'],
] as const

function compile(file: string): XsdValidator {
  using document = XmlDocument.fromBuffer(readFileSync(file))
  return XsdValidator.fromDoc(document)
}

function isValid(schema: XsdValidator, text: string): boolean {
  using document = XmlDocument.fromString(text)
  try {
    schema.validate(document)
    return true
  } catch (error) {
    if (error instanceof XmlValidateError) return false
    throw error
  }
}

const leaf = /<(\w+)>([^<>]*)<\/\1>/g

/** Values at and beyond the facets of the zones, of every kind. */
const values = [
  ...['', ' ', '0', '1', '2', '3', '6', '7', '8', '9', '00', '17', '18', '-1', '+1', '999', '1000'],
  ...['100005', '100006', '199999934', '199999935', '5000000120', '5999999990', '1999999943'],
  ...['1999999944', '12345678901', '123456789012', '1234567890123', '99999999999', '0.5'],
  ...['2026-02-29', '2024-02-29', '2026-1-1', '2026-01-01Z', '0000-01-01', '9999-12-31'],
  ...['00:00:00.000', '24:00:00.000', '23:59:59.999', '23:59:60.000', '10:00:00', '10:00:00x000'],
  ...['0000', '2359', '2400', '0860', 'OTH', 'ALT', 'QUA', 'STX', 'XXX', '124', '322', 'SU', 'FA'],
  ...['DIMONA', 'ACRF001', 'NOTI001', 'F1', 'EMPLOYEE', 'é', 'x'.repeat(20), 'x'.repeat(21)],
  ...['x'.repeat(64), 'x'.repeat(65), '20261', '20265', 'a b', '\t1', '1 '],
]

/** The sample with one thing changed, for every place and kind of change. */
function* mutants(sample: string): Generator<string> {
  for (const match of sample.matchAll(leaf)) {
    const [whole, name = ''] = match
    const at = match.index
    const put = (text: string) => sample.slice(0, at) + text + sample.slice(at + whole.length)
    yield put('')
    yield put(whole + whole)
    yield put(whole.replaceAll(name, `${name}x`))
    yield put(`<Unknown/>${whole}`)
    yield put(whole.replace('>', ' a="1">'))
    yield put(`<${name}><Inner/></${name}>`)
    for (const value of values) yield put(`<${name}>${value}</${name}>`)
  }
  // every element that stands anywhere in these messages, put in front of every end tag
  for (const match of sample.matchAll(/<\/(\w+)>\s*/g))
    for (const name of elementNames)
      for (const value of ['1', '2026-01-01'])
        yield `${sample.slice(0, match.index)}<${name}>${value}</${name}>${sample.slice(match.index)}`
}

const ownDeclarations = dimonaFile(
  dimonaIn({
    times: '<EndingDate>2026-03-31</EndingDate>',
    person: `<INSS>${worker(1)}</INSS><WorkerName>N</WorkerName><WorkerSex>1</WorkerSex>`,
    features:
      '<JointCommissionNbr>322</JointCommissionNbr><WorkerType>BCW</WorkerType><UsingEmployer><UsingEmployerName>U</UsingEmployerName></UsingEmployer>',
    rest: '<ConstructionControlCards><FirstMonthC32ANbr>1</FirstMonthC32ANbr><NextMonthC32ANbr>2</NextMonthC32ANbr></ConstructionControlCards><SmallStatutesInformation><EmploymentNature>WORKER</EmploymentNature><WorkerStatus>F1</WorkerStatus></SmallStatutesInformation>',
  }),
  dimonaOut('700000000173', '2026-03-31', `<INSS>${worker(1)}</INSS>`),
  dimonaUpdate('700000000173', '<StartingDate>2026-03-31</StartingDate>'),
  dimonaCancel('700000000173', employerId(employers.workshop.nsso)),
)

const elementNames = [
  ...new Set(
    readdirSync(own).flatMap((file) =>
      [...readFileSync(join(own, file), 'utf8').matchAll(/<xs:element name="(\w+)"/g)].map(
        ([, name = '']) => name,
      ),
    ),
  ),
]

describe.skipIf(!isPresent)('our schemas of structured messages against the published ones', () => {
  let compared = 0
  let valid = 0
  it.each(messages)('%s %s: same verdict', (root, version) => {
    const name = `${root}_${version}.xsd`
    const ours = compile(join(own, name))
    const theirs = compile(join(published, 'xsd', name))
    const folder = join(published, 'samples')
    const samples = readdirSync(folder)
      .filter((file) => file.startsWith(`${root}_${version}`))
      .map((file) => readFileSync(join(folder, file), 'utf8'))
    expect(samples.length).toBeGreaterThan(0)
    // the samples hold an IN and a daily registration only
    if (root === 'Dimona') samples.push(ownDeclarations)
    const differing: string[] = []
    for (const sample of samples) {
      expect([isValid(ours, sample), isValid(theirs, sample)]).toEqual([true, true])
      for (const mutant of mutants(sample)) {
        const verdict = isValid(theirs, mutant)
        compared += 1
        if (verdict) valid += 1
        if (isValid(ours, mutant) !== verdict) differing.push(mutant)
      }
    }
    expect(differing).toEqual([])
  })
  it('the published schemas take our receipts and notifications', async () => {
    const drop = await Drop.open()
    await drop.send('atelier', dimonaFile(dimonaIn(), dimonaIn(), dimonaCancel('700000000173')))
    await drop.send('atelier', dimonaFile(dimonaIn(), '<Other/>'))
    const folder = drop.out('atelier')
    const answers = readdirSync(folder).filter((name) => name.startsWith('FO.'))
    expect(answers).toHaveLength(3)
    for (const name of answers) {
      const schema = name.includes('ACRF') ? 'ACRF_20231.xsd' : 'NOTIFICATION_20223.xsd'
      const theirs = compile(join(published, 'xsd', schema))
      expect(isValid(theirs, readFileSync(join(folder, name), 'utf8'))).toBe(true)
    }
    drop.close()
  })
  afterAll(() =>
    console.log(
      `structured messages: ${compared} changed samples, ${valid} valid, same verdict as the published schemas`,
    ),
  )
})

it.skipIf(isPresent)('structured messages: the published schemas are absent', () => {
  console.log('structured messages: ../shared/contracts/onss is absent')
})
