import { readDimonaPeriodId, type DimonaPeriodId } from '../../base/dimona-period.ts'
import { readCivilDate, type CivilDate } from '../../base/civil-date.ts'
import { childOf, childrenOf, textOf, type XmlElement } from '../../xml/element.ts'

/** A reference of the sender, echoed in the notification (block 90082). */
export interface Reference {
  readonly type: string
  readonly origin: string
  readonly number: string
}

/** What every form begins with. */
export interface FormHeader {
  readonly identification: string
  readonly creationDate: string
  readonly creationHour: string
  readonly attestationStatus: string
  readonly typeForm: string
  readonly references: readonly Reference[]
}

/** Block 90256, as declared: numbers are checked by the rules, not here. */
export interface DeclaredEmployer {
  /** definitive or provisional ONSS number */
  readonly nssoNumber?: string
  readonly companyId?: string
}

/** Dates and hours `HHMM` of a declaration; `9999-12-31` is a date like any other here. */
export interface DeclaredTimes {
  readonly startingDate?: CivilDate
  readonly startingHour?: string
  readonly endingDate?: CivilDate
  readonly endingHour?: string
  readonly plannedHours?: number
  readonly plannedDays?: number
}

/** An element of the blocks that an IN may carry beside dates and persons: kept whole, and written back whole. */
export interface Detail {
  readonly name: string
  readonly text: string
  readonly children: readonly Detail[]
}

interface Common {
  readonly header: FormHeader
  readonly employer: DeclaredEmployer | undefined
  readonly times: DeclaredTimes
  /** the social security number as declared */
  readonly inss: string | undefined
}

/** Codes in the description of a worker, as declared: they are checked by the rules. */
export interface DeclaredWorker {
  readonly birthCountry?: string
  readonly country?: string
  readonly zipCode?: string
  readonly nationality?: string
}

export interface DimonaIn extends Common {
  readonly kind: 'DimonaIn'
  /** whether the worker is described by name or birth date instead of a number */
  readonly described: boolean
  readonly worker: DeclaredWorker
  /** DimonaFeatures, ConstructionControlCards, StudentPlaceOfWork, SmallStatutesInformation */
  readonly details: readonly Detail[]
}

export interface PeriodDeclaration extends Common {
  readonly kind: 'DimonaOut' | 'DimonaUpdate' | 'DimonaCancel'
  /** undefined when what stands there is no number of a period: an unknown period */
  readonly periodId: DimonaPeriodId | undefined
}

export interface DailyRegistration extends Common {
  readonly kind: 'DailyRegistrationDeclaration'
  readonly periodId: DimonaPeriodId | undefined
  readonly registrationId: string | undefined
}

export type Declaration = DimonaIn | PeriodDeclaration | DailyRegistration

export type DeclarationKind = Declaration['kind']

const kinds: readonly DeclarationKind[] = [
  'DimonaIn',
  'DimonaOut',
  'DimonaUpdate',
  'DimonaCancel',
  'DailyRegistrationDeclaration',
]

const detailBlocks = [
  'DimonaFeatures',
  'ConstructionControlCards',
  'StudentPlaceOfWork',
  'SmallStatutesInformation',
]

/** xs:integer, xs:date and xs:time collapse white space, so the value is the text without it. */
function value(element: XmlElement, name: string): string | undefined {
  return textOf(element, name)?.trim()
}

function readHeader(form: XmlElement): FormHeader {
  return {
    identification: value(form, 'Identification') ?? '',
    creationDate: value(form, 'FormCreationDate') ?? '',
    creationHour: value(form, 'FormCreationHour') ?? '',
    attestationStatus: value(form, 'AttestationStatus') ?? '',
    typeForm: value(form, 'TypeForm') ?? '',
    references: childrenOf(form, 'Reference').map((reference) => ({
      type: value(reference, 'ReferenceType') ?? '',
      origin: value(reference, 'ReferenceOrigin') ?? '',
      // xs:string: spaces are part of the sender's reference
      number: textOf(reference, 'ReferenceNbr') ?? '',
    })),
  }
}

function readEmployer(block: XmlElement): DeclaredEmployer | undefined {
  const employer = childOf(block, 'EmployerId')
  if (employer === undefined) return undefined
  const nssoNumber = value(employer, 'NOSSRegistrationNbr') ?? value(employer, 'ProvisionalNSSONbr')
  const companyId = value(employer, 'CompanyID')
  return {
    ...(nssoNumber !== undefined && { nssoNumber }),
    ...(companyId !== undefined && { companyId }),
  }
}

function readTimes(block: XmlElement): DeclaredTimes {
  const date = (name: string) => readCivilDate(value(block, name) ?? '')
  const startingDate = date('StartingDate')
  const endingDate = date('EndingDate')
  const startingHour = value(block, 'StartingHour')
  const endingHour = value(block, 'EndingHour')
  const plannedHours = value(block, 'PlannedHoursNbr')
  const plannedDays = value(block, 'PlannedDaysNbr')
  return {
    ...(startingDate !== undefined && { startingDate }),
    ...(startingHour !== undefined && { startingHour }),
    ...(endingDate !== undefined && { endingDate }),
    ...(endingHour !== undefined && { endingHour }),
    ...(plannedHours !== undefined && { plannedHours: Number(plannedHours) }),
    ...(plannedDays !== undefined && { plannedDays: Number(plannedDays) }),
  }
}

function readDetail({ name, text, children }: XmlElement): Detail {
  return { name, text: text.trim(), children: children.map(readDetail) }
}

/** The text of an element in the details, by its names from the block down; undefined when absent. */
export function detailText(
  details: readonly Detail[],
  ...path: readonly string[]
): string | undefined {
  const [first, ...rest] = path
  const found = details.find(({ name }) => name === first)
  return rest.length === 0 ? found?.text : found && detailText(found.children, ...rest)
}

function readWorker(person: XmlElement | undefined): DeclaredWorker {
  const text = (name: string) => person && value(person, name)
  const birthCountry = text('WorkerBirthplaceCountry')
  const country = text('WorkerCountry')
  const zipCode = text('WorkerZIPCode')
  const nationality = text('Nationality')
  return {
    ...(birthCountry !== undefined && { birthCountry }),
    ...(country !== undefined && { country }),
    ...(zipCode !== undefined && { zipCode }),
    ...(nationality !== undefined && { nationality }),
  }
}

/**
 * One form of a Dimona file that its schema has validated. Undefined when the form holds no declaration: the schema's choice
 * lets an empty daily registration pass.
 */
export function readDeclaration(form: XmlElement): Declaration | undefined {
  const kind = kinds.find((name) => childOf(form, name) !== undefined)
  const block = kind && childOf(form, kind)
  if (kind === undefined || block === undefined) return undefined
  const common = {
    header: readHeader(form),
    employer: readEmployer(block),
    times: readTimes(block),
  }
  const periodId = readDimonaPeriodId(value(block, 'DimonaPeriodId') ?? '')
  switch (kind) {
    case 'DimonaIn': {
      const person = childOf(block, 'NaturalPerson')
      const inss = person && value(person, 'INSS')
      return {
        ...common,
        kind,
        inss,
        described: person?.children.some(({ name }) => name !== 'INSS') ?? false,
        worker: readWorker(person),
        details: block.children.filter(({ name }) => detailBlocks.includes(name)).map(readDetail),
      }
    }
    case 'DimonaOut':
    case 'DimonaUpdate':
    case 'DimonaCancel':
      return { ...common, kind, inss: value(block, 'INSS'), periodId }
    case 'DailyRegistrationDeclaration':
      return {
        ...common,
        kind,
        inss: undefined,
        periodId,
        registrationId: value(block, 'DailyRegistrationId'),
      }
  }
}
