import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sandboxEmployer } from '../../../src/access/sandbox.ts'
import { applyChange, type DimonaPeriod } from '../../../src/batch/dimona/period.ts'
import { anomaliesOf, periodOf } from '../answers.ts'
import { Drop } from '../drop.ts'
import {
  dimonaCancel,
  dimonaFile,
  dimonaIn,
  dimonaOut,
  dimonaUpdate,
  employerId,
  employers,
  form,
  type InOptions,
  worker,
} from '../messages.ts'

let drop: Drop
beforeEach(async () => {
  drop = await Drop.open()
})
afterEach(() => drop.close())

/** Anomalies of each declaration of one file of the workshop; the file comes in on 2026-03-02. */
async function outcomes(...declarations: string[]): Promise<string[][]> {
  const { receipt, forms } = await drop.send('atelier', dimonaFile(...declarations))
  expect(receipt?.ReceptionResult.ResultCode).toBe('1')
  return forms.map(anomaliesOf)
}

const type = (workerType: string, committee = 'XXX', rest = '') =>
  `<JointCommissionNbr>${committee}</JointCommissionNbr><WorkerType>${workerType}</WorkerType>${rest}`
const end = (date: string, hours = '', planned = '') =>
  `${hours}<EndingDate>${date}</EndingDate>${planned}`
const planned = '<PlannedHoursNbr>20</PlannedHoursNbr>'
const company = (number: string) => `<EmployerId><CompanyID>${number}</CompanyID></EmployerId>`
const cards = (first: string, next: string) =>
  `<ConstructionControlCards><FirstMonthC32ANbr>${first}</FirstMonthC32ANbr><NextMonthC32ANbr>${next}</NextMonthC32ANbr></ConstructionControlCards>`
const user = (content: string) => `<UsingEmployer>${content}</UsingEmployer>`
const statutes =
  '<SmallStatutesInformation><EmploymentNature>WORKER</EmploymentNature><WorkerStatus>F1</WorkerStatus></SmallStatutesInformation>'

const statutesWith = (nature: string, activity: string) =>
  `<SmallStatutesInformation><EmploymentNature>${nature}</EmploymentNature><ActivityWithRisk>${activity}</ActivityWithRisk><WorkerStatus>F1</WorkerStatus></SmallStatutesInformation>`
const address = (country: string, zip = '1000') =>
  `<Address><Street>Rue</Street><HouseNbr>1</HouseNbr><ZIPCode>${zip}</ZIPCode><City>Bruxelles</City><Country>${country}</Country></Address>`
const agencyAt = (country: string, zip?: string): InOptions => ({
  features: type(
    'OTH',
    '322',
    user(`<UsingEmployerName>U</UsingEmployerName>${address(country, zip)}`),
  ),
  times: end('2026-03-31'),
})
/** A worker under a number, with codes of countries beside it. */
const from = (n: number, countries: string): InOptions => ({
  person: `<INSS>${worker(n)}</INSS>${countries}`,
})

const ins: [string, InOptions, string[]][] = [
  ['plain', {}, []],
  ['late', { start: '2026-02-27' }, ['90373-460']],
  ['by enterprise number', { employer: company(employers.workshop.enterprise) }, []],
  ['without employer', { employer: '' }, ['90256-364']],
  ['with an empty employer', { employer: '<EmployerId/>' }, ['90256-364']],
  ['with a wrong ONSS number', { employer: employerId('100001083') }, ['00011-003']],
  ['of an unknown employer', { employer: employerId(sandboxEmployer(1_000_099)) }, ['00011-235']],
  ['with a wrong enterprise number', { employer: company('0100002051') }, ['00014-003']],
  ['of an unknown enterprise', { employer: company('1999000348') }, ['00014-235']],
  [
    'with both numbers, which differ',
    {
      employer: `<EmployerId><NOSSRegistrationNbr>${employers.workshop.nsso}</NOSSRegistrationNbr><CompanyID>0100002050</CompanyID></EmployerId>`,
    },
    ['00014-022'],
  ],
  ['before the employer had staff', { start: '2019-12-31' }, ['90373-343', '90373-460']],
  ['without worker', { person: '' }, ['90017-363']],
  ['of a described worker', { person: '<WorkerName>Nom</WorkerName>' }, ['90017-151']],
  ['with a wrong number', { person: '<INSS>80010100100</INSS>' }, ['00024-003']],
  ['of an unknown worker', { person: `<INSS>${worker(950)}</INSS>` }, ['90017-151']],
  ['of a cancelled number', { person: `<INSS>${worker(901)}</INSS>` }, ['90017-151']],
  ['of a replaced number', { person: `<INSS>${worker(900)}</INSS>` }, []],
  ['without features', { features: '' }, ['00655-001']],
  ['without joint committee', { features: '<WorkerType>OTH</WorkerType>' }, ['00046-001']],
  ['of a closed type', { features: type('TEA') }, ['00655-003']],
  ['too early in time', { start: '1919-12-31' }, ['00910-008', '90373-343', '90373-460']],
  ['too late in time', { start: '2036-01-01' }, ['00910-008']],
  ['ending never', { times: end('9999-12-31') }, ['00911-008']],
  ['ending before it begins', { times: end('2026-03-08') }, ['00911-014']],
  ['with an hour', { times: '<StartingHour>0800</StartingHour>' }, ['00777-005']],
  ['with planned hours', { times: planned }, ['01135-005']],
  ['of a student', { features: type('STU'), times: end('2026-03-31', '', planned) }, []],
  [
    'of a student without hours',
    { features: type('STU'), times: end('2026-03-31') },
    ['01135-001'],
  ],
  [
    'of a student over two quarters',
    { features: type('STU'), times: end('2026-04-01', '', planned) },
    ['90373-421'],
  ],
  ['of a student without end', { features: type('STU'), times: planned }, ['00911-001']],
  [
    'of a flexi-job of a day',
    {
      features: type('FLX', '302'),
      times: `<StartingHour>1000</StartingHour>${end('2026-03-09')}<EndingHour>1800</EndingHour>`,
    },
    [],
  ],
  [
    'of a flexi-job of a day that ends before it begins',
    {
      features: type('FLX', '302'),
      times: `<StartingHour>1000</StartingHour>${end('2026-03-09')}<EndingHour>0900</EndingHour>`,
    },
    ['00778-345'],
  ],
  [
    'of a flexi-job of a day without hours',
    { features: type('FLX', '302'), times: end('2026-03-09') },
    ['00777-001', '00778-001'],
  ],
  [
    'of a flexi-job too early',
    { features: type('FLX', '302'), start: '2026-07-01' },
    ['00910-008'],
  ],
  [
    'of an occasional worker without hour',
    { features: type('EXT', '145'), times: end('2026-03-09') },
    ['00777-001'],
  ],
  [
    'of article 17 too early',
    { features: type('S17'), start: '2026-03-18', times: end('2026-03-31', '', planned) },
    ['00910-008'],
  ],
  ['of T17 over two days', { features: type('T17'), times: end('2026-03-10') }, ['00911-008']],
  ['of a trainee', { features: type('TRI'), times: end('2026-06-30'), rest: statutes }, []],
  [
    'of a trainee without statute',
    { features: type('TRI'), times: end('2026-06-30') },
    ['01231-001'],
  ],
  ['with a statute that is not one', { rest: statutes }, ['01231-005']],
  ['in construction', { features: type('BCW', '124'), rest: cards('1', '2') }, []],
  ['in construction without cards', { features: type('BCW', '124') }, ['00663-001']],
  [
    'in construction with one card',
    { features: type('BCW', '124'), rest: cards('1', '1') },
    ['00664-353'],
  ],
  ['with cards for nothing', { rest: cards('1', '2') }, ['00663-005']],
  [
    'with a user for nothing',
    { features: type('OTH', 'XXX', user('<UsingEmployerName>U</UsingEmployerName>')) },
    ['00131-005'],
  ],
  [
    'of an agency without user',
    { features: type('OTH', '322'), times: end('2026-03-31') },
    ['90107-351'],
  ],
  [
    'of an agency with name and number of the user',
    {
      features: type(
        'OTH',
        '322',
        user(
          '<UsingEmployerName>U</UsingEmployerName><UsingEmployerCompanyID>0100002050</UsingEmployerCompanyID>',
        ),
      ),
      times: end('2026-03-31'),
    },
    ['90107-352'],
  ],
  [
    'of an agency with a user whose number has wrong check digits',
    {
      features: type(
        'OTH',
        '322',
        user('<UsingEmployerCompanyID>0100002051</UsingEmployerCompanyID>'),
      ),
      times: end('2026-03-31'),
    },
    ['00131-003'],
  ],
  [
    'of an agency with a user whose number is said not to be known',
    {
      features: type('OTH', '322', user('<UsingEmployerCompanyID>0</UsingEmployerCompanyID>')),
      times: end('2026-03-31'),
    },
    [],
  ],
  [
    'of an agency',
    {
      features: type('OTH', '322', user('<UsingEmployerName>U</UsingEmployerName>')),
      times: end('2026-03-31'),
    },
    [],
  ],
  [
    'with a student place for nothing',
    { rest: '<StudentPlaceOfWork><Denomination>D</Denomination></StudentPlaceOfWork>' },
    ['00776-005'],
  ],
  ['of alternating training', { features: type('ALT') }, []],
  [
    'of alternating training before there was any',
    { features: type('ALT'), start: '2023-08-31' },
    ['00910-008', '90373-460'],
  ],
  [
    'of an occasional undertaker, before they had any',
    {
      features: type('EXT', '320'),
      start: '2019-03-31',
      times: `<StartingHour>0800</StartingHour>${end('2019-03-31')}`,
    },
    ['90374-349', '90373-343', '90373-460'],
  ],
  [
    'of an occasional undertaker',
    {
      features: type('EXT', '320'),
      times: `<StartingHour>0800</StartingHour>${end('2026-03-09')}`,
    },
    [],
  ],
  ['of a user in a country of five digits', agencyAt('00150'), []],
  ['of a user in a country that is no more', agencyAt('171'), ['00523-003']],
  ['of a user in a country of no list', agencyAt('998'), ['00523-003']],
  ['of a user without country', agencyAt('0'), ['00523-003']],
  ['of a user at a postcode that does not exist', agencyAt('00150', '1999'), ['00520-003']],
  ['of a user at a postcode that is no more', agencyAt('150', '1010'), ['00520-003']],
  ['of a user at a postcode abroad', agencyAt('111', 'SW1A 1AA'), []],
  [
    'of a student in a country that is no more',
    {
      features: type('STU'),
      times: end('2026-03-31', '', planned),
      rest: `<StudentPlaceOfWork>${address('00171')}</StudentPlaceOfWork>`,
    },
    ['00523-003'],
  ],
  [
    'of a worker born in a country that is no more',
    from(700, '<WorkerBirthplaceCountry>171</WorkerBirthplaceCountry>'),
    [],
  ],
  [
    'of a worker born nowhere',
    from(701, '<WorkerBirthplaceCountry>998</WorkerBirthplaceCountry>'),
    ['00169-003'],
  ],
  [
    'of a worker who lives in a country that is no more',
    from(702, '<WorkerCountry>171</WorkerCountry>'),
    ['00035-003'],
  ],
  [
    'of a worker at a postcode that does not exist',
    from(705, '<WorkerZIPCode>1999</WorkerZIPCode><WorkerCountry>150</WorkerCountry>'),
    ['00033-003'],
  ],
  [
    'of a worker of a nation that is no more',
    from(703, '<Nationality>171</Nationality>'),
    ['00119-003'],
  ],
  ['of a worker of another nation', from(704, '<Nationality>00111</Nationality>'), []],
  [
    'of a manual trainee with a risk',
    {
      features: type('TRI'),
      times: end('2026-06-30'),
      rest: statutesWith('WORKER', '6'),
    },
    [],
  ],
  [
    'of a manual trainee with a risk of employees',
    { features: type('TRI'), times: end('2026-06-30'), rest: statutesWith('WORKER', '402') },
    ['00041-521'],
  ],
  [
    'of a trainee with a risk of no list',
    { features: type('TRI'), times: end('2026-06-30'), rest: statutesWith('EMPLOYEE', '499') },
    ['00041-521'],
  ],
  ['that the schema refuses in a value', { start: '2026-02-30' }, ['00910-003']],
  [
    'that the schema refuses in two values',
    { start: '2026-02-30', features: type('XYZ') },
    ['00910-003', '00655-003'],
  ],
  ['that the schema refuses in its structure', { rest: '<Unknown/>' }, ['90059-255']],
]

describe('an IN', () => {
  it('has the anomalies of the official list, each case in one file', async () => {
    // a worker each, so that no case stands in the way of another
    const declarations = ins.map(([, options], index) =>
      dimonaIn({ person: `<INSS>${worker(index + 10)}</INSS>`, ...options }),
    )
    const found = await outcomes(...declarations)
    const line = (what: string, codes: readonly string[] = []) =>
      `${what.padEnd(52)}${codes.join(' ') || 'accepted'}`
    expect(ins.map(([what], index) => line(what, found[index]))).toEqual(
      ins.map(([what, , codes]) => line(what, codes)),
    )
  })

  it('that is known already is a double and tells the period', async () => {
    const first = await drop.send('atelier', dimonaFile(dimonaIn()))
    const { forms } = await drop.send('atelier', dimonaFile(dimonaIn()))
    expect(anomaliesOf(forms[0])).toEqual(['90373-333'])
    const known = forms[0]?.HandlingResult.AnomalyReport?.[0]?.AnomalyComplInformation
    expect(known?.DimonaPeriod.DimonaPeriodId).toBe(periodOf(first.forms[0]))
  })

  it('overlaps a period of the same type only, and no cancelled one', async () => {
    const { forms } = await drop.send('atelier', dimonaFile(dimonaIn()))
    const later = { start: '2026-03-20' }
    expect(
      await outcomes(
        dimonaIn(later),
        dimonaIn({ ...later, features: type('DWD') }),
        dimonaIn({ ...later, person: `<INSS>${worker(2)}</INSS>` }),
        dimonaCancel(periodOf(forms[0])),
        dimonaIn(later),
      ),
    ).toEqual([['90373-334'], [], [], [], []])
  })

  it('may follow another on the same day when hours are declared', async () => {
    const hours = (from: string, to: string) => ({
      features: type('FLX', '302'),
      times: `<StartingHour>${from}</StartingHour><EndingDate>2026-03-09</EndingDate><EndingHour>${to}</EndingHour>`,
    })
    expect(
      await outcomes(
        dimonaIn(hours('0800', '1200')),
        dimonaIn(hours('1200', '1800')),
        dimonaIn(hours('1700', '1900')),
      ),
    ).toEqual([[], [], ['90373-334']])
  })

  it('gets its creation date checked', async () => {
    const inForm = /<DimonaIn>.*<\/DimonaIn>/.exec(dimonaIn())?.[0] ?? ''
    expect(await outcomes(form(inForm, '2026-03-03'), form(inForm, '2024-12-31'))).toEqual([
      ['00218-003'],
      ['00218-003'],
    ])
  })
})

describe('a period', () => {
  const open = async (options: InOptions = {}) =>
    periodOf((await drop.send('atelier', dimonaFile(dimonaIn(options)))).forms[0])

  it('is closed by OUT once', async () => {
    const id = await open()
    expect(
      await outcomes(
        dimonaOut(id, '2026-03-08'),
        dimonaOut(id, '9999-12-31'),
        dimonaOut(id, '2026-03-31', `<INSS>${worker(2)}</INSS>`),
        dimonaOut(id, '2026-03-31', employerId(employers.affiliated.nsso)),
        dimonaOut(id, '2026-03-31'),
        dimonaOut(id, '2026-04-30'),
      ),
    ).toEqual([['00911-014'], ['00911-008'], ['00024-347'], ['90256-155'], [], ['00913-356']])
  })

  it('is unknown under a number that was not given out, or has wrong check digits', async () => {
    await open()
    expect(
      await outcomes(
        dimonaOut('700000000254', '2026-03-31'),
        dimonaCancel('1'),
        dimonaUpdate('700000000254', '<StartingDate>2026-03-16</StartingDate>'),
      ),
    ).toEqual([['00913-354'], ['00913-354'], ['00913-354']])
  })

  it('is moved by UPDATE, when something changes and the type allows it', async () => {
    const id = await open()
    const student = await open({
      person: `<INSS>${worker(2)}</INSS>`,
      features: type('STU'),
      times: end('2026-03-31', '', planned),
    })
    expect(
      await outcomes(
        dimonaUpdate(id, ''),
        dimonaUpdate(id, '<StartingDate>2026-03-09</StartingDate>'),
        dimonaUpdate(id, '<EndingDate>2026-03-31</EndingDate>'),
        dimonaUpdate(id, '<StartingDate>2026-02-02</StartingDate>'),
        dimonaUpdate(student, '<EndingDate>9999-12-31</EndingDate>'),
        dimonaUpdate(student, '<StartingDate>2026-03-10</StartingDate>'),
        dimonaUpdate(student, '<PlannedHoursNbr>30</PlannedHoursNbr>'),
        dimonaUpdate(student, '<EndingDate>2026-04-01</EndingDate>'),
      ),
    ).toEqual([
      ['90378-360'],
      ['90378-444'],
      ['00913-359'],
      ['90378-460'],
      ['00913-368'],
      ['00910-005'],
      [],
      ['90378-421'],
    ])
    expect(await drop.store.period(student)).toMatchObject({ plannedHours: 30, end: '2026-03-31' })
  })

  it('cannot be moved over another', async () => {
    const first = await open({ times: end('2026-03-13') })
    await open({ start: '2026-03-16' })
    expect(await outcomes(dimonaUpdate(first, '<EndingDate>2026-03-16</EndingDate>'))).toEqual([
      ['90378-334'],
    ])
  })

  it('takes nothing after its cancellation', async () => {
    const id = await open()
    expect(
      await outcomes(
        dimonaCancel(id),
        dimonaOut(id, '2026-03-31'),
        dimonaUpdate(id, '<StartingDate>2026-03-16</StartingDate>'),
        dimonaCancel(id),
      ),
    ).toEqual([[], ['00913-355'], ['00913-355'], ['00913-355']])
  })

  it('is what its history says', async () => {
    const id = await open()
    await outcomes(
      dimonaUpdate(id, '<StartingDate>2026-03-16</StartingDate>'),
      dimonaOut(id, '2026-06-30'),
      dimonaUpdate(id, '<EndingDate>2026-05-31</EndingDate>'),
      dimonaCancel(id),
    )
    const history = await drop.store.history(id)
    expect(history.map(({ change }) => change.kind)).toEqual([
      'opened',
      'moved',
      'ended',
      'moved',
      'cancelled',
    ])
    const folded = history.reduce<DimonaPeriod | undefined>(
      (period, { change, atMs }) => applyChange(period, change, atMs),
      undefined,
    )
    expect(folded).toEqual(await drop.store.period(id))
  })

  it('takes no daily registration: no employer chose that system here', async () => {
    const id = await open()
    const daily = (content: string) =>
      form(`<DailyRegistrationDeclaration>${content}</DailyRegistrationDeclaration>`)
    expect(
      await outcomes(
        daily(
          `<AttestationStatus>0</AttestationStatus><DimonaPeriodId>${id}</DimonaPeriodId><StartingDate>2026-03-09</StartingDate>`,
        ),
        daily(
          '<AttestationStatus>3</AttestationStatus><DailyRegistrationId>700000000173</DailyRegistrationId>',
        ),
        form(''),
      ),
    ).toEqual([['00913-461'], ['01085-354'], ['90059-134']])
  })
})
