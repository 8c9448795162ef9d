import type { CivilDate } from '../base/civil-date.ts'
import type { EnterpriseNumber, NssoNumber } from '../base/enterprise.ts'
import { GatewayError } from '../base/errors.ts'
import type { Ssin } from '../base/ssin.ts'
import type { Path } from '../registers/catalogue.ts'
import type { AnyBlock, PersonRegister, SourceName } from '../registers/field.ts'
import type { Label } from '../registers/code-list.ts'
import type { Disclosed } from '../registers/grant.ts'
import type { XmlElement } from '../xml/element.ts'
import type { BundleOperation, PreparedBundle } from './bundle-operation.ts'
import type { ElementBlock, GrantedPaths } from './element-rows.ts'
import type { InformationCbss, RequestEnvelope, Status } from './envelope.ts'
import type { Question, QuestionKind, Questions } from './source.ts'

/** Who or what an exchange is about (design.md §3). */
export type Subject =
  | { readonly kind: 'person'; readonly ssin: Ssin }
  /** a person about whom the institution declares something in the reference directory: in its population, integrated or not */
  | { readonly kind: 'declaredPerson'; readonly ssin: Ssin }
  /** a person posted to Belgium: an institution learns of those who are posted to the employers it may ask about */
  | { readonly kind: 'postedPerson'; readonly ssin: Ssin }
  /** a natural person as an employer, or user of services: integrated, and one of the employers that the institution may ask about */
  | { readonly kind: 'employerPerson'; readonly ssin: Ssin }
  | { readonly kind: 'employer'; readonly employer: NssoNumber }
  | { readonly kind: 'enterprise'; readonly enterprise: EnterpriseNumber }
  /** whoever is found by these words: its answer holds nobody outside the population */
  | { readonly kind: 'search'; readonly words: string }
  | { readonly kind: 'none' }

/** A request read from a message that its contract has validated. */
export interface Request<Criteria> {
  readonly envelope: RequestEnvelope
  readonly criteria: Criteria
}

/** What a question may be built from: sources that the grant opens, where the page before ended, and the day. */
export interface AskContext {
  readonly sources: readonly SourceName[]
  readonly after: Ssin | undefined
  /** the day of the exchange, in Brussels */
  readonly on: CivilDate
}

/** What an operation writes its reply from. There is no way to a raw record from here. */
export interface Reply<Criteria, K extends QuestionKind> {
  readonly request: Request<Criteria>
  readonly informationCbss: InformationCbss
  readonly status: Status
  /** paths or blocks of this operation that the grant does not hold; the same for every answer under one grant */
  readonly filtered: readonly string[]
  readonly records: readonly Disclosed<Questions[K]['record']>[]
  /** official labels of codes on the day of the exchange, for contracts that carry them */
  readonly label: Label
  /** opaque; present when another page follows */
  readonly nextOffset?: string
  /** registers in which a search by name found more persons than it allows */
  readonly more?: readonly PersonRegister[]
}

/** The definition of one consultation: what it reads, asks and writes. It knows neither transport nor deliberation. */
export interface Consultation<Criteria, K extends QuestionKind> {
  readonly name: string
  readonly question: K
  /** catalogue block of the records it gives */
  readonly block: AnyBlock
  /** paths it can give; the grant is cut down to them */
  readonly gives: readonly Path[]
  /** element table of a published contract; in our own ones the elements are the paths */
  readonly elements?: readonly ElementBlock[]
  /** reads the child of the SOAP body */
  readonly readXml: (body: XmlElement) => Request<Criteria>
  /** reads a JSON document that the generated schema has validated; absent when not offered in REST */
  readonly readJson?: (body: unknown) => Request<Criteria>
  /**
   * what is wrong with criteria that the schema accepts (SSIN_STRUCTURE, REQUEST_INVALID): the exchange refuses with it, so
   * that it is told as a status beside the echo of the request
   */
  readonly invalid?: (criteria: Criteria) => GatewayError | undefined
  /** never called with invalid criteria, nor are the functions below */
  readonly subject: (criteria: Criteria) => Subject
  /** paths that the criteria choose records by: the grant must hold them all, as it holds what it gives; one list per combination */
  readonly keys?: (criteria: Criteria) => readonly Path[]
  /**
   * whether the contract can give anything of these paths: an element that it cannot write without another one is withheld
   * with it. Absent: any path alone can be given
   */
  readonly yields?: (granted: GrantedPaths) => boolean
  /** whether the reply would hold anything of this record; one that gives nothing is not found. Absent: always */
  readonly shows?: (record: Disclosed<Questions[K]['record']>, criteria: Criteria) => boolean
  /** opaque offset of the request, when the operation is paged */
  readonly offset?: (criteria: Criteria) => string | undefined
  /** most records (workers) a page holds, when the operation is paged */
  readonly pageSize?: (criteria: Criteria) => number
  readonly ask: (criteria: Criteria, context: AskContext) => Extract<Question, { kind: K }>
  /** the whole child of the SOAP body, in exclusive-C14N form */
  readonly writeXml: (reply: Reply<Criteria, K>) => string
  readonly writeJson?: (reply: Reply<Criteria, K>) => unknown
  /** path in REST; goes with readJson and writeJson */
  readonly restPath?: string
}

/** The parts of a reply that the exchange supplies. */
export type ReplyParts = Omit<Reply<unknown, QuestionKind>, 'request' | 'records'> & {
  readonly records: readonly Disclosed<object>[]
}

/** One request, read, ready for the exchange; its criteria stay inside. */
export interface PreparedConsultation {
  readonly kind: 'consult'
  readonly envelope: RequestEnvelope
  /** set when the criteria are wrong in themselves: refuse with it; the subject is `none` then, and `ask` throws it */
  readonly invalid: GatewayError | undefined
  readonly subject: Subject
  /** paths that the criteria choose records by: refuse when the caller is not granted them all */
  readonly keys: readonly Path[]
  readonly offset: string | undefined
  readonly pageSize: number | undefined
  ask(context: AskContext): Question
  /** whether the reply would hold anything of this record */
  shows(record: Disclosed<object>): boolean
  writeXml(parts: ReplyParts): string
  writeJson(parts: ReplyParts): unknown
}

/** A consultation with its criteria type closed over, as the registry lists it. */
export interface ConsultOperation {
  readonly kind: 'consult'
  readonly name: string
  readonly block: AnyBlock
  readonly gives: readonly Path[]
  /** element table of a published contract; undefined for our own */
  readonly elements: readonly ElementBlock[] | undefined
  readonly inRest: boolean
  /** whether anything can be given under a grant of these paths */
  readonly yields: (granted: GrantedPaths) => boolean
  /** `POST` path of the operation in REST; undefined when not offered there */
  readonly restPath: string | undefined
  prepareXml(body: XmlElement): PreparedConsultation
  prepareJson(body: unknown): PreparedConsultation
}

/** An operation that needs identity and audit only (TestConnection). */
export interface OpenOperation {
  readonly kind: 'open'
  readonly name: string
  prepareXml(body: XmlElement): PreparedOpen
}

export interface PreparedOpen {
  readonly kind: 'open'
  readonly envelope: RequestEnvelope
  writeXml(parts: {
    readonly informationCbss: InformationCbss
    /** subject of the TLS client certificate, when one was shown */
    readonly tlsSubject: string
  }): string
}

/** An operation that a request element asks for; a `record` one is asked for inside a bundle. */
export type Operation = ConsultOperation | OpenOperation | BundleOperation
export type Prepared = PreparedConsultation | PreparedOpen | PreparedBundle

/** A service: one WSDL, one endpoint path, its operations by the name of their request element. */
export interface Service {
  readonly name: string
  readonly version: number
  /** namespace of the request and response elements */
  readonly namespace: string
  /** e.g. `/quadrivium/PersonService/v1` */
  readonly path: string
  /** other paths under which clients know the same endpoint */
  readonly aliases?: readonly string[]
  /** folder under schemas/, and the file of the WSDL under wsdl/, e.g. `PersonService/v1` */
  readonly contract: string
  /** where the messages are documents carried as text: files in the folder of the contract that requests need, and that of replies */
  readonly carries?: { readonly requests: readonly string[]; readonly reply: string }
  /** SOAPAction per operation */
  readonly soapAction: (operation: string) => string
  /** request element → operation */
  readonly operations: ReadonlyMap<string, Operation>
  /** element of the SOAP fault detail for an operation; undefined when the contract has no fault message */
  readonly faultElement: (operation: string) => string | undefined
  /** form of its fault message, when not CBSSFaultType of CommonV3 in our name */
  readonly faultForm?: FaultForm
  /** names that a published contract gives otherwise than the Crossroads Bank usually does */
  readonly wsdlNames?: WsdlNames
}

/** The fault message of a published contract. */
export interface FaultForm {
  /** element of an entry */
  readonly entry: 'detail' | 'error'
  /** most pieces of information of an entry */
  readonly informationMax: number
  /** whether the echo of the customer block must be there */
  readonly customerRequired: boolean
  /** who says it: the address of those who keep the codes */
  readonly authorCode: string
  /** set when the National Social Security Office answers: its block stands in the place of that of the Crossroads Bank */
  readonly bySupplier?: true
}

/** Names in the WSDL of a published contract. */
export interface WsdlNames {
  readonly definitions?: string
  readonly documentation?: string
  readonly portType?: string
  readonly binding?: string
  readonly service?: string
  readonly port?: string
  /** the message, part, element and name of the Request, Response or Fault of an operation, when not of the usual form */
  readonly message?: (kind: string, operation: string) => WsdlMessageNames
  /** stem of message and element names, when it is not the operation's name: `retrieveTIGroups` for `retrieveTI` */
  readonly stem?: (operation: string) => string
  /** whether input and output of the binding are named too */
  readonly bindingNames?: boolean
}

export interface WsdlMessageNames {
  readonly message: string
  readonly part: string
  readonly element: string
  /** of input, output and fault in port type and binding; absent when they have none */
  readonly name?: string
}

/** What was read right: `consultation` asks `invalid` first, so that nothing else of a definition sees wrong criteria. */
export function valid<Criteria>(read: Criteria | GatewayError): Criteria {
  if (read instanceof GatewayError) throw read
  return read
}

/** Why criteria are wrong, when they are: what a consultation gives as `invalid`. */
export function invalidOf(read: unknown): GatewayError | undefined {
  return read instanceof GatewayError ? read : undefined
}

/** Closes the criteria type over a consultation, so that services of all kinds can stand in one list. */
export function consultation<Criteria, K extends QuestionKind>(
  definition: Consultation<Criteria, K>,
): ConsultOperation {
  function prepare(request: Request<Criteria>): PreparedConsultation {
    const { criteria, envelope } = request
    const invalid = definition.invalid?.(criteria)
    // the exchange hands back records of the kind it was asked for: here and in `shows` that is taken on trust
    const reply = (parts: ReplyParts) => ({ ...parts, request }) as unknown as Reply<Criteria, K>
    return {
      kind: 'consult',
      envelope,
      invalid,
      subject: invalid ? { kind: 'none' } : definition.subject(criteria),
      keys: (invalid ? undefined : definition.keys?.(criteria)) ?? [],
      offset: invalid ? undefined : definition.offset?.(criteria),
      pageSize: invalid ? undefined : definition.pageSize?.(criteria),
      ask: (context) => {
        if (invalid) throw invalid
        return definition.ask(criteria, context)
      },
      shows: (record) => definition.shows?.(record, criteria) ?? true,
      writeXml: (parts) => definition.writeXml(reply(parts)),
      writeJson: (parts) => definition.writeJson?.(reply(parts)),
    }
  }
  return {
    kind: 'consult',
    name: definition.name,
    block: definition.block,
    gives: definition.gives,
    elements: definition.elements,
    inRest: definition.readJson !== undefined,
    yields: definition.yields ?? (() => true),
    restPath: definition.restPath,
    prepareXml: (body) => prepare(definition.readXml(body)),
    prepareJson: (body) => {
      if (definition.readJson === undefined) throw new TypeError('operation has no JSON form')
      return prepare(definition.readJson(body))
    },
  }
}
