import { childOf, childrenOf, textOf, type XmlElement } from '../xml/element.ts'
import type { InformationCustomer, RequestEnvelope } from './envelope.ts'
import type { CriterionType, OwnOperation } from './own-contract.ts'

/** Criteria whose schema type allows white space around the value; the others are told as they were sent. */
const collapsing: ReadonlySet<CriterionType> = new Set(['date', 'yearQuarter', 'pageSize'])

/**
 * Criteria by name, as text as they were sent; white space is collapsed where the schema type does so. The values of a repeated one
 * stand in one text, a space between them.
 */
export type CriteriaTexts = ReadonlyMap<string, string>

/** The values of a repeated criterion. */
export function textsOf(texts: CriteriaTexts, name: string): readonly string[] {
  return texts.get(name)?.split(' ') ?? []
}

export interface OwnRequest {
  readonly envelope: RequestEnvelope
  readonly texts: CriteriaTexts
}

/** Reads a request that its XSD has validated. An informationCBSS in it is ignored: the gateway writes its own. */
export function readRequestXml(operation: OwnOperation, body: XmlElement): OwnRequest {
  const criteria = childOf(body, 'criteria')
  const texts = new Map<string, string>()
  for (const { name, type, most } of operation.criteria) {
    if (criteria !== undefined && most !== undefined) {
      const all = childrenOf(criteria, name).map(({ text }) => text)
      texts.set(name, all.join(' '))
      continue
    }
    const text = criteria && textOf(criteria, name)
    if (text !== undefined) texts.set(name, collapsing.has(type) ? text.trim() : text)
  }
  const customer = childOf(body, 'informationCustomer')
  const legalContext = textOf(body, 'legalContext')
  return {
    envelope: {
      ...(customer && { informationCustomer: readInformationCustomer(customer) }),
      ...(legalContext !== undefined && { legalContext }),
    },
    texts,
  }
}

/** Reads an InformationCustomerType; the same in CommonV3 and in the older contracts. */
export function readInformationCustomer(customer: XmlElement): InformationCustomer {
  const identification = childOf(customer, 'customerIdentification')
  const of = (name: string) => (identification && textOf(identification, name)) ?? ''
  const ticket = textOf(customer, 'ticket')
  const timestampSent = textOf(customer, 'timestampSent')?.trim()
  const cbeNumber = of('cbeNumber')
  return {
    ...(ticket !== undefined && { ticket }),
    ...(timestampSent !== undefined && { timestampSent }),
    customerIdentification:
      cbeNumber === ''
        ? {
            kind: 'sector',
            sector: Number(of('sector')),
            institution: Number(of('institution')),
          }
        : { kind: 'cbeNumber', cbeNumber },
  }
}

/** A request as JSON, in the form of the generated schema. */
interface RequestJson {
  readonly informationCustomer?: {
    readonly ticket?: string
    readonly timestampSent?: string
    readonly customerIdentification:
      { readonly cbeNumber: string } | { readonly sector: number; readonly institution: number }
  }
  readonly legalContext: string
  readonly criteria: Readonly<Record<string, string | number | readonly string[]>>
}

/** Reads a request that its JSON Schema has validated. */
export function readRequestJson(operation: OwnOperation, body: unknown): OwnRequest {
  const { informationCustomer, legalContext, criteria } = body as RequestJson
  const texts = new Map<string, string>()
  for (const { name } of operation.criteria) {
    const value = Object.hasOwn(criteria, name) ? criteria[name] : undefined
    if (value === undefined) continue
    texts.set(name, typeof value === 'object' ? value.join(' ') : String(value))
  }
  if (informationCustomer === undefined) return { envelope: { legalContext }, texts }
  const { customerIdentification: customer, ...rest } = informationCustomer
  return {
    envelope: {
      informationCustomer: {
        ...rest,
        customerIdentification:
          'cbeNumber' in customer
            ? { kind: 'cbeNumber', cbeNumber: customer.cbeNumber }
            : { kind: 'sector', ...customer },
      },
      legalContext,
    },
    texts,
  }
}
