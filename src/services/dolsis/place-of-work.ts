import type { Days } from '../../base/civil-date.ts'
import { GatewayError } from '../../base/errors.ts'
import { textOf, type XmlElement } from '../../xml/element.ts'
import { invalid } from '../criteria.ts'
import { firstOf, keyed, nested, tree, type Child } from '../element-tree.ts'
import { readRegistration, resultsMax } from './criteria.ts'
import { found, postings, postingsFound, type Detail } from './limosa.ts'
import { documentRelation, pagingList, placeOfWork, type Posting } from './limosa-rows.ts'
import type { Found } from './operation.ts'
import {
  country,
  nothing,
  ofCbeNumber,
  offsetOf,
  oneOf,
  partiesWith,
  postingDates,
  postingConsultation,
  readDetail,
  readFound,
  readLong,
  withNumber,
  saysNothing,
  words,
  type Asked,
} from './posting-criteria.ts'

/** What places are searched by: a number of the user of services, or its name and the address of the place. */
function readPlaces(criteria: XmlElement, days: Days): Asked | GatewayError {
  const text = (name: string) => textOf(criteria, name)
  const cbeNumber = text('cbeNumber')
  if (cbeNumber !== undefined) {
    return ofCbeNumber(cbeNumber, (enterprise) => {
      const by = oneOf('placeEnterprise', [enterprise])
      return partiesWith('place', [by], days, { kind: 'enterprise', enterprise })
    })
  }
  if (text('nossRegistrationNbr') !== undefined) {
    const employer = readRegistration(criteria, 'nossRegistrationNbr')
    if (employer instanceof GatewayError) return employer
    const by = oneOf('placeClient', [employer])
    return partiesWith('place', [by], days, { kind: 'employer', employer })
  }
  const by = [
    words('placeName', text('name')),
    words('placeCity', text('city')),
    words('placeZip', text('zipCode')),
  ]
  if (by.every(saysNothing)) return invalid('name', 'city', 'zipCode')
  return partiesWith('place', [...by, country('placeCountry', text('country'))], days)
}

/** What of a posting its place is written from. */
const placeIn = ({ placeOfWork, placeOfWorkNumber, user }: Posting): Posting => ({
  ...(placeOfWork && { placeOfWork }),
  ...(placeOfWorkNumber !== undefined && { placeOfWorkNumber }),
  ...(user && { user }),
})

const places: Child<Found<Asked>> = keyed(
  postingDates,
  nested('pow', placeOfWork, (item: Found<Asked>) => found(item, placeIn), { required: true }),
)

/** Places at which posted persons work, by the user of services or by address; the register does not tell their kinds. */
export const findPostingPlaceOfWork = postingConsultation<Asked>({
  name: 'findPostingPlaceOfWork',
  read: (criteria) =>
    readFound(criteria, (days) => {
      const asked = readPlaces(criteria, days)
      const type = textOf(criteria, 'type')?.trim() ?? 'unknown'
      return asked instanceof GatewayError || type === 'unknown' ? asked : nothing
    }),
  result: tree([places]),
  finds: [places],
})

const documents = 'documentRelationOffset'

/** A place of work by its number in Limosa, with the declarations that name it. */
export const getPostingPlaceOfWorkDetail = postingConsultation<Detail>({
  name: 'getPostingPlaceOfWorkDetail',
  read: (criteria) =>
    readDetail(criteria, [documents], (days) =>
      withNumber('place', readLong(criteria, 'id'), days),
    ),
  pageSize: resultsMax,
  recordsMax: Infinity,
  result: tree([
    nested('placeOfWork', placeOfWork, (item) => firstOf(postings(item)), { required: true }),
    pagingList('documentRelations', 'relation', documentRelation, postings, offsetOf(documents)),
  ]),
  finds: [postingsFound()],
})
