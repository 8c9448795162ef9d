import type { CivilDate } from '../base/civil-date.ts'
import { GatewayError } from '../base/errors.ts'
import { readSsinParts, type Ssin } from '../base/ssin.ts'
import type { Institution } from '../institutions/institution.ts'
import type { ReferenceDirectory } from '../institutions/reference-directory.ts'
import type { Grant } from '../registers/grant.ts'
import { readPath, type Path } from '../registers/catalogue.ts'
import type { Source } from '../services/source.ts'
import { allowedPersons } from './population.ts'

/** The path under which the number itself would be given. */
function pathOf(ssin: Ssin): Path | undefined {
  const isNational = readSsinParts(ssin)?.kind === 'nationalRegister'
  return readPath(isNational ? 'person.nationalNumber' : 'person.bisNumber')
}

/**
 * A number that does not exist, was cancelled or replaced is a refusal (MSG00005, 07, 06). The number that replaces it is told
 * only to an institution that is granted numbers of its kind and may ask about that person: otherwise it would betray it.
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
      const path = pathOf(status.by)
      const granted = path !== undefined && grant.paths.has(path)
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
