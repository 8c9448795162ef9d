/* eslint-disable @typescript-eslint/require-await -- node:sqlite answers at once, store interfaces are asynchronous (design.md §5) */
import type { DatabaseSync } from 'node:sqlite'
import type { CivilDate } from '../base/civil-date.ts'
import { readNssoNumber, type EnterpriseNumber, type NssoNumber } from '../base/enterprise.ts'
import type { Ssin } from '../base/ssin.ts'
import type { Institution } from '../institutions/institution.ts'
import type { ReferenceDirectory } from '../institutions/reference-directory.ts'
import type { DmfaAggregateRecord, DmfaEmployerDeclarationRecord } from '../registers/dmfa.ts'
import type { DmfaChangeRecord } from '../registers/dmfa-change.ts'
import type { PersonRecord } from '../registers/person.ts'
import type {
  NameReader,
  InscriptionReader,
  PostingReader,
  RegisterTables,
  StoredEmployer,
  StoredPerson,
} from '../registers/register-reader.ts'
import { wordSearch } from './employer-words.ts'
import { namesIn } from './person-names.ts'
import { inscriptionsIn } from './inscriptions.ts'
import { postingsIn } from './postings.ts'
import { fillRegisterIndexes } from './register-indexes.ts'
import { registersMigrations, registersVersionMin } from './registers-schema.ts'
import { inTransaction, openDatabase } from './sqlite.ts'
import { firstOf, storedSsin } from './stored-ssin.ts'

/** `registers.db`, open: what the sources, the exchange and the flows read. Each question is one range of one index. */
export interface Registers
  extends RegisterTables, NameReader, PostingReader, InscriptionReader, ReferenceDirectory {
  /** for the view that joins these periods with those that files declared (dimona-view.ts) */
  readonly db: DatabaseSync
  institutions(): Promise<readonly Institution[]>
  /** replaces the whole registry of institutions */
  replaceInstitutions(institutions: readonly Institution[]): Promise<void>
  close(): void
}

/** What is asked of the registers; each is a range of one index, whose cost does not grow with the country (a test looks). */
export const registerQueries = {
  person: 'select register, status, replaced_by, record from person where ssin = ?',
  statusOf: 'select status, replaced_by from person where ssin = ?',
  byWorker: `select d.header, w.record from dmfa_worker w
    join dmfa_declaration d on d.employer = w.employer and d.quarter = w.quarter
    where w.ssin = ? and w.quarter between ? and ? order by w.quarter, w.employer`,
  workersChangedAfter: `select distinct ssin from dmfa_update
    where employer = ? and ssin > ? and received between ? and ? order by ssin limit ?`,
  quartersChanged: `select quarter from dmfa_update
    where employer = ? and ssin = ? and received between ? and ?`,
  workerOf: 'select record from dmfa_worker where employer = ? and quarter = ? and ssin = ?',
  declaration: 'select header, unrelated from dmfa_declaration where employer = ? and quarter = ?',
  workersAfter: `select ssin, record from dmfa_worker
    where employer = ? and quarter = ? and ssin > ? order by ssin limit ?`,
  aggregate: 'select aggregate from dmfa_declaration where employer = ? and quarter = ?',
  employer: `select nsso_number, enterprise_number, natural_person, record from employer
    where nsso_number = ?`,
  employersOf: `select nsso_number, enterprise_number, natural_person, record from employer
    where enterprise_number = ? order by nsso_number`,
  isIntegrated: `select 1 from inscription where institution = ? and ssin = ?
    and register = 'PRIMARY' and from_date <= ? and (until_date is null or until_date >= ?) limit 1`,
  areIntegrated: `select distinct ssin from inscription
    where institution = ? and ssin in (select value from json_each(?))
    and register = 'PRIMARY' and from_date <= ? and (until_date is null or until_date >= ?)`,
  registrationsOf: 'select nsso_number from employer where enterprise_number = ?',
  registrationsOfPerson: 'select employer from employer_person where ssin = ? order by employer',
  workedFor: 'select employer from employment where ssin = ?',
} as const

/** Opens `registers.db`, bringing its tables to this program's version. Throws when it is of a newer one, or of one from before `registersVersionMin`. */
export function openRegisters(path: string): Registers {
  const db = openDatabase(path, registersMigrations, {
    synchronous: 'normal',
    cacheKib: 16 * 1024,
    versionMin: registersVersionMin,
  })
  fillRegisterIndexes(db)
  return {
    db,
    ...personReader(db),
    ...dmfaReader(db),
    ...employerReader(db),
    ...referenceDirectory(db),
    ...postingsIn(db),
    ...namesIn(db),
    ...inscriptionsIn(db),
    ...institutionTable(db),
    close: () => db.close(),
  }
}

interface StatusRow {
  readonly status: 'active' | 'replaced' | 'cancelled'
  readonly replaced_by: string | null
}

function statusIn({ status, replaced_by: by }: StatusRow): StoredPerson['status'] {
  return status === 'replaced' ? { kind: status, by: storedSsin(by) } : { kind: status }
}

function personReader(db: DatabaseSync): Pick<Registers, 'person' | 'statusOf'> {
  const person = db.prepare(registerQueries.person)
  const statusOf = db.prepare(registerQueries.statusOf)
  interface PersonRow extends StatusRow {
    readonly register: StoredPerson['register']
    readonly record: string
  }
  return {
    // apart from `person`: each exchange asks it, and the record need not be read for it
    statusOf: async (ssin) => {
      const row = statusOf.get(ssin) as StatusRow | undefined
      return row && statusIn(row)
    },
    person: async (ssin) => {
      const row = person.get(ssin) as PersonRow | undefined
      if (row === undefined) return undefined
      const { register } = row
      const record = { ...(JSON.parse(row.record) as PersonRecord), register }
      return { register, status: statusIn(row), record }
    },
  }
}

type NaturalPerson = NonNullable<DmfaEmployerDeclarationRecord['naturalPerson']>[number]

function dmfaReader(
  db: DatabaseSync,
): Pick<Registers, 'dmfaByWorker' | 'dmfaByEmployer' | 'dmfaChanges' | 'dmfaAggregate'> {
  const byWorker = db.prepare(registerQueries.byWorker)
  const declaration = db.prepare(registerQueries.declaration)
  const workersAfter = db.prepare(registerQueries.workersAfter)
  const aggregate = db.prepare(registerQueries.aggregate)
  const parse = (json: string) => JSON.parse(json) as DmfaEmployerDeclarationRecord
  const parseWorker = (json: string) => JSON.parse(json) as NaturalPerson
  return {
    dmfaByWorker: async (ssin, from, to) => {
      const rows = byWorker.all(ssin, from, to) as unknown as { header: string; record: string }[]
      return rows.map((row) => ({
        ...parse(row.header),
        naturalPerson: [parseWorker(row.record)],
      }))
    },
    dmfaByEmployer: async (employer, quarter, after, limit) => {
      const found = declaration.get(employer, quarter) as
        { header: string; unrelated: string } | undefined
      if (found === undefined) return undefined
      const rows = workersAfter.all(employer, quarter, after ?? '', limit + 1) as unknown as {
        ssin: string
        record: string
      }[]
      const page = rows.slice(0, limit)
      const naturalPerson = page.map((row) => parseWorker(row.record))
      return {
        record: { ...parse(found.header), ...parse(found.unrelated), naturalPerson },
        next: rows.length > limit ? storedSsin(page.at(-1)?.ssin) : undefined,
      }
    },
    dmfaChanges: dmfaChangesIn(db),
    dmfaAggregate: async (employer, quarter) => {
      const row = aggregate.get(employer, quarter) as { aggregate: string | null } | undefined
      return row?.aggregate == null ? undefined : (JSON.parse(row.aggregate) as DmfaAggregateRecord)
    },
  }
}

function dmfaChangesIn(db: DatabaseSync): Registers['dmfaChanges'] {
  const workersAfter = db.prepare(registerQueries.workersChangedAfter)
  const quartersChanged = db.prepare(registerQueries.quartersChanged)
  const workerOf = db.prepare(registerQueries.workerOf)
  const declaration = db.prepare(registerQueries.declaration)
  const changeOf = (employer: NssoNumber, quarter: string, ssin: Ssin): DmfaChangeRecord => {
    const worker = workerOf.get(employer, quarter, ssin)
    if (worker === undefined) {
      const naturalPerson = [{ ssin }]
      const key = { registrationNumber: employer, quarter }
      return { deleted: true, employerDeclaration: { ...key, naturalPerson } }
    }
    const header = declaration.get(employer, quarter)?.['header']
    const naturalPerson = [JSON.parse(String(worker['record'])) as NaturalPerson]
    return {
      deleted: false,
      employerDeclaration: { ...(JSON.parse(String(header)) as object), naturalPerson },
    }
  }
  return async (employer, { from, to }, after, limit) => {
    const rows = workersAfter.all(employer, after ?? '', from, to, limit + 1)
    const { page, next } = firstOf(
      rows.map(({ ssin }) => storedSsin(ssin)),
      limit,
    )
    const records = page.flatMap((ssin) => {
      const quarters = quartersChanged.all(employer, ssin, from, to)
      const each = new Set(quarters.map(({ quarter }) => String(quarter)))
      return [...each].sort().map((quarter) => changeOf(employer, quarter, ssin))
    })
    return { records, next }
  }
}

function employerReader(
  db: DatabaseSync,
): Pick<Registers, 'employer' | 'employersOf' | 'employersWhoAre' | 'findEmployers'> {
  const byNumber = db.prepare(registerQueries.employer)
  const byEnterprise = db.prepare(registerQueries.employersOf)
  const byPerson = db.prepare(registerQueries.registrationsOfPerson)
  interface Row {
    readonly nsso_number: string
    readonly enterprise_number: string
    readonly natural_person: number
    readonly record: string
  }
  const read = (row: Row): StoredEmployer => ({
    nssoNumber: row.nsso_number,
    enterpriseNumber: row.enterprise_number,
    naturalPerson: row.natural_person === 1,
    record: JSON.parse(row.record) as object,
  })
  const search = wordSearch(db)
  const numbered = (number: string) => {
    const row = byNumber.get(number) as Row | undefined
    return row && read(row)
  }
  const all = (numbers: readonly string[]) => numbers.flatMap((number) => numbered(number) ?? [])
  return {
    findEmployers: async (words, within, limit) => {
      const found = search(words, within, limit)
      return found && all(found)
    },
    employer: async (nssoNumber) => numbered(nssoNumber),
    employersWhoAre: async (ssin) =>
      all(byPerson.all(ssin).map(({ employer }) => String(employer))),
    employersOf: async (enterpriseNumber) =>
      (byEnterprise.all(enterpriseNumber) as unknown as Row[]).map(read),
  }
}

/** From so many persons on, one statement about all of them costs less than one about each. */
const togetherMin = 4

function referenceDirectory(db: DatabaseSync): Omit<ReferenceDirectory, 'postedTo'> {
  const isIntegrated = db.prepare(registerQueries.isIntegrated)
  const areIntegrated = db.prepare(registerQueries.areIntegrated)
  const workedFor = db.prepare(registerQueries.workedFor)
  const registrations = db.prepare(registerQueries.registrationsOf)
  const ofPerson = db.prepare(registerQueries.registrationsOfPerson)
  return {
    registrationsOf: async (enterprise: EnterpriseNumber) =>
      registrations
        .all(enterprise)
        .flatMap((row) => readNssoNumber(String(row['nsso_number'])) ?? []),
    registrationsOfPerson: async (ssin: Ssin) =>
      ofPerson.all(ssin).flatMap(({ employer }) => readNssoNumber(String(employer)) ?? []),
    integrated: async (institution: string, ssins: readonly Ssin[], on: CivilDate) => {
      if (ssins.length < togetherMin) {
        const known = ssins.filter((ssin) => isIntegrated.get(institution, ssin, on, on))
        return new Set(known)
      }
      const found = areIntegrated.all(institution, JSON.stringify(ssins), on, on)
      const known = new Set(found.map(({ ssin }) => ssin))
      return new Set(ssins.filter((ssin) => known.has(ssin)))
    },
    // a person has few employers, a population can have many
    worksFor: async (ssin: Ssin, employers: readonly string[]) =>
      workedFor.all(ssin).some(({ employer }) => employers.includes(String(employer))),
  }
}

function institutionTable(
  db: DatabaseSync,
): Pick<Registers, 'institutions' | 'replaceInstitutions'> {
  const all = db.prepare('select record from institution order by id')
  const insert = db.prepare('insert into institution (id, record) values (?, ?)')
  return {
    institutions: async () =>
      all.all().map((row) => JSON.parse(String(row['record'])) as Institution),
    replaceInstitutions: async (institutions) =>
      inTransaction(db, () => {
        db.exec('delete from institution')
        for (const institution of institutions)
          insert.run(institution.id, JSON.stringify(institution))
      }),
  }
}
