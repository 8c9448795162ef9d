import { GatewayError } from '../base/errors.ts'

/** What dispatching needs of a service: the request elements of one endpoint. */
export interface Endpoint<Operation extends { readonly name: string }> {
  /** namespace of the request elements */
  readonly namespace: string
  /** request element → operation */
  readonly operations: ReadonlyMap<string, Operation>
  readonly soapAction: (operation: string) => string
}

/**
 * The operation that the body's child asks for: its qualified name decides, never SOAPAction. Throws GatewayError
 * SOAP_OPERATION when the child is no request element of this endpoint.
 */
export function findOperation<Operation extends { readonly name: string }>(
  endpoint: Endpoint<Operation>,
  child: { readonly namespace: string; readonly name: string },
): Operation {
  const operation =
    child.namespace === endpoint.namespace ? endpoint.operations.get(child.name) : undefined
  if (operation === undefined) throw new GatewayError('SOAP_OPERATION')
  return operation
}

/**
 * Checks SOAPAction (SOAP 1.1), `action` parameter (SOAP 1.2) or wsa:Action against the operation that the body asks for.
 * Absent or empty says nothing; quotes are optional. Throws GatewayError SOAP_ACTION when it names another operation.
 */
export function checkSoapAction<Operation extends { readonly name: string }>(
  endpoint: Endpoint<Operation>,
  operation: Operation,
  header: string | undefined,
): void {
  const action = (header ?? '').trim().replace(/^"(.*)"$/, '$1')
  if (action !== '' && action !== endpoint.soapAction(operation.name)) {
    throw new GatewayError('SOAP_ACTION')
  }
}
