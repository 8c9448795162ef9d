import { asGatewayError, GatewayError } from '../base/errors.ts'
import type { XmlContract } from '../contracts/xsd.ts'
import { parseXml } from '../xml/parse.ts'
import { readElement } from '../xml/read-element.ts'
import type { Anomaly } from './anomaly.ts'
import { readDeclaration, type Declaration } from './dimona/declaration.ts'
import { anomaly } from './dimona/time-rules.ts'
import { dimonaZones, type DimonaElement } from './dimona/zones.ts'
import { formLimits, type FormSlice } from './split-forms.ts'

/** A declaration, or what of its form does not follow the schema. */
export type ReadForm =
  | { readonly kind: 'declaration'; readonly declaration: Declaration }
  | { readonly kind: 'invalid'; readonly anomalies: readonly Anomaly[] }

/** One slice: parsed once, validated in that very tree, read from it; the document is disposed before this returns. */
export function readForm(slice: FormSlice, schema: XmlContract): ReadForm {
  try {
    const declaration = readSlice(slice, schema)
    return declaration === undefined
      ? { kind: 'invalid', anomalies: [anomaly('Form', '134')] }
      : { kind: 'declaration', declaration }
  } catch (error) {
    const refusal = asGatewayError(error)
    if (refusal.code === 'INTERNAL') throw error
    return { kind: 'invalid', anomalies: schemaAnomalies(refusal) }
  }
}

function readSlice(slice: FormSlice, schema: XmlContract): Declaration | undefined {
  const tree = parseXml(slice.bytes, formLimits)
  try {
    schema.check(tree.root.toLibxml2())
    const [form, ...others] = tree.root.elements()
    if (form === undefined || others.length > 0) throw new GatewayError('CONTRACT_INVALID')
    return readDeclaration(readElement(form))
  } finally {
    tree.dispose()
  }
}

/** A wrong value is told with its zone (003 invalid); what is wrong with the structure, of the form (255). */
function schemaAnomalies(refusal: GatewayError): Anomaly[] {
  const structure = /element|attribute|text/
  const zones = refusal.information.map(({ fieldName, fieldValue }) => {
    const tag = fieldName.split('/').at(-1) ?? ''
    return !structure.test(fieldValue ?? '') && isElement(tag) ? tag : 'Form'
  })
  const tags: DimonaElement[] = zones.length === 0 ? ['Form'] : [...new Set(zones)]
  return tags.map((tag) => anomaly(tag, tag === 'Form' ? '255' : '003'))
}

function isElement(tag: string): tag is DimonaElement {
  return Object.hasOwn(dimonaZones, tag)
}
