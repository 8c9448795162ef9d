import { GatewayError } from '../base/errors.ts'
import { isSignedBy } from './algorithms.ts'
import type { Certificate } from './certificate.ts'
import { readCrl, type Crl } from './crl.ts'
import { DerError, equalBytes } from './der.ts'
import {
  checkOcspResponse,
  type OcspAnswer,
  type OcspJudgement,
  type OcspQuestion,
} from './ocsp.ts'
import { checkRevocation, maySignCrls } from './revocation.ts'

/** OCSP answers that are kept; past that the oldest is forgotten, so that its certificate is asked about anew. */
export const ocspAnswersMax = 5_000

/**
 * What is known about revocation: CRLs of the operator, the last good CRL fetched of each CA, the last good OCSP answer about
 * each certificate. Only proven evidence gets in, and only newer evidence replaces it. Fetches nothing itself.
 */
export class RevocationEvidence {
  readonly #authorities: ReadonlyMap<string, Certificate>
  readonly #fetched = new Map<string, Crl>()
  readonly #answers = new Map<string, OcspAnswer>()
  #configured: readonly Crl[]
  #generation = 0
  readonly #answersMax: number

  /** Throws an Error when a CRL is unreadable. */
  constructor(
    authorities: readonly Certificate[],
    crls: readonly Uint8Array[],
    answersMax = ocspAnswersMax,
  ) {
    this.#answersMax = answersMax
    this.#authorities = new Map(authorities.map((one) => [one.sha256, one]))
    this.#configured = crls.map(readConfiguredCrl)
  }

  /** Changes when something said before may no longer hold. */
  get generation(): number {
    return this.#generation
  }

  get crls(): readonly Crl[] {
    return [...this.#configured, ...this.#fetched.values()]
  }

  /** by SHA-256 of the certificate */
  get ocspAnswers(): ReadonlyMap<string, OcspAnswer> {
    return this.#answers
  }

  /** Replaces the CRLs of the operator; throws an Error when one is unreadable, and changes nothing then. */
  replaceCrls(crls: readonly Uint8Array[]): void {
    this.#configured = crls.map(readConfiguredCrl)
    this.#generation++
  }

  /**
   * Takes a CRL that was fetched for a configured CA. Throws GatewayError CERT_REVOCATION_UNKNOWN, and keeps the one at hand,
   * when it is unreadable, not signed by the CA, not fresh, or older than the one at hand.
   */
  takeCrl(der: Uint8Array, issuerSha256: string, atMs: number): void {
    const issuer = this.#authorities.get(issuerSha256)
    if (issuer === undefined) throw new TypeError('CRL for a CA that is not configured')
    const crl = readFetchedCrl(der)
    const { signatureAlgorithm, signed, signature } = crl
    if (
      crl.issuer.key !== issuer.subject.key ||
      !maySignCrls(issuer) ||
      !isSignedBy(issuer.publicKey, signatureAlgorithm, signed, signature)
    )
      refuseCrl('not signed by its CA')
    if (atMs < crl.thisUpdateMs || crl.nextUpdateMs < atMs) refuseCrl('not fresh')
    const held = this.#fetched.get(issuerSha256)
    if (held !== undefined && equalBytes(held.signed, signed)) return
    if (held !== undefined && crl.thisUpdateMs < held.thisUpdateMs)
      refuseCrl('older than the one at hand')
    this.#fetched.set(issuerSha256, crl)
    this.#generation++
  }

  /**
   * Takes what a responder answered. Throws GatewayError CERT_REVOCATION_UNKNOWN, and keeps the answer at hand, when it proves
   * nothing or is older. A responder without ocsp-nocheck must be covered by a CRL.
   */
  takeOcspResponse(
    der: Uint8Array,
    question: OcspQuestion,
    judgement: Omit<OcspJudgement, 'isResponderGood'>,
  ): OcspAnswer {
    const { certificate, issuer } = question
    const isResponderGood = (responder: Certificate) => {
      const material = { anchors: [issuer], intermediates: [], crls: this.crls }
      checkRevocation([responder, issuer], material, { atMs: judgement.atMs })
      return true
    }
    const answer = checkOcspResponse(der, question, { ...judgement, isResponderGood })
    const held = this.#answers.get(certificate.sha256)
    if (held !== undefined && answer.thisUpdateMs < held.thisUpdateMs)
      throw new GatewayError('CERT_REVOCATION_UNKNOWN', 'OCSP response: older than the one at hand')
    this.#answers.delete(certificate.sha256)
    this.#answers.set(certificate.sha256, answer)
    const oldest = this.#answers.keys().next()
    if (this.#answers.size > this.#answersMax && oldest.done !== true)
      this.#answers.delete(oldest.value)
    if (held?.status !== answer.status) this.#generation++
    return answer
  }
}

function refuseCrl(why: string): never {
  throw new GatewayError('CERT_REVOCATION_UNKNOWN', `fetched CRL: ${why}`)
}

function readFetchedCrl(der: Uint8Array): Crl {
  try {
    return readCrl(der)
  } catch (error) {
    if (error instanceof DerError) return refuseCrl(error.message)
    throw error
  }
}

function readConfiguredCrl(der: Uint8Array): Crl {
  try {
    return readCrl(der)
  } catch (error) {
    throw new Error('trust: a configured CRL is refused', { cause: error })
  }
}
