import type { DatabaseSync } from 'node:sqlite'
import {
  checkAffiliation,
  checkProvider,
  type AccessDirectory,
  type Affiliation,
  type Mandates,
  type ProviderContract,
} from '../access/mandate.ts'
import type { Enterprise } from '../access/enterprise.ts'
import { addDays, type CivilDate } from '../base/civil-date.ts'
import type { EnterpriseNumber, NssoNumber } from '../base/enterprise.ts'
import { GatewayError } from '../base/errors.ts'
import { inTransaction, openDatabase } from './sqlite.ts'

/** The tables of `access.db`; rules as in registers-schema.ts. */
const accessMigrations: readonly string[] = [
  `
  create table enterprise (
    enterprise_number text primary key,
    nsso_number text unique,
    employer_from text,
    employer_until text,
    secretariat_number text unique
  );

  create table affiliation (
    employer text not null,
    secretariat text not null,
    from_date text not null,
    until_date text,
    primary key (employer, from_date)
  );

  create table provider_contract (
    employer text not null,
    provider text not null,
    reference text not null,
    contract_date text not null,
    parties text not null,
    ended_at_ms bigint,
    primary key (employer, reference)
  );
  -- rule A31, kept by the table itself: one running contract an employer
  create unique index one_provider on provider_contract (employer) where ended_at_ms is null;
  `,
]

const columns = 'enterprise_number, nsso_number, employer_from, employer_until, secretariat_number'

/** Every statement, prepared once. */
function prepareStatements(db: DatabaseSync) {
  return {
    putEnterprise: db.prepare(
      `insert into enterprise values (?, ?, ?, ?, ?) on conflict (enterprise_number) do update set
           nsso_number = excluded.nsso_number, employer_from = excluded.employer_from,
           employer_until = excluded.employer_until, secretariat_number = excluded.secretariat_number`,
    ),
    affiliations: db.prepare(
      'select secretariat, from_date, until_date from affiliation where employer = ? order by from_date',
    ),
    contracts: db.prepare(
      `select provider, reference, contract_date, parties, ended_at_ms
         from provider_contract where employer = ? order by contract_date, reference`,
    ),
    endAffiliation: db.prepare(
      `update affiliation set until_date = ?1
           where employer = ?2 and (until_date is null or until_date > ?1)`,
    ),
    insertAffiliation: db.prepare('insert into affiliation values (?, ?, ?, ?)'),
    endAffiliationOn: db.prepare(
      `update affiliation set until_date = ?1
           where employer = ?2 and from_date <= ?1 and (until_date is null or until_date > ?1)`,
    ),
    insertContract: db.prepare('insert into provider_contract values (?, ?, ?, ?, ?, null)'),
    endContract: db.prepare(
      'update provider_contract set ended_at_ms = ? where employer = ? and ended_at_ms is null',
    ),
    enterprise: db.prepare(`select ${columns} from enterprise where enterprise_number = ?`),
    employer: db.prepare(`select ${columns} from enterprise where nsso_number = ?`),
  }
}

interface EnterpriseRow {
  enterprise_number: EnterpriseNumber
  nsso_number: NssoNumber | null
  employer_from: CivilDate | null
  employer_until: CivilDate | null
  secretariat_number: string | null
}

function enterpriseOf(found: Record<string, unknown> | undefined): Enterprise | undefined {
  if (found === undefined) return undefined
  const row = found as unknown as EnterpriseRow
  return {
    enterpriseNumber: row.enterprise_number,
    ...(row.nsso_number !== null &&
      row.employer_from !== null && {
        employer: {
          nssoNumber: row.nsso_number,
          from: row.employer_from,
          ...(row.employer_until !== null && { until: row.employer_until }),
        },
      }),
    ...(row.secretariat_number !== null && { secretariatNumber: row.secretariat_number }),
  }
}

/** Enterprises, affiliations and provider contracts in one SQLite file; writes obey rules A27 to A31 and A37. */
export class AccessDb implements AccessDirectory {
  readonly #db: DatabaseSync
  readonly #sql: ReturnType<typeof prepareStatements>

  /** Opens or creates the file; `:memory:` for tests. */
  constructor(file: string) {
    this.#db = openDatabase(file, accessMigrations, { synchronous: 'full', cacheKib: 2048 })
    this.#sql = prepareStatements(this.#db)
  }

  close(): void {
    this.#db.close()
  }

  /** Adds an enterprise or replaces what was known of it. */
  putEnterprise(enterprise: Enterprise): Promise<void> {
    this.#sql.putEnterprise.run(
      enterprise.enterpriseNumber,
      enterprise.employer?.nssoNumber ?? null,
      enterprise.employer?.from ?? null,
      enterprise.employer?.until ?? null,
      enterprise.secretariatNumber ?? null,
    )
    return Promise.resolve()
  }

  enterprise(number: EnterpriseNumber): Promise<Enterprise | undefined> {
    return Promise.resolve(this.#enterprise(number))
  }

  employer(nssoNumber: string): Promise<Enterprise | undefined> {
    return Promise.resolve(enterpriseOf(this.#sql.employer.get(nssoNumber)))
  }

  #enterprise(number: EnterpriseNumber): Enterprise | undefined {
    return enterpriseOf(this.#sql.enterprise.get(number))
  }

  mandatesOf(employer: EnterpriseNumber): Promise<Mandates> {
    return Promise.resolve({
      affiliations: this.#affiliations(employer),
      contracts: this.#contracts(employer),
    })
  }

  #affiliations(employer: EnterpriseNumber): Affiliation[] {
    const rows = this.#sql.affiliations.all(employer) as unknown as {
      secretariat: EnterpriseNumber
      from_date: CivilDate
      until_date: CivilDate | null
    }[]
    return rows.map((row) => ({
      employer,
      secretariat: row.secretariat,
      from: row.from_date,
      ...(row.until_date !== null && { until: row.until_date }),
    }))
  }

  #contracts(employer: EnterpriseNumber): ProviderContract[] {
    const rows = this.#sql.contracts.all(employer) as unknown as {
      provider: EnterpriseNumber
      reference: string
      contract_date: CivilDate
      parties: string
      ended_at_ms: number | null
    }[]
    return rows.map((row) => ({
      employer,
      provider: row.provider,
      reference: row.reference,
      date: row.contract_date,
      parties: JSON.parse(row.parties) as string[],
      ...(row.ended_at_ms !== null && { endedAtMs: row.ended_at_ms }),
    }))
  }

  /**
   * Records an affiliation, which is the mandate (A29). One that runs on the first day is ended the day before: a change of
   * secretariat. Throws REQUEST_INVALID, also when a later affiliation is known.
   */
  affiliate(affiliation: Affiliation): Promise<void> {
    return this.#transaction(() => {
      checkAffiliation(
        affiliation,
        this.#enterprise(affiliation.employer),
        this.#enterprise(affiliation.secretariat),
      )
      if (this.#affiliations(affiliation.employer).some(({ from }) => from >= affiliation.from))
        throw new GatewayError('REQUEST_INVALID', 'A29: a later affiliation is known')
      this.#sql.endAffiliation.run(addDays(affiliation.from, -1), affiliation.employer)
      this.#sql.insertAffiliation.run(
        affiliation.employer,
        affiliation.secretariat,
        affiliation.from,
        affiliation.until ?? null,
      )
    })
  }

  /** Ends the affiliation that runs on the day; the day is its last. Throws REQUEST_INVALID when none runs. */
  endAffiliation(employer: EnterpriseNumber, lastDay: CivilDate): Promise<void> {
    return this.#transaction(() => {
      const { changes } = this.#sql.endAffiliationOn.run(lastDay, employer)
      if (changes === 0) throw new GatewayError('REQUEST_INVALID', 'no affiliation runs on the day')
    })
  }

  /** The employer names its one other provider (A27, A28, A31). Throws REQUEST_INVALID. */
  nameProvider(contract: ProviderContract, nowMs: number): Promise<void> {
    return this.#transaction(() => {
      checkProvider(
        contract,
        this.#enterprise(contract.employer),
        this.#enterprise(contract.provider),
        this.#contracts(contract.employer),
        nowMs,
      )
      this.#sql.insertContract.run(
        contract.employer,
        contract.provider,
        contract.reference,
        contract.date,
        JSON.stringify(contract.parties),
      )
    })
  }

  /** The employer reports the end of the relation: over at once (A37). Throws REQUEST_INVALID when none runs. */
  endProvider(employer: EnterpriseNumber, nowMs: number): Promise<void> {
    return this.#transaction(() => {
      const { changes } = this.#sql.endContract.run(nowMs, employer)
      if (changes === 0) throw new GatewayError('REQUEST_INVALID', 'A37: no contract runs')
    })
  }

  async #transaction(work: () => void): Promise<void> {
    await Promise.resolve()
    inTransaction(this.#db, work)
  }
}
