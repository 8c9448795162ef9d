/** The parse and verify path under test, the signed messages that are mutated, and what must hold of every verdict. */
import { hash } from 'node:crypto'
import { asGatewayError, type ErrorCode, GatewayError } from '../../src/base/errors.ts'
import { indexRegistered } from '../../src/pki/registered-certificates.ts'
import { findOperation } from '../../src/soap/dispatch.ts'
import { readEnvelope } from '../../src/soap/envelope.ts'
import { services } from '../../src/services/registry.ts'
import {
  signatureLimits,
  type VerifiedMessage,
  verifyMessage,
} from '../../src/ws-security/verify.ts'
import { canonicalize } from '../../src/xml/canonicalize.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { readElement } from '../../src/xml/read-element.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import { contracts } from '../contracts/committed.ts'
import { certificateOf, keyOf, nowMs, openSandboxTrust } from '../pki/material.ts'
import { fillSignature } from '../ws-security/fill-signature.ts'
import {
  type Draft,
  gsoapMessage,
  namedMessage,
  plainMessage,
  soap12,
  wss4jMessage,
  zeepMessage,
} from '../ws-security/messages.ts'

const trust = openSandboxTrust()
const service = services.find(({ name }) => name === 'DmfaConsultationService')!
const contract = contracts.xml(service.contract)
const registered = indexRegistered(
  ['phare', 'inspection', 'emploi'].map((institution) => {
    const der = certificateOf(`institutions/${institution}/signing`)
    return { sha256: hash('sha256', der), der }
  }),
)

/** Everything that is read of an accepted message; equal texts mean equal readings. */
export interface Reading {
  readonly digest: string
  readonly text: string
}

/** Bytes to what the gateway would go on with. Throws what that path throws. */
function read(message: Buffer): Reading {
  const tree = parseXml(message, soapLimits)
  try {
    const limits = signatureLimits
    const verified = verifyMessage(readEnvelope(tree), { trust, nowMs, limits, registered })
    findOperation(service, verified.bodyChild)
    contract.check(verified.bodyChild.toLibxml2())
    return { digest: verified.digest, text: textOf(verified) }
  } finally {
    tree.dispose()
  }
}

function textOf(verified: VerifiedMessage): string {
  const { signer, bodyChild, ...rest } = verified
  const value = {
    ...rest,
    signer: signer.certificate.sha256,
    path: signer.path,
    canonical: Buffer.from(canonicalize(bodyChild)).toString('latin1'),
    read: readElement(bodyChild),
  }
  return JSON.stringify(value, (_, one: unknown) => (one instanceof Map ? [...one] : one))
}

const payload = (ssin: string, context: string) =>
  `<v1:consultByWorkerRequest xmlns:v1="${service.namespace}"><informationCustomer><ticket>caf\u00e9 &amp; ${ssin.slice(0, 2)}</ticket>` +
  `<customerIdentification><cbeNumber>1999000150</cbeNumber></customerIdentification></informationCustomer>` +
  `<legalContext>${context}</legalContext><criteria><ssin>${ssin}</ssin><beginQuarter>2026Q1</beginQuarter>` +
  `<endQuarter>2026Q2</endQuarter></criteria></v1:consultByWorkerRequest>`

interface Form {
  readonly name: string
  readonly institution: string
  readonly write: (draft: Draft) => string
}

const addressing =
  '<a:MessageID xmlns:a="http://www.w3.org/2005/08/addressing" wsu:Id="M">urn:uuid:1</a:MessageID>' +
  '<a:Action xmlns:a="http://www.w3.org/2005/08/addressing" wsu:Id="A">urn:act</a:Action>'

/** WS-Addressing headers signed with the rest. */
function addressedMessage(draft: Draft): string {
  const message = plainMessage(draft).replace('</s:Header>', `${addressing}</s:Header>`)
  return message.replace(/<ds:Reference URI="#B">.*?<\/ds:Reference>/, (reference) =>
    ['#B', '#M', '#A'].map((id) => reference.replace('#B', id)).join(''),
  )
}

const forms: readonly Form[] = [
  { name: 'plain', institution: 'phare', write: (draft) => plainMessage(draft) },
  { name: 'plain 1.2', institution: 'phare', write: (draft) => plainMessage(draft, soap12) },
  { name: 'addressed', institution: 'phare', write: addressedMessage },
  { name: 'zeep', institution: 'phare', write: zeepMessage },
  { name: 'wss4j', institution: 'phare', write: wss4jMessage },
  { name: 'gsoap', institution: 'phare', write: gsoapMessage },
  ...(['issuer-serial', 'key-identifier', 'thumbprint'] as const).map((naming) => ({
    name: naming,
    institution: 'phare',
    write: (draft: Draft) => namedMessage(draft, naming),
  })),
  { name: 'of another signer', institution: 'inspection', write: (draft) => plainMessage(draft) },
  { name: 'zeep of another signer', institution: 'emploi', write: zeepMessage },
]

export interface Original {
  readonly name: string
  /** bytes as latin1 */
  readonly message: string
  /** where its signed wsu:Id's are known: by name of the form */
  readonly reading: Reading
}

function sign({ name, institution, write }: Form, index: number): Original {
  const stem = `institutions/${institution}/signing`
  const certificateDer = certificateOf(stem)
  const key = keyOf(stem)
  const template = write({
    certificateDer,
    created: new Date(nowMs - 5000 - index).toISOString(),
    expires: new Date(nowMs + 55_000).toISOString(),
    // numbers of nobody: their shape is all that the contract asks for
    payload: payload(`${1000 + index}`.padStart(11, '0'), `PHARE:CONTEXT_${index}`),
    ...(key.asymmetricKeyType === 'ec' && {
      signatureMethod: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
    }),
  })
  const message = Buffer.from(fillSignature(template, key))
  return { name, message: message.toString('latin1'), reading: read(message) }
}

/** Accepted every one; none says the same as another. */
export const originals: readonly Original[] = forms.map(sign)

const readings = new Map(originals.map(({ reading }) => [reading.digest, reading.text]))

/** Of one mutated message: accepted as one of the originals, or the code it was refused with. */
export type Verdict = 'accepted' | ErrorCode

/** What must never happen; the message is an Error of the fuzz run. */
export class Finding extends Error {}

/**
 * The verdict on a message. Throws a Finding when something else than a GatewayError was thrown, or when a message is accepted
 * from which something else is read than one of the originals says.
 */
export function judge(message: string): Verdict {
  let reading: Reading
  try {
    reading = read(Buffer.from(message, 'latin1'))
  } catch (error) {
    if (error instanceof GatewayError) return error.code
    const { code } = asGatewayError(error)
    throw new Finding(`${code}: ${String(error)}`, { cause: error })
  }
  const signed = readings.get(reading.digest)
  if (signed === undefined) throw new Finding('accepted with a digest that nobody signed')
  if (signed !== reading.text)
    throw new Finding(
      `accepted, but what is read is not what was signed:\n${signed}\n${reading.text}`,
    )
  return 'accepted'
}
