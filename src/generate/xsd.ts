import { escapeAttribute, escapeText } from '../xml/writer.ts'
import { namespaceOf, type OwnContract, type OwnOperation } from '../services/own-contract.ts'
import type { AnyBlock, CompositeType } from '../registers/field.ts'
import {
  blocksOf,
  criterionType,
  membersOf,
  ownSimpleTypes,
  partsOf,
  pascal,
  simpleTypes,
  typeNameOf,
  usedTypes,
} from './types.ts'

export const xsNamespace = 'http://www.w3.org/2001/XMLSchema'
export const commonNamespace = 'http://kszbcss.fgov.be/types/common/v3'

/** Where CommonV3 lies under schemas/. */
export const commonPath = 'common/v3/CommonV3.xsd'

/**
 * The XSD of one of our own contracts: elements unqualified, CommonV3 imported, every element of the catalogue optional, in
 * the order of the catalogue. The same contract and catalogue always give the same bytes.
 */
export function generateXsd(contract: OwnContract): string {
  const blocks = [...new Set(contract.operations.flatMap(({ block }) => blocksOf(block)))]
  const used = usedTypes(blocks)
  const simple = new Set([
    ...contract.operations.flatMap(({ criteria }) => criteria.map((one) => criterionType(one).xsd)),
    ...used.simple.map((type) => simpleTypes[type].xsd),
  ])
  return lines([
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!-- Generated from the catalogue by `npm run generate`: do not edit. -->',
    `<xs:schema xmlns:xs="${xsNamespace}" xmlns:common="${commonNamespace}"` +
      ` xmlns:tns="${namespaceOf(contract)}" targetNamespace="${namespaceOf(contract)}"` +
      ` elementFormDefault="unqualified" attributeFormDefault="unqualified" version="${contract.version}">`,
    ...indent([
      ...documentation(contract.about),
      `<xs:import namespace="${commonNamespace}" schemaLocation="../../${commonPath}"/>`,
      ...contract.operations.flatMap(({ name }) => [
        `<xs:element name="${name}Request" type="tns:${pascal(name)}RequestType"/>`,
        `<xs:element name="${name}Response" type="tns:${pascal(name)}ResponseType"/>`,
        `<xs:element name="${name}Fault" type="common:CBSSFaultType"/>`,
      ]),
      ...contract.operations.flatMap(operationTypes),
      ...blocks.flatMap(blockType),
      ...used.composites.flatMap(compositeType),
      ...Object.keys(ownSimpleTypes)
        .filter((name) => simple.has(name))
        .flatMap(simpleType),
    ]),
    '</xs:schema>',
  ])
}

function operationTypes(operation: OwnOperation): readonly string[] {
  const { about, criteria, many, paged, record } = operation
  const name = pascal(operation.name)
  return [
    ...complexType(`${name}RequestType`, [
      ...documentation(about),
      ...extension('common:BaseRequestType', [
        `<xs:element name="criteria" type="tns:${name}CriteriaType"/>`,
      ]),
    ]),
    ...complexType(`${name}ResponseType`, [
      ...extension('common:BaseResponseType', [
        `<xs:element name="criteria" type="tns:${name}CriteriaType"/>`,
        '<xs:element name="status" type="common:StatusType"/>',
        '<xs:element name="dataFilters" type="common:DataFiltersType" minOccurs="0"/>',
        `<xs:element name="result" type="tns:${name}ResultType" minOccurs="0"/>`,
      ]),
    ]),
    ...complexType(
      `${name}CriteriaType`,
      sequence(
        criteria.flatMap((criterion) => {
          const type = criterionType(criterion).xsd
          const { optional, most } = criterion
          const occurs =
            (optional ? ' minOccurs="0"' : '') + (most === undefined ? '' : ` maxOccurs="${most}"`)
          return documented(`name="${criterion.name}" type="${type}"${occurs}`, criterion.about)
        }),
      ),
    ),
    ...complexType(
      `${name}ResultType`,
      sequence([
        `<xs:element name="${record}" type="tns:${typeNameOf(operation.block)}Type"` +
          `${many ? ' maxOccurs="unbounded"' : ''}/>`,
        ...(paged
          ? documented(
              'name="nextOffset" type="tns:OffsetType" minOccurs="0"',
              'Present when another page follows; opaque, for this question only.',
            )
          : []),
      ]),
    ),
  ]
}

function blockType(block: AnyBlock): readonly string[] {
  return complexType(
    `${typeNameOf(block)}Type`,
    sequence(
      membersOf(block).flatMap((member) => {
        if (member.kind === 'block') {
          const occurs = member.block.many ? ' maxOccurs="unbounded"' : ''
          const type = `tns:${typeNameOf(member.block)}Type`
          return [`<xs:element name="${member.name}" type="${type}" minOccurs="0"${occurs}/>`]
        }
        const type =
          member.kind === 'simple'
            ? simpleTypes[member.type].xsd
            : `tns:${compositeName(member.type)}`
        return documented(`name="${member.name}" type="${type}" minOccurs="0"`, member.about)
      }),
    ),
  )
}

/** Composite values must not meet the name of a block. */
function compositeName(type: CompositeType): string {
  return `${pascal(type)}ValueType`
}

function compositeType(type: CompositeType): readonly string[] {
  return complexType(
    compositeName(type),
    sequence(
      partsOf(type).map(
        ([name, part]) =>
          `<xs:element name="${name}" type="${simpleTypes[part].xsd}" minOccurs="0"/>`,
      ),
    ),
  )
}

function simpleType(name: string): readonly string[] {
  const { base, facets } = ownSimpleTypes[name] ?? { base: 'xs:string', facets: [] }
  return [
    `<xs:simpleType name="${name.replace('tns:', '')}">`,
    `  <xs:restriction base="${base}">`,
    ...facets.map(([facet, value]) => `    <xs:${facet} value="${escapeAttribute(value)}"/>`),
    '  </xs:restriction>',
    '</xs:simpleType>',
  ]
}

function complexType(name: string, content: readonly string[]): readonly string[] {
  return [`<xs:complexType name="${name}">`, ...indent(content), '</xs:complexType>']
}

function extension(base: string, elements: readonly string[]): readonly string[] {
  return [
    '<xs:complexContent>',
    `  <xs:extension base="${base}">`,
    ...indent(indent(sequence(elements))),
    '  </xs:extension>',
    '</xs:complexContent>',
  ]
}

function sequence(elements: readonly string[]): readonly string[] {
  return ['<xs:sequence>', ...indent(elements), '</xs:sequence>']
}

function documented(attributes: string, about: string): readonly string[] {
  return [`<xs:element ${attributes}>`, ...indent(documentation(about)), '</xs:element>']
}

function documentation(text: string): readonly string[] {
  const content = `<xs:documentation xml:lang="en">${escapeText(text)}</xs:documentation>`
  return [`<xs:annotation>${content}</xs:annotation>`]
}

export function indent(content: readonly string[]): readonly string[] {
  return content.map((line) => `  ${line}`)
}

export function lines(content: readonly string[]): string {
  return `${content.join('\n')}\n`
}
