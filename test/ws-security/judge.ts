/** Verdicts of parse, envelope and signature on one message, for tables of messages. */
import { GatewayError } from '../../src/base/errors.ts'
import { readEnvelope } from '../../src/soap/envelope.ts'
import { signatureLimits, verifyMessage } from '../../src/ws-security/verify.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import { registryOf, type TestIdentity, trustIn } from './identities.ts'
import type { Draft } from './messages.ts'

export const nowMs = Date.UTC(2026, 10, 21, 12, 0, 0)

/** An instant as it is written, this many seconds from now. */
export const at = (seconds: number): string => new Date(nowMs + seconds * 1000).toISOString()

export const payload = '<r:ask xmlns:r="urn:ask"><ssin>x</ssin></r:ask>'

export function draftOf(signer: TestIdentity, more: Partial<Draft> = {}): Draft {
  const method = signer.privateKey.asymmetricKeyType === 'ec' ? 'ecdsa-sha256' : 'rsa-sha256'
  return {
    certificateDer: signer.der,
    created: at(-5),
    expires: at(55),
    payload,
    signatureMethod: `http://www.w3.org/2001/04/xmldsig-more#${method}`,
    ...more,
  }
}

/** `accepted`, or the code of the refusal; the signer is trusted and registered. */
export function judge(message: string, signer: TestIdentity): string {
  try {
    const tree = parseXml(Buffer.from(message), soapLimits)
    try {
      verifyMessage(readEnvelope(tree), {
        trust: trustIn(signer),
        nowMs,
        limits: signatureLimits,
        registered: registryOf(signer),
      })
    } finally {
      tree.dispose()
    }
    return 'accepted'
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    return error.code
  }
}
