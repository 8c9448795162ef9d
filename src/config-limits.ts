import { ocspAnswersMax } from './pki/revocation-evidence.ts'
import { pathLimits } from './pki/path.ts'
import { rememberedMax } from './pki/trust-store.ts'
import { signatureLimits } from './ws-security/verify.ts'
import { soapLimits } from './xml/scan.ts'

/** A whole number of the configuration: what it is when nobody sets it, and the bounds within which it is safe. */
export interface Setting {
  readonly preset: number
  readonly from: number
  readonly to: number
}

const is = (preset: number, from: number, to: number): Setting => ({ preset, from, to })

/**
 * Every limit that an operator may set, by section and key of the configuration; sizes are bytes, times ms. The table in
 * docs/operating.md, _Limits_, says the same, and so compares a test; what stays fixed stands beside it.
 */
export const settings = {
  /** of the transport */
  limits: {
    soapBytesMax: is(soapLimits.sizeBytesMax, 4_096, 10_485_760),
    restBytesMax: is(65_536, 1_024, 1_048_576),
    headerBytesMax: is(16_384, 4_096, 65_536),
    headersTimeoutMs: is(10_000, 1_000, 60_000),
    requestTimeoutMs: is(60_000, 1_000, 600_000),
    keepAliveTimeoutMs: is(65_000, 1_000, 600_000),
    /** of one process, as are the three below */
    connectionsMax: is(2_000, 1, 100_000),
    exchangesMax: is(500, 1, 10_000),
    /** never less than the largest message, or that could not come in */
    bodiesBytesMax: is(67_108_864, 10_485_760, 1_073_741_824),
    /** callers of each kind whose rate is remembered */
    callersMax: is(10_000, 1_000, 1_000_000),
    /** of the whole gateway, as are those below: each process has an even share */
    addressConnectionsMax: is(500, 1, 1_000_000),
    addressRequestsPerSecondMax: is(200, 1, 1_000_000),
    institutionConnectionsMax: is(500, 1, 1_000_000),
    institutionRequestsPerSecondMax: is(1_000, 1, 1_000_000),
  },
  /** how a SOAP message may be built (XmlLimits of xml/scan.ts) */
  soapStructure: {
    /** libxml2 itself takes no more */
    depthMax: is(soapLimits.depthMax, 16, 256),
    elementsMax: is(soapLimits.elementsMax, 1_000, 1_000_000),
    attributesPerElementMax: is(soapLimits.attributesPerElementMax, 16, 256),
    attributeValueBytesMax: is(soapLimits.attributeValueBytesMax, 1_024, 65_536),
    nameBytesMax: is(soapLimits.nameBytesMax, 64, 1_024),
    namespaceDeclarationsMax: is(soapLimits.namespaceDeclarationsMax, 16, 256),
  },
  /** what is taken of a signed message (SignatureLimits of ws-security/verify.ts) */
  signedMessages: {
    clockSkewMs: is(signatureLimits.clockSkewMs, 1_000, 600_000),
    lifetimeMsMax: is(signatureLimits.lifetimeMsMax, 60_000, 3_600_000),
    /** Body, Timestamp and token at least */
    referencesMax: is(signatureLimits.referencesMax, 3, 32),
    /** no certificate is read that is larger (pki/certificate.ts) */
    tokenBytesMax: is(signatureLimits.tokenBytesMax, 2_048, 16_384),
  },
  /** paths, and what is kept of certificates */
  certificates: {
    /** a certificate and its anchor at least */
    depthMax: is(pathLimits.depthMax, 2, 10),
    rememberedMax: is(rememberedMax, 100, 1_000_000),
    ocspAnswersMax: is(ocspAnswersMax, 100, 1_000_000),
  },
  /** how CRLs and OCSP answers are kept fresh */
  revocation: {
    /** time between two looks at the same thing, give or take a tenth */
    everyMs: is(900_000, 1_000, 86_400_000),
    /** time until something that failed is tried again */
    retryMs: is(60_000, 1_000, 3_600_000),
    /** for one fetch, to its last byte */
    timeoutMs: is(5_000, 100, 60_000),
    crlBytesMax: is(20_000_000, 1_024, 200_000_000),
    ocspBytesMax: is(16_384, 1_024, 1_048_576),
    /** how long after its thisUpdate an OCSP answer is used at most */
    ocspAgeMaxMs: is(86_400_000, 60_000, 604_800_000),
  },
  /** room for replay keys in `hot.db` or the database; past it messages are refused, not forgotten */
  replayKeys: {
    bytesMax: is(1_073_741_824, 16_777_216, 68_719_476_736),
  },
  /** how much is kept for callers that ask again because an answer did not reach them; the oldest answers give way */
  keptAnswers: {
    /** 0 keeps none: whoever asks again is refused */
    countMax: is(50_000, 0, 10_000_000),
    /** encrypted, on disk */
    bytesMax: is(268_435_456, 0, 68_719_476_736),
  },
  /** of a gateway whose replay keys are in PostgreSQL */
  replayDatabase: {
    /** for a connection, and for a statement: past it messages are refused until the database answers */
    timeoutMs: is(2_000, 100, 30_000),
  },
  /** `signing.pkcs11` */
  pkcs11: {
    /** within which the device has to answer: what else waits for it waits as long */
    timeoutMs: is(5_000, 100, 60_000),
  },
  files: {
    declarationsBytesMax: is(1_000_000_000, 1_024, 10_000_000_000),
    /** how old the date in the name of a file may be */
    nameAgeDaysMax: is(30, 1, 366),
    scanEveryMs: is(1_000, 100, 60_000),
    /** until a set that could not be finished is tried again */
    retryAfterMs: is(60_000, 1_000, 3_600_000),
  },
} as const satisfies Record<string, Readonly<Record<string, Setting>>>

export type Section = keyof typeof settings
export type ValuesOf<Name extends Section> = Readonly<Record<keyof (typeof settings)[Name], number>>

/** The values of a section: those that the configuration sets, else the presets. */
export function valuesOf<Name extends Section>(
  name: Name,
  configured: Partial<ValuesOf<Name>> = {},
): ValuesOf<Name> {
  const section: Readonly<Record<string, Setting>> = settings[name]
  const set: Readonly<Record<string, number | undefined>> = configured
  return Object.fromEntries(
    Object.entries(section).map(([key, { preset }]) => [key, set[key] ?? preset]),
  ) as ValuesOf<Name>
}

/** JSON Schema of the keys of a section. */
export function schemaOf(name: Section): Record<string, object> {
  return Object.fromEntries(
    Object.entries<Setting>(settings[name]).map(([key, { from, to }]) => [
      key,
      { type: 'integer', minimum: from, maximum: to },
    ]),
  )
}

/**
 * How long after its reception a signed message could still be accepted, at most: its Created may lie a skew ahead, and the clock may
 * go back by one.
 */
export function replayLifetimeMs({
  lifetimeMsMax,
  clockSkewMs,
}: Pick<ValuesOf<'signedMessages'>, 'lifetimeMsMax' | 'clockSkewMs'>): number {
  return lifetimeMsMax + 2 * clockSkewMs
}
