import { XMLParser } from 'fast-xml-parser'
import type { ConsultOperation, ReplyParts, Service } from '../../src/services/operation.ts'
import { isOwn, type CriterionType } from '../../src/services/own-contract.ts'
import { services } from '../../src/services/registry.ts'
import { dataFound } from '../../src/services/statuses.ts'
import { parseXml } from '../../src/xml/parse.ts'
import type { XmlElement } from '../../src/xml/element.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import { readElement } from '../../src/xml/read-element.ts'

/** A body child as the gateway reads it. */
export function bodyChild(xml: string): XmlElement {
  const tree = parseXml(new TextEncoder().encode(xml), soapLimits)
  try {
    return readElement(tree.root)
  } finally {
    tree.dispose()
  }
}

/** All consultations of our own contracts; the published ones have tests of their own. */
export const consultations: readonly (readonly [name: string, Service, ConsultOperation])[] =
  services
    .filter(isOwn)
    .flatMap((service) =>
      [...service.operations.values()].flatMap((operation) =>
        operation.kind === 'consult' ? [[operation.name, service, operation] as const] : [],
      ),
    )

/** A valid value of each kind of criterion. */
const examples: Readonly<Record<CriterionType, string | number>> = {
  ssin: '81120103571',
  nssoNumber: '0000100006',
  enterpriseNumber: '0884303369',
  searchText: 'Rue <&> de l’Écluse',
  yearQuarter: '2026Q1',
  date: '2026-03-02',
  offset: 'opaque<&>',
  pageSize: 50,
}

export type Criteria = Readonly<Record<string, string | number | readonly string[]>>

/** Valid criteria of each consultation by `<Service>.<operation>`, optional ones included; repeated ones occur once. */
export const criteria: Readonly<Record<string, Criteria>> = Object.fromEntries(
  services
    .filter(isOwn)
    .flatMap(({ definition }) =>
      definition.operations.map((operation) => [
        `${definition.name}.${operation.name}`,
        Object.fromEntries(
          operation.criteria.map(({ name, type, most }) => [
            name,
            most === undefined ? examples[type] : [String(examples[type])],
          ]),
        ),
      ]),
    ),
)

export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** The request of a consultation as a client writes it: indented, a prefix of its own, informationCBSS of its own. */
export function requestXml(
  service: Service,
  name: string,
  values: Criteria = criteria[`${service.name}.${name}`]!,
  customer = '<cbeNumber>0884303369</cbeNumber>',
): string {
  const elements = Object.entries(values)
    .flatMap(([key, value]) =>
      [value].flat().map((one) => `<${key}>${escape(String(one))}</${key}>`),
    )
    .join('\n')
  return `<client:${name}Request xmlns:client="${service.namespace}" xmlns:unused="urn:unused">
  <informationCustomer>
    <ticket>${escape('a<b>&"c')}</ticket>
    <timestampSent>2026-03-02T09:15:00.123456+01:00</timestampSent>
    <customerIdentification>${customer}</customerIdentification>
  </informationCustomer>
  <informationCBSS><ticketCBSS>00000000-0000-0000-0000-000000000000</ticketCBSS>
    <timestampReceive>2001-01-01T00:00:00Z</timestampReceive><timestampReply>2001-01-01T00:00:00Z</timestampReply></informationCBSS>
  <legalContext>${escape('A:B & C')}</legalContext>
  <criteria>${elements}</criteria>
</client:${name}Request>`
}

/** The parts of a reply that an exchange supplies. */
export function parts(given: Partial<ReplyParts> = {}): ReplyParts {
  return {
    informationCbss: {
      ticketCbss: '5d0c2c9e-7a51-4f0b-9c53-2f1f6b1f0a11',
      receivedAtMs: Date.UTC(2026, 2, 2, 8, 15, 0, 500),
      repliedAtMs: Date.UTC(2026, 2, 2, 8, 15, 1),
    },
    status: dataFound,
    filtered: [],
    records: [],
    label: (list, code, language) => `${list} ${code} ${language}`,
    ...given,
  }
}

const secondReader = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  removeNSPrefix: true,
  ignoreAttributes: true,
  htmlEntities: true,
})

/** What another reader finds in a reply, below its root. */
export function readReply(xml: string): Record<string, unknown> {
  const [root] = Object.values(secondReader.parse(xml) as Record<string, unknown>)
  return root as Record<string, unknown>
}
