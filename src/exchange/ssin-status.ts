import type { CivilDate } from '../base/civil-date.ts'
import { GatewayError } from '../base/errors.ts'
import type { Ssin } from '../base/ssin.ts'
import type { Decision } from '../deliberations/decision.ts'
import { project } from '../deliberations/project.ts'
import type { Institution } from '../institutions/institution.ts'
import type { ReferenceDirectory } from '../institutions/reference-directory.ts'
import { ownNumber, person } from '../registers/person.ts'
import type { Source } from '../services/source.ts'
import { allowedPersons } from './population.ts'

type Granted = Extract<Decision, { kind: 'grant' }>

/**
 * A number that does not exist, was cancelled or replaced is a refusal (MSG00005, 07, 06). The number that replaces it is told
 * only to an institution whose grant opens the register that has it, and gives it, and that may ask about that person: otherwise it
 * would betray it.
 */
export async function checkSsinStatus(
  { source, directory }: { readonly source: Source; readonly directory: ReferenceDirectory },
  ssin: Ssin,
  institution: Institution,
  { grant, sources }: Pick<Granted, 'grant' | 'sources'>,
  on: CivilDate,
): Promise<void> {
  const status = await source.statusOf(ssin)
  switch (status.kind) {
    case 'active':
      return
    case 'unknown':
      throw new GatewayError('SSIN_UNKNOWN')
    case 'cancelled':
      throw new GatewayError('SSIN_CANCELLED')
    case 'replaced': {
      const successor = { kind: 'person', ssin: status.by, registers: sources } as const
      const [record = {}] = (await source.ask(successor)).records
      const shown = project(record, person.person, grant)
      const granted = shown !== undefined && ownNumber(shown) !== undefined
      const allowed =
        granted && (await allowedPersons([status.by], institution, directory, on)).has(status.by)
      throw new GatewayError(
        'SSIN_REPLACED',
        undefined,
        allowed ? [{ fieldName: 'replacedBy', fieldValue: status.by }] : [],
      )
    }
  }
}
