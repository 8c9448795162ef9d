import type { CivilDate } from '../base/civil-date.ts'
import { GatewayError } from '../base/errors.ts'
import type { Ssin } from '../base/ssin.ts'
import type { Institution } from '../institutions/institution.ts'
import type { ReferenceDirectory } from '../institutions/reference-directory.ts'
import type { Grant } from '../registers/grant.ts'
import { readPath } from '../registers/catalogue.ts'
import type { Source } from '../services/source.ts'
import { allowedPersons } from './population.ts'

const numberPaths = ['person.nationalNumber', 'person.bisNumber'].flatMap(
  (path) => readPath(path) ?? [],
)

/**
 * A number that does not exist, was cancelled or replaced is a refusal (MSG00005, 07, 06). The number that replaces it is told
 * only to an institution that is granted such numbers and may ask about that person: otherwise it would betray it.
 */
export async function checkSsinStatus(
  { source, directory }: { readonly source: Source; readonly directory: ReferenceDirectory },
  ssin: Ssin,
  institution: Institution,
  grant: Grant,
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
      const granted = numberPaths.some((path) => grant.paths.has(path))
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
