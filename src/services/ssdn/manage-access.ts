import { GatewayError } from '../../base/errors.ts'
import { element, leaf, optionalLeaf } from '../../xml/writer.ts'
import type { OpenDays } from '../../base/civil-date.ts'
import type { DirectoryRegister, Inscription } from '../../base/inscription.ts'
import type { XmlElement } from '../../xml/element.ts'
import type { RequestEnvelope } from '../envelope.ts'
import { invalidOf, valid } from '../operation.ts'
import type { Declaration, PreparedRecord, RecordOperation } from '../record-operation.ts'
import { writeServiceReply } from './envelope.ts'
import { compare, isEmptyProof, provingPaths, readProof, type Proof } from './identity.ts'
import { namespaces } from './names.ts'
import { child, collapsed, integerIn, periodIn, ssinIn } from './read.ts'
import { detail, SsdnInvalid } from './result-summary.ts'

/** OCMWCPASManageAccess: an institution declares whom it knows, in which quality and when (services.md §3). */
export const manageAccess = { serviceId: 'OCMWCPASManageAccess', version: '20050930' } as const

/** The actions are operations of their own, so that the journal tells them apart. */
export const manageAccessOperations: Readonly<Record<Declaration['action'], RecordOperation>> = {
  REGISTER: operationOf('REGISTER'),
  UNREGISTER: operationOf('UNREGISTER'),
  LIST: operationOf('LIST'),
}

function operationOf(action: Declaration['action']): RecordOperation {
  return {
    kind: 'record',
    name: `${manageAccess.serviceId}.${action}`,
    gives: provingPaths,
    yields: () => true,
  }
}

/** What a request says, with the texts that its reply repeats. */
interface Said {
  readonly ssin: string
  readonly purpose: string | undefined
  readonly action: Declaration['action']
  readonly register: string | undefined
  readonly period: OpenDays
  readonly proof: Proof
}

/** Reads a request that its schema accepted. */
export function prepareManageAccess(
  body: XmlElement,
  envelope: RequestEnvelope,
): { readonly operation: RecordOperation; readonly prepared: PreparedRecord } {
  const action = collapsed(body, 'Action') as Declaration['action']
  const proof = child(body, 'ProofOfAuthentication')
  if (proof === undefined) throw new TypeError('body was not checked')
  const period = periodIn(body, 'Period')
  const said = {
    ssin: collapsed(body, 'SSIN') ?? '',
    purpose: collapsed(body, 'Purpose'),
    action,
    register: collapsed(body, 'QueryRegister'),
    proof: readProof(proof),
  }
  const declaration = declarationIn(body, said, period)
  const prepared: PreparedRecord = {
    kind: 'record',
    envelope,
    invalid: invalidOf(declaration),
    subject:
      declaration instanceof GatewayError
        ? { kind: 'none' }
        : { kind: 'declaredPerson', ssin: declaration.ssin },
    keys: [],
    declaration: () => valid(declaration),
    isProven: (person) => {
      const compared = person === undefined ? [] : compare(said.proof, person)
      return compared.length > 0 && compared.every(({ matches }) => matches)
    },
    writeXml: ({ inscriptions, sector }) =>
      writeServiceReply(
        manageAccess,
        [],
        writeBody({ ...said, period: valid(period) }, inscriptions, sector),
      ),
  }
  return { operation: manageAccessOperations[action], prepared }
}

/** Quality codes are those of a sector; 999 says that a number was replaced, which no institution declares. */
const purposeMax = 998

function declarationIn(
  body: XmlElement,
  { action, purpose: text, register, proof }: Omit<Said, 'period'>,
  period: OpenDays | GatewayError,
): Declaration | GatewayError {
  const missing = [
    ...(action !== 'LIST' && (text ?? '') === '' ? ['Purpose'] : []),
    ...(isEmptyProof(proof) ? ['ProofOfAuthentication'] : []),
  ]
  if (missing.length > 0) {
    return new SsdnInvalid(missing.map((fieldName) => detail('31000007', [{ fieldName }])))
  }
  const ssin = ssinIn(body, 'SSIN')
  if (ssin instanceof GatewayError) return ssin
  if (period instanceof GatewayError) return period
  const purpose = integerIn(body, 'Purpose')
  if (text !== undefined && (purpose === undefined || purpose < 0 || purpose > purposeMax)) {
    return new GatewayError('REQUEST_INVALID', undefined, [{ fieldName: 'Purpose' }])
  }
  if (action !== 'LIST') {
    if (purpose === undefined) throw new TypeError('purpose was not checked')
    return { action, ssin, period, purpose }
  }
  const sector = integerIn(body, 'Sector')
  return {
    action,
    ssin,
    period,
    registers: registersOf(register),
    ...(purpose !== undefined && { purpose }),
    ...(sector !== undefined && { sector }),
  }
}

function registersOf(asked: string | undefined): readonly DirectoryRegister[] {
  return asked === 'PRIMARY' || asked === 'SECONDARY' ? [asked] : ['PRIMARY', 'SECONDARY']
}

function writePeriod({ from, until }: OpenDays): string {
  return element('ns3:Period', leaf('ns2:StartDate', from) + optionalLeaf('ns2:EndDate', until))
}

/** The reply; the schema wants a Purpose even of a LIST that named none: 0. */
function writeBody(said: Said, inscriptions: readonly Inscription[], sector: number): string {
  const { ssin, purpose = '0', period, action, register } = said
  return (
    `<ns3:ManageAccessReply xmlns:ns2="${namespaces.common}" xmlns:ns3="${namespaces.manageAccess}">` +
    element(
      'ns3:OriginalRequest',
      leaf('ns3:SSIN', ssin) +
        leaf('ns3:Purpose', purpose) +
        writePeriod(period) +
        leaf('ns3:Action', action) +
        optionalLeaf('ns3:Register', action === 'LIST' ? register : undefined),
    ) +
    inscriptions
      .map((one) =>
        element(
          'ns3:Registrations',
          leaf('ns3:Purpose', String(one.purpose)) +
            writePeriod(one.period) +
            leaf('ns3:OrgUnit', String(sector)) +
            leaf('ns3:Register', one.register),
        ),
      )
      .join('') +
    '</ns3:ManageAccessReply>'
  )
}
