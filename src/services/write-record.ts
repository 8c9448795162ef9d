import {
  composites,
  type AnyBlock,
  type CompositeType,
  type Field,
  type FieldType,
  type SimpleType,
} from '../registers/field.ts'
import type { Disclosed } from '../registers/grant.ts'
import { escapeContent, escapeText } from '../xml/writer.ts'

type Values = Readonly<Record<string, unknown>>

/** Content of one element, and the value of one JSON member. */
interface Form {
  readonly xml: (value: unknown) => string
  readonly json: (value: unknown) => unknown
}

/** An element whose tags were written once. */
interface Part extends Form {
  readonly name: string
  readonly open: string
  readonly close: string
  readonly many: boolean
}

/** Writes records of one block; made once per operation, so that an answer costs no walk through the catalogue. */
export interface RecordWriter {
  /** the record's element with its content, in exclusive-C14N form; elements in the order of the catalogue */
  readonly xml: (record: Disclosed<object>) => string
  /** the record as a JSON value; the same names, numbers stay numbers */
  readonly json: (record: Disclosed<object>) => Values
}

/**
 * The writer of a block's records under an element name. It takes disclosed records only, writes what is in the record and
 * nothing else: an absent value gives no element. Quarters `YYYYQ` are written `YYYYQn` (CommonV3 YearQuarterType).
 */
export function recordWriter(name: string, block: AnyBlock): RecordWriter {
  const part = partOf(name, false, blockForm(block))
  return {
    xml: (record) => part.open + part.xml(record) + part.close,
    json: (record) => part.json(record) as Values,
  }
}

function blockForm(block: AnyBlock): Form {
  const fields = Object.entries(block.fields as Record<string, Field>)
    .filter(([, { type }]) => type !== 'group')
    .map(([name, { type }]) => partOf(name, false, formOf(type)))
  const blocks = Object.entries(block.blocks as Record<string, AnyBlock>).map(([name, nested]) =>
    partOf(name, nested.many, blockForm(nested)),
  )
  return structure([...fields, ...blocks])
}

function partOf(name: string, many: boolean, form: Form): Part {
  return { ...form, name, many, open: `<${name}>`, close: `</${name}>` }
}

function structure(parts: readonly Part[]): Form {
  return {
    xml(value) {
      const record = value as Values
      let xml = ''
      for (const part of parts) {
        const content = record[part.name]
        if (content === undefined) continue
        if (part.many) {
          for (const one of content as readonly unknown[]) {
            xml += part.open + part.xml(one) + part.close
          }
        } else {
          xml += part.open + part.xml(content) + part.close
        }
      }
      return xml
    },
    json(value) {
      const record = value as Values
      const json: Record<string, unknown> = {}
      for (const part of parts) {
        const content = record[part.name]
        if (content === undefined) continue
        json[part.name] = part.many
          ? (content as readonly unknown[]).map(part.json)
          : part.json(content)
      }
      return json
    },
  }
}

function isComposite(type: FieldType): type is CompositeType {
  return type in composites
}

function formOf(type: FieldType): Form {
  if (!isComposite(type)) return simpleForm(type as SimpleType)
  return structure(
    Object.entries(composites[type]).map(([name, part]) => partOf(name, false, simpleForm(part))),
  )
}

const same = (value: unknown) => value

function simpleForm(type: SimpleType): Form {
  switch (type) {
    case 'boolean':
    case 'quantity':
    case 'amount':
    case 'percentage':
    case 'count':
    case 'sequence':
    case 'aggregate':
      return { xml: String, json: same }
    case 'yearQuarter':
      return {
        xml: (value) => escapeText(wireQuarter(value as string)),
        json: (value) => wireQuarter(value as string),
      }
    case 'text':
    case 'code':
    case 'code.nis':
    case 'code.nace':
    case 'date':
    case 'incompleteDate':
    case 'percentageText':
    case 'email':
    case 'identifier':
    case 'identifier.ssin':
    case 'identifier.enterpriseNumber':
    case 'identifier.nossNumber':
    case 'identifier.establishmentUnit':
    case 'identifier.socialSecretariat':
    case 'identifier.plate':
      return { xml: (value) => escapeContent(value as string), json: same }
  }
}

/** `20261` → `2026Q1` */
function wireQuarter(quarter: string): string {
  return `${quarter.slice(0, 4)}Q${quarter.slice(4)}`
}
