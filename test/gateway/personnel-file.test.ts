import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadSigner, signFile } from '../../certs-test/sign-file.ts'
import { civilDateAt } from '../../src/base/civil-date.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { dimonaCancel, dimonaFile, dimonaIn, dimonaOut } from '../batch/messages.ts'
import { askRest, askSoap, readBody, textIn, type Ask, type Criteria } from './ask.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { consultationNamed, employers } from './questions.ts'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startTestGateway({ files: true })
})
afterAll(() => gateway.close())

const [workshop = ''] = employers
const otherEmployer = '100005059'
const { fullTime, student, twoEmployers, notIntegrated, replacedNumber, accident } = personas
const year = { beginDate: '2024-01-01', endDate: '2024-12-31' }

function questionOf(operation: string, criteria: Criteria, over: Partial<Ask> = {}): Ask {
  const named = consultationNamed(`PersonnelFileService.${operation}`)
  return { as: 'phare', legalContext: 'PHARE:SUBSIDY_QUARTER', ...named, criteria, ...over }
}

interface Content {
  readonly status: { readonly code: string; readonly value: string; readonly information?: object }
  readonly dataFilters?: { readonly filteredElement: readonly string[] }
  readonly result?: {
    readonly change?: readonly (Employment & { readonly cancelled?: boolean })[]
    readonly employment?: readonly Employment[]
    readonly activity?: readonly { readonly ssin?: string; readonly active?: boolean }[]
    readonly nextOffset?: string
  }
}

interface Employment {
  readonly employer?: Readonly<Record<string, unknown>>
  readonly worker?: Readonly<Record<string, unknown>>
  readonly occupation?: readonly Readonly<Record<string, unknown>>[]
}

/** The answer over REST; over SOAP it has the same status, and as many records. */
async function ask(operation: string, criteria: Criteria, over: Partial<Ask> = {}) {
  const question = questionOf(operation, criteria, over)
  const content = JSON.parse((await askRest(gateway, question)).text) as Content
  const { xml } = readBody(await askSoap(gateway, question))
  expect(textIn(xml, 'code')).toBe(content.status.code)
  expect(xml.split('<employment>').length - 1).toBe(content.result?.employment?.length ?? 0)
  return content
}

/** The status of a refusal that SOAP tells inside a normal reply. */
async function refusal(operation: string, criteria: Criteria, over: Partial<Ask> = {}) {
  const { xml } = readBody(await askSoap(gateway, questionOf(operation, criteria, over)))
  expect(xml).toContain('NO_RESULT')
  expect(xml).not.toContain('<result>')
  return [textIn(xml, 'code'), textIn(xml, 'fieldName'), textIn(xml, 'fieldValue')]
}

const workersIn = ({ result }: Content) => result?.employment?.map(({ worker }) => worker?.['ssin'])

describe('employments of a worker', () => {
  it('are found, whole: employer, worker and occupation', async () => {
    const { status, result } = await ask('consultByWorker', { ssin: fullTime.ssin, ...year })
    expect(status.code).toBe('MSG00000')
    expect(result?.employment).toHaveLength(1)
    const [one] = result?.employment ?? []
    expect(one?.employer).toMatchObject({ registrationNumber: workshop, studentIndication: false })
    // R22: a legal person has a denomination and no personal names
    expect(one?.employer).toHaveProperty('denomination')
    expect(one?.employer).not.toHaveProperty('lastName')
    // R24: a number and the Oriolus code, no name or birth date
    expect(one?.worker).toEqual({
      studentIndication: false,
      ssin: fullTime.ssin,
      oriolusValidationCode: '1',
    })
    expect(one?.occupation?.[0]).toMatchObject({ entryDate: '2015-09-01', workerType: 'OTH' })
  })

  it('are not found where none touches the days', async () => {
    const days = { beginDate: '2015-08-01', endDate: '2015-08-31' }
    const { status, result } = await ask('consultByWorker', { ssin: fullTime.ssin, ...days })
    expect([status.value, status.code, result]).toEqual(['NO_DATA_FOUND', 'MSG00100', undefined])
  })

  it('are filtered by grant, by named paths', async () => {
    const over = { as: 'emploi', legalContext: 'EMPLOI:FOLLOW_UP' }
    const criteria = { ssin: fullTime.ssin, ...year }
    const { dataFilters, result } = await ask('consultByWorker', criteria, over)
    expect(dataFilters?.filteredElement).toEqual(
      expect.arrayContaining([
        'dimona.user',
        'dimona.worker.studentIndication',
        'dimona.occupation.placeOfWork',
      ]),
    )
    expect(result?.employment?.[0]?.worker).toEqual({ ssin: fullTime.ssin })
    expect(Object.keys(result?.employment?.[0]?.occupation?.[0] ?? {})).toEqual([
      'entryDate',
      'jointCommission',
      'workerType',
    ])
  })

  it('of another employer are left out of a population of employers', async () => {
    const { result } = await ask('consultByWorker', { ssin: twoEmployers.ssin, ...year })
    expect(result?.employment?.map(({ employer }) => employer?.['registrationNumber'])).toEqual([
      workshop,
    ])
    const all = await ask(
      'consultByWorker',
      { ssin: twoEmployers.ssin, ...year },
      { as: 'inspection', legalContext: 'INSPECTION:CONTROL' },
    )
    expect(all.result?.employment).toHaveLength(2)
  })

  it('are refused for who is not integrated, was replaced, and is no number', async () => {
    const refusalOf = (ssin: string) => refusal('consultByWorker', { ssin, ...year })
    expect(await refusalOf(notIntegrated.ssin)).toEqual(['MSG00012', undefined, undefined])
    // no operation of Dimona gives the numbers of the registers of persons, so the new one is not told
    expect(await refusalOf(replacedNumber.former)).toEqual(['MSG00006', undefined, undefined])
    expect(await refusalOf('87031499051')).toEqual(['MSG00011', 'ssin', undefined])
  })

  it('are refused under a legal context that opens no Dimona', async () => {
    const over = { legalContext: 'PHARE:LIMOSA_GENDER' }
    const [code] = await refusal('consultByWorker', { ssin: fullTime.ssin, ...year }, over)
    expect(code).toBe('MSG00027')
  })

  it('are not searched for by a request that breaks the contract', async () => {
    const criteria = { ssin: fullTime.ssin, beginDate: '2024-01-01+01:00', endDate: '2024-12-31' }
    const { text } = await askSoap(gateway, questionOf('consultByWorker', criteria))
    expect(textIn(text, 'fieldName')).toBe('criteria/beginDate')
    expect(text).toContain('MSG00004')
    expect(text).not.toContain(fullTime.ssin)
  })
})

describe('employments with an employer', () => {
  const at = { nssoNumber: workshop, beginDate: '2024-07-20' }

  it('are those of the workers on the day, without whom the institution may not know', async () => {
    const workers = workersIn(await ask('consultByEmployer', at))
    expect(workers).toContain(fullTime.ssin)
    expect(workers).toContain(student.ssin)
    expect(workers).not.toContain(notIntegrated.ssin)
    expect(workers).toEqual(workers?.toSorted())
    const before = workersIn(await ask('consultByEmployer', { ...at, beginDate: '2024-07-16' }))
    expect(before).not.toContain(student.ssin)
    const until = { ...at, beginDate: '2024-07-16', endDate: '2024-07-17' }
    expect(workersIn(await ask('consultByEmployer', until))).toContain(student.ssin)
  })

  it('hold together what one large page holds', async () => {
    const whole = workersIn(await ask('consultByEmployer', at)) ?? []
    expect(whole.length).toBeGreaterThan(5)
    for (const maxResults of [1, 3, whole.length - 1, whole.length]) {
      const pages: unknown[] = []
      let offset: string | undefined
      do {
        const criteria = { ...at, ...(offset !== undefined && { offset }), maxResults }
        const page = await ask('consultByEmployer', criteria)
        expect(workersIn(page)?.length).toBeLessThanOrEqual(maxResults)
        pages.push(...(workersIn(page) ?? []))
        offset = page.result?.nextOffset
      } while (offset !== undefined)
      expect(pages).toEqual(whole)
    }
  })

  it('cannot be asked for under the offset of another question', async () => {
    const page = await ask('consultByEmployer', { ...at, maxResults: 1 })
    const offset = page.result?.nextOffset ?? ''
    const other = { ...at, beginDate: '2024-07-21', offset, maxResults: 1 }
    expect(await refusal('consultByEmployer', other)).toEqual(['MSG00008', 'offset', undefined])
  })

  it('are refused for an employer outside the population', async () => {
    const [code] = await refusal('consultByEmployer', { ...at, nssoNumber: otherEmployer })
    expect(code).toBe('MSG00012')
  })
})

describe('whether persons were in service', () => {
  const asked = [student.ssin, fullTime.ssin, notIntegrated.ssin, twoEmployers.ssin]
  const activeIn = (content: Content) =>
    content.result?.activity?.filter(({ active }) => active).map(({ ssin }) => ssin)

  it('is told of each in the order asked, and is no for whom the institution may not know', async () => {
    const ssin = [...asked, replacedNumber.former]
    const criteria = { nssoNumber: workshop, ssin, beginDate: '2024-08-15', endDate: '2024-08-31' }
    const { result } = await ask('wasActive', criteria)
    expect(result?.activity).toEqual(
      ssin.map((one) => ({
        ssin: one,
        active: one === fullTime.ssin || one === twoEmployers.ssin,
      })),
    )
    const free = await ask('wasActive', criteria, {
      as: 'inspection',
      legalContext: 'INSPECTION:CONTROL',
    })
    expect(activeIn(free)).toEqual([fullTime.ssin, notIntegrated.ssin, twoEmployers.ssin])
  })

  it('is written by digest into the journal, for every person asked about', async () => {
    const mark = gateway.mark()
    const ssin = [fullTime.ssin, notIntegrated.ssin]
    await ask('wasActive', { nssoNumber: workshop, ssin, ...year })
    const answered = gateway.entries(mark).filter(({ kind }) => kind === 'answered')
    expect(answered.map(({ persons }) => persons?.length)).toEqual([2, 2])
    expect(gateway.journalBytes().toString()).not.toContain(fullTime.ssin)
  })

  it('is refused for an employer outside the population, and for more than 100 persons', async () => {
    const criteria = { nssoNumber: otherEmployer, ssin: [twoEmployers.ssin], ...year }
    expect((await refusal('wasActive', criteria))[0]).toBe('MSG00012')
    const many = { ...criteria, nssoNumber: workshop, ssin: Array<string>(101).fill(fullTime.ssin) }
    expect((await askSoap(gateway, questionOf('wasActive', many))).text).toContain('MSG00004')
    expect((await askRest(gateway, questionOf('wasActive', many))).status).toBe(400)
  })
})

describe('what a file declares', () => {
  const today = civilDateAt(Date.now())
  const folder = (name: 'IN' | 'OUT') => join(gateway.directory, 'sftp/100001', name)

  /** Hands in a set of the workshop, and waits for the notification. */
  async function declare(sequence: string, ...declarations: string[]): Promise<string> {
    const known = new Set(readdirSync(folder('OUT')))
    const stem = `DIMN.100001.${today.replaceAll('-', '')}.${sequence}.R`
    const bytes = Buffer.from(dimonaFile(...declarations))
    writeFileSync(join(folder('IN'), `FI.${stem}.1.1`), bytes)
    const signature = signFile(bytes, loadSigner('atelier'), new Date())
    writeFileSync(join(folder('IN'), `FS.${stem}.1.1`), signature)
    writeFileSync(join(folder('IN'), `GO.${stem}.1`), '')
    for (let waited = 0; waited < 20_000; waited += 50) {
      const go = readdirSync(folder('OUT')).find(
        (name) => name.startsWith('GO.NOTI.') && !known.has(name),
      )
      if (go !== undefined) return readFileSync(join(folder('OUT'), `FO${go.slice(2)}`), 'utf8')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error('no notification came')
  }
  const codesIn = (text: string) =>
    [...text.matchAll(/<HandlingResult><ResultCode>(\d)</g)].map(([, code]) => code)

  it('is answered from then on: an IN, an OUT of a registered period', async () => {
    const now = { beginDate: today, endDate: today }
    const activity = { nssoNumber: workshop, ssin: [student.ssin, accident.ssin], ...now }
    const before = await ask('wasActive', activity)
    expect(before.result?.activity?.map(({ active }) => active)).toEqual([false, true])

    const opened = await declare(
      '00001',
      dimonaIn({ person: `<INSS>${student.ssin}</INSS>`, start: today }),
      dimonaOut('009000000308', '2024-12-31'),
      // she works there already: the register knows the period, and an IN would overlap with it
      dimonaIn({ person: `<INSS>${fullTime.ssin}</INSS>`, start: today }),
    )
    expect(codesIn(opened)).toEqual(['1', '1', '0'])
    expect(opened).toContain('90373-334')

    const after = await ask('wasActive', activity)
    expect(after.result?.activity?.map(({ active }) => active)).toEqual([true, false])
    const { result } = await ask('consultByWorker', { ssin: accident.ssin, ...year })
    expect(result?.employment?.[0]?.occupation?.[0]).toMatchObject({
      entryDate: '2017-03-01',
      exitDate: '2024-12-31',
    })
    const workers = workersIn(await ask('consultByEmployer', { nssoNumber: workshop, ...now }))
    expect(workers).toContain(student.ssin)
    expect(workers).not.toContain(accident.ssin)

    const since = { nssoNumber: workshop, sinceDate: today }
    const changes = async () => (await ask('changesSince', since)).result?.change ?? []
    expect((await changes()).map(({ worker, cancelled }) => [worker?.['ssin'], cancelled])).toEqual(
      [student.ssin, accident.ssin].toSorted().map((ssin) => [ssin, false]),
    )
    const ended = (await changes()).find(({ worker }) => worker?.['ssin'] === accident.ssin)
    expect(ended?.occupation?.[0]).toMatchObject({ exitDate: '2024-12-31' })

    expect(codesIn(await declare('00002', dimonaCancel('009000000308')))).toEqual(['1'])
    expect((await changes()).find(({ cancelled }) => cancelled)).toEqual({
      cancelled: true,
      employer: { registrationNumber: workshop },
      worker: { ssin: accident.ssin },
      occupation: [{ entryDate: '2017-03-01', exitDate: '2024-12-31' }],
    })
    // page by page, the same
    const first = await ask('changesSince', { ...since, maxResults: 1 })
    expect(first.result?.change).toHaveLength(1)
    const rest = await ask('changesSince', {
      ...since,
      offset: first.result?.nextOffset ?? '',
      maxResults: 1,
    })
    expect([first, rest].flatMap(({ result }) => result?.change)).toEqual(await changes())
    expect(rest.result?.nextOffset).toBeUndefined()
  }, 60_000)

  it('is told as changes of the last 92 days only, and of the employers of the population', async () => {
    const daysAgo = (days: number) => civilDateAt(Date.now() - days * 86_400_000)
    const refused = (sinceDate: string, nssoNumber = workshop) =>
      refusal('changesSince', { nssoNumber, sinceDate })
    expect(await refused(daysAgo(94))).toEqual(['MSG00008', 'sinceDate', undefined])
    expect(await refused(daysAgo(-2))).toEqual(['MSG00008', 'sinceDate', undefined])
    expect(await refused(today, otherEmployer)).toEqual(['MSG00012', undefined, undefined])
    const { status } = await ask('changesSince', { nssoNumber: workshop, sinceDate: daysAgo(91) })
    expect(status.code).toBe('MSG00000')
  })
})
