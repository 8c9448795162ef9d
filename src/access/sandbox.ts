import type { CivilDate } from '../base/civil-date.ts'
import {
  nssoCheckDigits,
  readNssoNumber,
  type EnterpriseNumber,
  type NssoNumber,
} from '../base/enterprise.ts'
import type { Enterprise } from './enterprise.ts'
import type { Affiliation, ProviderContract } from './mandate.ts'

/** What fills access management; `store/access-db.ts` implements it. */
export interface AccessWriter {
  putEnterprise(enterprise: Enterprise): Promise<void>
  affiliate(affiliation: Affiliation): Promise<void>
  nameProvider(contract: ProviderContract, nowMs: number): Promise<void>
}

/** Where the sandbox's numbers come from. */
export interface SandboxNumbers {
  /** enterprise number of a sandbox institution: `atelier`, `secretariat`, `prestataire` */
  readonly institution: (id: string) => EnterpriseNumber
  /** enterprise number of a synthetic employer, as the employer directory has it */
  readonly employer: (nssoNumber: NssoNumber) => Promise<EnterpriseNumber>
  readonly from: CivilDate
  readonly nowMs: number
}

/** Bodies of the registration numbers of the employers that the sandbox names. */
const bodies = { workshop: 1_000_010, affiliated: [1_000_020, 1_000_040], contracted: 1_000_030 }

/** The ONSS number of a body. */
export function sandboxEmployer(body: number): NssoNumber {
  const number = readNssoNumber(`${body}${String(nssoCheckDigits(body)).padStart(2, '0')}`)
  if (number === undefined) throw new TypeError('body of an ONSS number')
  return number
}

/**
 * Fills an empty access directory for the sandbox: `atelier` is the sheltered workshop and declares for itself, `secretariat`
 * is approved and has two affiliated employers, `prestataire` has one contract.
 */
export async function fillSandbox(access: AccessWriter, numbers: SandboxNumbers): Promise<void> {
  const { from, nowMs } = numbers
  const put = async (enterpriseNumber: EnterpriseNumber, body: number) => {
    const employer = { nssoNumber: sandboxEmployer(body), from }
    await access.putEnterprise({ enterpriseNumber, employer })
  }
  const secretariat = numbers.institution('secretariat')
  const provider = numbers.institution('prestataire')
  await access.putEnterprise({ enterpriseNumber: secretariat, secretariatNumber: '910' })
  await access.putEnterprise({ enterpriseNumber: provider })
  for (const body of bodies.affiliated) {
    const employer = await numbers.employer(sandboxEmployer(body))
    await put(employer, body)
    await access.affiliate({ employer, secretariat, from })
  }
  const employer = await numbers.employer(sandboxEmployer(bodies.contracted))
  await put(employer, bodies.contracted)
  const contract = { reference: 'SANDBOX-1', date: from, parties: ['employer', 'prestataire'] }
  await access.nameProvider({ employer, provider, ...contract }, nowMs)
  // last: whoever asks whether the sandbox was filled asks for it
  await put(numbers.institution('atelier'), bodies.workshop)
}
