import { asGatewayError, GatewayError } from '../../base/errors.ts'
import type { XmlElement } from '../../xml/element.ts'
import { parseXml } from '../../xml/parse.ts'
import { readElement } from '../../xml/read-element.ts'
import { soapLimits } from '../../xml/scan.ts'
import type { XmlNode, XmlTree } from '../../xml/tree.ts'
import { escapeText } from '../../xml/writer.ts'
import type {
  BundledRequest,
  BundleOperation,
  CarriedSchemas,
  PreparedBundle,
} from '../bundle-operation.ts'
import type { RequestEnvelope } from '../envelope.ts'
import type { ConsultOperation, Service } from '../operation.ts'
import { envelopeOf, readContext, writeReply, writeServiceReply, type Context } from './envelope.ts'
import {
  identifyByName,
  identifyBySsin,
  identifyOperationOf,
  identifyPerson,
} from './identify-person.ts'
import { manageAccess, manageAccessOperations, prepareManageAccess } from './manage-access.ts'
import { namespaces } from './names.ts'
import { performInvestigation, performInvestigationConsult } from './perform-investigation.ts'
import { collapsed } from './read.ts'
import { referenceManager, referenceManagerConsult } from './reference-manager.ts'
import { detailsOf } from './result-summary.ts'

const namespace = 'http://ksz-bcss.fgov.be/connectors/WebServiceConnector'

/** A service of SSDN: its id and version, the element of its requests, and the schema that declares it. */
interface SsdnService {
  readonly serviceId: string
  readonly version: string
  readonly namespace: string
  readonly element: string
  readonly schema: string
  /** a body that its schema accepted */
  readonly prepare: (body: XmlElement, envelope: RequestEnvelope) => PreparedPart
}

type PreparedPart = BundledRequest extends infer R
  ? R extends { readonly kind: 'consult' | 'record' }
    ? Omit<R, 'legalContext' | 'refuse'>
    : never
  : never

function consulted(operation: ConsultOperation): SsdnService['prepare'] {
  return (body, envelope) => ({
    kind: 'consult',
    operation,
    prepared: { ...operation.prepareXml(body), envelope },
  })
}

const ssdnServices: readonly SsdnService[] = [
  {
    ...identifyPerson,
    namespace: namespaces.identifyPerson,
    element: 'IdentifyPersonRequest',
    schema: 'SSDN/OCMW_CPAS/IdentifyPerson/NamespaceRoot.xsd',
    prepare: (body, envelope) => consulted(identifyOperationOf(body))(body, envelope),
  },
  {
    ...performInvestigation,
    namespace: namespaces.performInvestigation,
    element: 'PerformInvestigationRequest',
    schema: 'SSDN/OCMW_CPAS/PerformInvestigation/NamespaceRoot.xsd',
    prepare: consulted(performInvestigationConsult),
  },
  {
    ...manageAccess,
    namespace: namespaces.manageAccess,
    element: 'ManageAccessRequest',
    schema: 'SSDN/OCMW_CPAS/ManageAccess/NamespaceRoot.xsd',
    prepare: (body, envelope) => ({ kind: 'record', ...prepareManageAccess(body, envelope) }),
  },
  {
    ...referenceManager,
    namespace: namespaces.referenceManager,
    element: 'ReferenceManagerRequest',
    schema: 'SSDN/ReferenceManagerFacade/ReferenceManagerRequest.xsd',
    prepare: consulted(referenceManagerConsult),
  },
]

const envelopeSchema = 'SSDN/Service/NamespaceRoot.xsd'

/** Each is an exchange of its own, with entries in the journal: one message must not cost without limit. */
const requestsMax = 30

/** A request with its place in the tree: its body is checked there, by the schema of its service. */
function readRequest(
  node: XmlNode,
  envelope: RequestEnvelope,
  schemas: CarriedSchemas,
): BundledRequest {
  const request = readElement(node)
  const [serviceId, version] = ['ServiceId', 'Version'].map(
    (name) => collapsed(request, name) ?? '',
  )
  const said = { serviceId: serviceId ?? '', version: version ?? '' }
  const common = {
    legalContext: said.serviceId,
    refuse: (error: GatewayError) => writeServiceReply(said, detailsOf(error)),
  }
  const service = ssdnServices.find(
    (one) => one.serviceId === said.serviceId && one.version === said.version,
  )
  if (service === undefined) {
    return { ...common, kind: 'refused', refused: new GatewayError('NOT_IMPLEMENTED') }
  }
  try {
    const [, , body] = node.elements()
    if (body?.is(service.namespace, service.element) !== true) {
      throw new GatewayError('CONTRACT_INVALID', 'body of another service', [
        { fieldName: service.element, fieldValue: 'missing element' },
      ])
    }
    schemas.check(service.schema, body)
    return { ...common, ...service.prepare(readElement(body), envelope) }
  } catch (cause) {
    return { ...common, kind: 'refused', refused: asGatewayError(cause) }
  }
}

/** The requests of a document, or why it has none. */
function readDocument(
  text: string,
  schemas: CarriedSchemas,
): Pick<PreparedBundle, 'envelope' | 'invalid' | 'requests'> & { readonly context?: Context } {
  let tree: XmlTree | undefined
  try {
    tree = parseXml(new TextEncoder().encode(text), soapLimits)
    const { root } = tree
    if (!root.is(namespaces.service, 'SSDNRequest')) {
      throw new GatewayError('CONTRACT_INVALID', 'no SSDNRequest', [{ fieldName: 'SSDNRequest' }])
    }
    schemas.check(envelopeSchema, root)
    const request = readElement(root)
    const context = readContext(request)
    const envelope = envelopeOf(request, context)
    const nodes = root.elements().filter(({ name }) => name === 'ServiceRequest')
    if (nodes.length > requestsMax) {
      const error = new GatewayError('CONTRACT_INVALID', `more than ${requestsMax} requests`, [
        { fieldName: 'ServiceRequest', fieldValue: `at most ${requestsMax}` },
      ])
      return { context, envelope, invalid: error, requests: [] }
    }
    const requests = nodes.map((node) => readRequest(node, envelope, schemas))
    return { context, envelope, invalid: undefined, requests }
  } catch (cause) {
    return { envelope: {}, invalid: asInvalid(asGatewayError(cause)), requests: [] }
  } finally {
    tree?.dispose()
  }
}

/** What the parser refuses in a document that a proven caller sent is wrong in its contract, not in the message around it. */
function asInvalid(error: GatewayError): GatewayError {
  if (!error.code.startsWith('XML_')) return error
  const what = error.code.replace('XML_', '').toLowerCase()
  return new GatewayError('CONTRACT_INVALID', `document: ${error.code}`, [
    { fieldName: 'xmlString', fieldValue: `not accepted: ${what}` },
  ])
}

function carried(document: string): string {
  return `<tns:xmlString xmlns:tns="${namespace}">${escapeText(document)}</tns:xmlString>`
}

const sendXml: BundleOperation = {
  kind: 'bundle',
  name: 'sendXML',
  operations: [
    identifyBySsin,
    identifyByName,
    performInvestigationConsult,
    referenceManagerConsult,
    ...Object.values(manageAccessOperations),
  ],
  prepareXml: (body, schemas) => {
    const { context, ...read } = readDocument(body.text, schemas)
    return {
      kind: 'bundle',
      ...read,
      writeXml: (information, replies) => carried(writeReply(context, information, { replies })),
      refuse: (information, error) =>
        carried(writeReply(context, information, { details: detailsOf(error) })),
    }
  },
}

/** The SSDN connector (legacy): a document as text both ways, with one request or several in it (services.md §3). */
export const webServiceConnector: Service = {
  name: 'WebServiceConnector',
  version: 1,
  namespace,
  path: '/connectors/webservice/KSZBCSSWebServiceConnectorPort',
  contract: 'WebServiceConnector/v1',
  carries: {
    requests: [envelopeSchema, ...ssdnServices.map(({ schema }) => schema)],
    reply: 'SSDN.xsd',
  },
  soapAction: (operation) => `${namespace}/${operation}`,
  operations: new Map([['xmlString', sendXml]]),
  faultElement: () => undefined,
  wsdlNames: {
    definitions: 'KSZBCSSWebServiceConnector',
    portType: 'KSZBCSSWebServiceConnector',
    binding: 'KSZBCSSWebServiceConnectorBinding',
    service: 'KSZBCSSWebService',
    port: 'KSZBCSSWebServiceConnectorPort',
    bindingNames: true,
    message: (kind) =>
      kind === 'Request'
        ? { message: 'request', part: 'requestXML', element: 'xmlString', name: 'requestXML' }
        : { message: 'reply', part: 'replyXML', element: 'xmlString', name: 'replyXML' },
  },
}
