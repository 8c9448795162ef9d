/**
 * The daily run of the back-end: brings the staff register up to date and prints figures and norm check, with --list also the
 * register itself. `node examples/staff-register/main.ts [--settings FILE] [--list]`, exit code 1 when anything went wrong: the register is
 * then as it was, and the next run does it all.
 */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { dailyCheck, isInService, lastOccupationsOf, quarterFigures, seniorityOf, type Norm, type NormCheck } from './figures.ts' // prettier-ignore
import { readIdentity } from './gateway-client.ts'
import { readRegister, writeRegister, type StaffRegister } from './register.ts'
import { closeServices, openServices, update, type Employer } from './update.ts'

/** settings.json; its files are relative to it. */
interface Settings {
  readonly gateway: string
  readonly certificates: string
  readonly institution: string
  /** enterprise number of the institution */
  readonly customer: string
  readonly register: string
  readonly employer: Employer
  readonly norm: Norm
}

async function run(settingsFile: string, withList: boolean): Promise<void> {
  const settings = JSON.parse(readFileSync(settingsFile, 'utf8')) as Settings
  const fileOf = (path: string) => resolve(dirname(settingsFile), path)
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Brussels' }).format()
  const old = readRegister(fileOf(settings.register), settings.employer.nssoNumber)
  const keys = readIdentity(fileOf(settings.certificates), settings.institution)
  const services = await openServices(settings.gateway, keys, settings.customer)
  try {
    const { register, report } = await update(services, settings.employer, old, today)
    writeRegister(fileOf(settings.register), register)
    const { kind, workers, identities, declarations } = report
    console.log(
      `${today}, ${kind === 'whole' ? 'whole staff' : `changes since ${old?.readOn ?? ''}`}: ` +
        `read employments of ${workers}, identity of ${identities}, declarations ${declarations.join(' ') || 'none'}`,
    )
    if (withList) printRegister(register, today)
    printFigures(register, settings.norm, today)
  } finally {
    closeServices(services)
  }
}

/** The eleven items of § 3, as far as a source has them: no source has a job title, nor a pay scale. */
function printRegister(register: StaffRegister, today: string): void {
  const rows = Object.entries(register.workers).map(([ssin, { identity, employments }]) => {
    const employment = employments.findLast((one) => isInService(one, today)) ?? employments.at(-1)
    const [occupation] = lastOccupationsOf(register, ssin)
    const absences = occupation?.services.filter(({ code }) => code !== '1') ?? []
    return [
      identity.refusal ?? identity.lastName,
      identity.firstNames,
      identity.birthDate,
      identity.sex,
      occupation?.positionCode ?? '',
      employment?.entryDate ?? '',
      employment?.exitDate ?? '',
      `${employment?.workerType ?? ''} ${{ '0': 'full', '1': 'part' }[occupation?.contractType ?? ''] ?? ''}`,
      occupation === undefined ? '' : `${occupation.weekHours / 100}/${occupation.fullTimeWeekHours / 100}`, // prettier-ignore
      absences.map(({ code, days }) => `${code}:${days / 100}`).join(' '),
      `${seniorityOf(employments, today)}`,
      employment?.jointCommittee ?? '',
    ]
  })
  printTable([
    ['name', 'first names', 'born', 'sex', 'function', 'from', 'until', 'contract', 'hours', 'absences', 'years', 'committee'], // prettier-ignore
    ...rows,
  ])
}

function printFigures(register: StaffRegister, norm: Norm, today: string): void {
  const cells = ({ targetGroup, staff, isMet }: NormCheck) => [
    targetGroup.toFixed(2),
    staff.toFixed(2),
    (targetGroup / staff).toFixed(2),
    isMet ? 'met' : 'NOT MET',
  ]
  const daily = dailyCheck(register, norm, today)
  printTable([
    ['period', 'workers', 'target group FTE', 'staff FTE', 'per staff', `norm ${norm.targetGroupPerStaff}`, 'absences (code:days)', 'not shown'], // prettier-ignore
    ...quarterFigures(register, norm).map((one) => [
      one.quarter,
      `${one.workers}`,
      ...cells(one),
      [...one.absences].toSorted().map(([code, days]) => `${code}:${days}`).join(' '), // prettier-ignore
      `${one.hidden}`,
    ]),
    [today, `${daily.inService}`, ...cells(daily), '', ''],
  ])
  if (daily.withoutRegime > 0) {
    console.log(`${daily.withoutRegime} in service without a declared working time: counted in no group yet`) // prettier-ignore
  }
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) // prettier-ignore
  for (const row of rows) {
    console.log(`  ${row.map((text, column) => text.padEnd(widths?.[column] ?? 0)).join('  ')}`.trimEnd()) // prettier-ignore
  }
  console.log('')
}

// node-soap still uses a call of xml-crypto that xml-crypto deprecates; no matter of the reader
process.noDeprecation = true
const { values } = parseArgs({
  options: { settings: { type: 'string' }, list: { type: 'boolean', default: false } },
})
try {
  await run(resolve(values.settings ?? `${import.meta.dirname}/settings.json`), values.list)
} catch (error) {
  for (let cause = error; cause instanceof Error; cause = cause.cause) console.error(cause.message)
  process.exitCode = 1
}
