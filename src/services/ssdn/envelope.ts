import { clockTimeAt } from '../../base/clock-time.ts'
import { civilDateAt } from '../../base/civil-date.ts'
import type { OrganizationIdentification } from '../../xml/common-v3.ts'
import type { XmlElement } from '../../xml/element.ts'
import { element, leaf, optionalLeaf } from '../../xml/writer.ts'
import type { InformationCbss, RequestEnvelope } from '../envelope.ts'
import { namespaces } from './names.ts'
import { child, collapsed, integerIn } from './read.ts'
import { outerDetails, writeResultSummary, type Detail } from './result-summary.ts'

/** RequestContext, as the reply repeats it. */
export interface Context {
  readonly userId: string
  readonly email: string
  readonly orgUnit: string | undefined
  readonly matrixId: string
  readonly matrixSubId: string | undefined
  readonly reference: string | undefined
  readonly timeRequest: string | undefined
}

/** Reads the RequestContext of a document that its schema accepted. */
export function readContext(request: XmlElement): Context {
  const context = child(request, 'RequestContext')
  const user = context && child(context, 'AuthorizedUser')
  if (user === undefined) throw new TypeError('document was not checked')
  const message = child(context as XmlElement, 'Message')
  return {
    userId: collapsed(user, 'UserID') ?? '',
    email: collapsed(user, 'Email') ?? '',
    orgUnit: child(user, 'OrgUnit')?.text,
    matrixId: collapsed(user, 'MatrixID') ?? '',
    matrixSubId: collapsed(user, 'MatrixSubID'),
    reference: message && child(message, 'Reference')?.text,
    timeRequest: message && child(message, 'TimeRequest')?.text,
  }
}

/**
 * Who asks, as the channels know it: the organisation of the user by its enterprise number, sector and institution, all that are given,
 * and the number of the user.
 */
export function envelopeOf(request: XmlElement, context: Context): RequestEnvelope {
  const user = child(child(request, 'RequestContext') as XmlElement, 'AuthorizedUser') as XmlElement
  const sector = integerIn(user, 'MatrixID') ?? -1
  const institution = integerIn(user, 'MatrixSubID')
  const cbeNumber = context.orgUnit?.trim() ?? ''
  const customerIdentification: OrganizationIdentification =
    cbeNumber === ''
      ? { kind: 'sector', sector, institution: institution ?? 0 }
      : { kind: 'cbeNumber', cbeNumber, sector, ...(institution !== undefined && { institution }) }
  const { reference, userId } = context
  return {
    informationCustomer: {
      customerIdentification,
      ...(reference !== undefined && { ticket: reference }),
    },
    user: userId,
  }
}

/** `yyyyMMddThhmmss`, Belgian time. */
function writeTime(instantMs: number): string {
  const time = clockTimeAt(instantMs).slice(0, 8).replaceAll(':', '')
  return `${civilDateAt(instantMs).replaceAll('-', '')}T${time}`
}

/** Fifteen capitals and digits: the beginning of our own ticket, under which the journal has the exchange. */
function ticketOf({ ticketCbss }: InformationCbss): string {
  return ticketCbss.replaceAll('-', '').slice(0, 15).toUpperCase()
}

/** The whole document; without a context the message could not be read. */
export function writeReply(
  context: Context | undefined,
  information: InformationCbss,
  parts: { readonly replies: readonly string[] } | { readonly details: readonly Detail[] },
): string {
  const [details, replies] =
    'replies' in parts ? [outerDetails(parts.replies), parts.replies] : [parts.details, []]
  return (
    `<SSDNReply xmlns="${namespaces.service}">` +
    element(
      'ReplyContext',
      writeResultSummary('ns1', details) +
        (context === undefined ? '' : writeUser(context)) +
        element(
          'Message',
          optionalLeaf('Reference', context?.reference) +
            leaf('Ticket', ticketOf(information)) +
            optionalLeaf('TimeRequest', context?.timeRequest) +
            leaf('TimeReceive', writeTime(information.receivedAtMs)) +
            leaf('TimeResponse', writeTime(information.repliedAtMs)),
        ),
    ) +
    replies.join('') +
    '</SSDNReply>'
  )
}

function writeUser({ userId, email, orgUnit, matrixId, matrixSubId }: Context): string {
  return element(
    'AuthorizedUser',
    leaf('UserID', userId) +
      leaf('Email', email) +
      optionalLeaf('OrgUnit', orgUnit) +
      leaf('MatrixID', matrixId) +
      optionalLeaf('MatrixSubID', matrixSubId),
  )
}

/** One reply of a service: its summary, which one it is, and its body; none after an error. */
export function writeServiceReply(
  { serviceId, version }: { readonly serviceId: string; readonly version: string },
  details: readonly Detail[],
  body = '',
): string {
  return element(
    'ServiceReply',
    writeResultSummary('ns2', details) +
      leaf('ServiceId', serviceId) +
      leaf('Version', version) +
      body,
  )
}
