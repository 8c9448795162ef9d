import {
  XmlBufferInputProvider,
  xmlCleanupInputProvider,
  XmlDocument,
  type XmlElement,
  xmlRegisterInputProvider,
  XmlValidateError,
  XsdValidator,
} from 'libxml2-wasm'
import { GatewayError, type ErrorInformation } from '../base/errors.ts'

/** A schema of a contract, compiled; it lives as long as the process. */
export interface XmlContract {
  /**
   * Validates one element and what is in it, in the tree it was parsed into; siblings and the header are not looked at.
   * Throws GatewayError CONTRACT_INVALID that names paths and rules of the schema, never a value of the message.
   */
  check(element: XmlElement): void
}

/** Base of the addresses under which schemas know each other; nothing can be fetched from it. */
const base = 'quadrivium:/'

/**
 * Compiles one schema. Imports resolve among the given files only (path under schemas/ → bytes): no file and no network is
 * ever touched. Throws when the schema or one it imports is wrong or missing.
 */
export function compileXsd(path: string, files: ReadonlyMap<string, Uint8Array>): XmlContract {
  const bytes = files.get(path)
  if (bytes === undefined) throw new Error(`schema \`schemas/${path}\` is missing`)
  const provider = new XmlBufferInputProvider(
    Object.fromEntries([...files].map(([name, content]) => [base + name, content])),
  )
  xmlRegisterInputProvider(provider)
  let validator: XsdValidator
  try {
    using document = XmlDocument.fromBuffer(bytes, { url: base + path })
    validator = XsdValidator.fromDoc(document)
  } catch (cause) {
    throw new Error(`schema \`schemas/${path}\` does not compile: ${String(cause)}`, { cause })
  } finally {
    xmlCleanupInputProvider()
  }
  const names = elementNames(files)
  return {
    check(element) {
      try {
        validator.validate(element)
      } catch (cause) {
        if (!(cause instanceof XmlValidateError)) throw cause
        throw new GatewayError(
          'CONTRACT_INVALID',
          undefined,
          informationOf(cause, depthOf(element), names),
        )
      }
    },
  }
}

/** Names that schemas declare: only these may be told, since any other name in a message is the sender's own text. */
function elementNames(files: ReadonlyMap<string, Uint8Array>): ReadonlySet<string> {
  const names = new Set<string>()
  for (const [path, bytes] of files) {
    if (!path.endsWith('.xsd')) continue
    const text = new TextDecoder().decode(bytes)
    for (const [, name] of text.matchAll(/<xs:element name="([^"]+)"/g)) if (name) names.add(name)
  }
  return names
}

/** Number of elements around an element. */
function depthOf(element: XmlElement): number {
  let depth = 0
  for (let parent = element.parent; parent !== null; parent = parent.parent) depth++
  return depth
}

const reportedMax = 5

/** Where and by which rule, once a place: libxml2 tells a broken facet a second time as a broken type. */
function informationOf(
  error: XmlValidateError,
  depth: number,
  names: ReadonlySet<string>,
): readonly ErrorInformation[] {
  const rules = new Map<string, string>()
  for (const { message, xpath } of error.details) {
    const place = placeOf(xpath ?? '', depth, names)
    if (!rules.has(place)) rules.set(place, ruleOf(message))
  }
  return [...rules]
    .slice(0, reportedMax)
    .map(([fieldName, fieldValue]) => ({ fieldName, fieldValue }))
}

/** `/e:Envelope/e:Body/v1:request/criteria/ssin[2]` → `criteria/ssin`; names that no schema declares become `*`. */
function placeOf(xpath: string, depth: number, names: ReadonlySet<string>): string {
  const segments = xpath.split('/').slice(1 + depth)
  const inside = segments.length > 1 ? segments.slice(1) : segments
  return inside
    .map((segment) => segment.replace(/^.*:/, '').replace(/\[\d+\]$/, ''))
    .map((name) => (names.has(name) ? name : '*'))
    .join('/')
}

const facets = new Set([
  'length',
  'minLength',
  'maxLength',
  'pattern',
  'enumeration',
  'whiteSpace',
  'maxInclusive',
  'maxExclusive',
  'minInclusive',
  'minExclusive',
  'totalDigits',
  'fractionDigits',
])

/** The rule that libxml2 found broken; its text holds values of the message and is never passed on. */
function ruleOf(message: string): string {
  const text = message.replace(/^Element '[^']*'(?:, attribute '[^']*')?: /, '')
  const facet = /^\[facet '(\w+)'\]/.exec(text)?.[1]
  if (facet !== undefined && facets.has(facet)) return facet
  if (text.startsWith('This element is not expected')) return 'unexpected element'
  if (text.startsWith('Missing child element')) return 'missing element'
  if (text.startsWith('No matching global declaration')) return 'unknown element'
  if (text.startsWith('The attribute')) return 'attribute'
  if (text.startsWith('Character content')) return 'text between elements'
  return 'type'
}
