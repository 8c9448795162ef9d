/** `npm run bench -- verify`: what proving a signed message costs, and refusing one, in verifications of RSA-2048 of the same run. */
import { generateKeyPairSync, hash, sign, verify } from 'node:crypto'
import { parseArgs } from 'node:util'
import { authoritySubject, legalPersonSubject, profiles } from '../certs-test/profiles.ts'
import { issueCertificate, newName } from '../certs-test/x509.ts'
import { type ErrorCode, GatewayError } from '../src/base/errors.ts'
import { indexRegistered } from '../src/pki/registered-certificates.ts'
import { readEnvelope } from '../src/soap/envelope.ts'
import type { Trust } from '../src/pki/trust.ts'
import { createSigningKey, signEnvelope, type SigningKey } from '../src/ws-security/sign.ts'
import { signatureLimits, verifyMessage } from '../src/ws-security/verify.ts'
import { parseXml } from '../src/xml/parse.ts'
import { soapLimits } from '../src/xml/scan.ts'
import { certificateOf, keyOf, nowMs, openSandboxTrust } from '../test/pki/material.ts'
import { fillSignature } from '../test/ws-security/fill-signature.ts'
import { plainMessage } from '../test/ws-security/messages.ts'

/** The aim (libxmlsec, in C, stands at 13). */
const ratioMax = 10

const remembering = openSandboxTrust()
/** for which every certificate is new */
const forgetful = openSandboxTrust({ limits: { rememberedMax: 0 } })
const der = certificateOf('institutions/phare/signing')
const registered = indexRegistered([{ sha256: hash('sha256', der), der }])
const phare = createSigningKey(keyOf('institutions/phare/signing'), der)

/** Bytes to a proven signer, as the gateway does before it looks at what is asked: `accepted`, or the code of the refusal. */
function judge(message: Buffer, trust: Trust): string {
  try {
    const tree = parseXml(message, soapLimits)
    try {
      verifyMessage(readEnvelope(tree), { trust, nowMs, limits: signatureLimits, registered })
      return 'accepted'
    } finally {
      tree.dispose()
    }
  } catch (error) {
    if (error instanceof GatewayError) return error.code
    throw error
  }
}

/** A question as it is asked; with token, Timestamp and signature the message has some 5 KB. */
const bodyChild =
  '<v1:consultByWorkerRequest xmlns:v1="urn:quadrivium:DmfaConsultationService:v1"><informationCustomer><ticket>6d1f</ticket>' +
  '<customerIdentification><cbeNumber>1999000150</cbeNumber></customerIdentification></informationCustomer>' +
  '<legalContext>PHARE:SUBSIDY_QUARTER</legalContext><criteria><ssin>00000000101</ssin><beginQuarter>2026Q1</beginQuarter>' +
  '<endQuarter>2026Q2</endQuarter></criteria></v1:consultByWorkerRequest>'

const signedBy = (key: SigningKey, child = bodyChild, createdMs = nowMs - 1000) =>
  signEnvelope({ bodyChild: child, soapVersion: '1.1', createdMs, key })

const good = signedBy(phare)

/** A certificate that was never seen before, of nobody; its key is always the same. */
const strangerKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
const strangers = Array.from({ length: 400 }, (_, index) =>
  signedBy(
    createSigningKey(
      strangerKey.privateKey,
      issueCertificate({
        subject: [['2.5.4.3', `stranger ${index}`]],
        key: strangerKey,
        notBefore: new Date(nowMs - 86_400_000),
        notAfter: new Date(nowMs + 86_400_000),
        extensions: [],
      }).der,
    ),
  ),
)

/** The same under the name of our CA, which did not sign it. */
const impostors = Array.from({ length: 50 }, () =>
  signedBy(
    createSigningKey(
      strangerKey.privateKey,
      issueCertificate({
        subject: legalPersonSubject('Service PHARE', 'NTRBE-1999000150', 'phare seal'),
        key: strangerKey,
        issuer: {
          name: newName(authoritySubject('Quadrivium test qualified seals CA')),
          ...strangerKey,
        },
        notBefore: new Date(nowMs - 86_400_000),
        notAfter: new Date(nowMs + 86_400_000),
        extensions: profiles.seal(['digitalSignature']),
      }).der,
    ),
  ),
)

/** By certificates that our CA did issue. */
const signedByFaulty = (name: string) =>
  signedBy(createSigningKey(keyOf(`faulty/${name}`), certificateOf(`faulty/${name}`)))

/** As long as the good message, its body filled with what costs. */
function filled(make: (index: number) => string, bytes: number): string {
  let content = ''
  for (let index = 0; content.length < bytes; index += 1) content += make(index)
  return `<v1:x xmlns:v1="urn:x">${content}</v1:x>`
}

const instant = (ms: number) => new Date(ms).toISOString()
const prefixes = Array.from({ length: 64 }, (_, i) => `p${i}`).join(' ')
const manyPrefixes = fillSignature(
  plainMessage({
    certificateDer: der,
    created: instant(nowMs - 1000),
    expires: instant(nowMs + 59_000),
    payload: bodyChild,
  }).replaceAll(
    /<ds:(Transform|CanonicalizationMethod) Algorithm="([^"]+)"\/>/g,
    `<ds:$1 Algorithm="$2"><c:InclusiveNamespaces xmlns:c="$2" PrefixList="${prefixes}"/></ds:$1>`,
  ),
  keyOf('institutions/phare/signing'),
)
const largeBytes = 100_000
const large = (make: (index: number) => string) => signedBy(phare, filled(make, largeBytes))

interface Row {
  readonly what: string
  readonly verdict: string
  /** each in turn, so that nothing is remembered of one that is new */
  readonly messages: readonly Buffer[]
}

const row = (what: string, verdict: string, ...messages: readonly string[]): Row => ({
  what,
  verdict,
  messages: messages.map((message) => Buffer.from(message)),
})

const otherValue = (message: string) => message.replace(/(<ds:SignatureValue>)..../, '$1AAAA')
const otherQuarter = (message: string) => message.replace('2026Q1', '2025Q1')

/** A good message, and those of its size and form that are refused. */
interface Group {
  readonly trust: Trust
  readonly accepted: Row
  readonly refused: readonly Row[]
}

const groups: readonly Group[] = [
  {
    trust: remembering,
    accepted: row('accepted, three references, path remembered', 'accepted', good),
    refused: [
      row('not closed', 'XML_MALFORMED', good.slice(0, -3)),
      row('no signature', 'WSS_HEADER', good.replace(/<ds:Signature .*<\/ds:Signature>/, '')),
      row('a second Body', 'WSS_REFERENCE', good.replace('<criteria>', '<criteria><soap:Body/>')),
      row('expired', 'WSS_TIMESTAMP_WINDOW', signedBy(phare, bodyChild, nowMs - 3_600_000)),
      row('another signature value', 'WSS_SIGNATURE', otherValue(good)),
      row('a changed request', 'WSS_DIGEST', otherQuarter(good)),
      row('a stranger, signed well', 'CERT_UNKNOWN_CA', ...strangers),
      row('a stranger under the name of our CA', 'CERT_UNKNOWN_CA', ...impostors),
      row('an expired certificate', 'CERT_VALIDITY', signedByFaulty('expired')),
      row('a revoked certificate', 'CERT_REVOKED', signedByFaulty('revoked')),
      row('not a qualified seal', 'CERT_NOT_QUALIFIED', signedByFaulty('not-qualified')),
    ],
  },
  {
    trust: remembering,
    accepted: row('accepted, 64 prefixes a transform', 'accepted', manyPrefixes),
    refused: [row('changed, 64 prefixes a transform', 'WSS_DIGEST', otherQuarter(manyPrefixes))],
  },
  {
    trust: forgetful,
    accepted: row('accepted, certificate never seen', 'accepted', good),
    refused: [row('a stranger, signed well', 'CERT_UNKNOWN_CA', ...strangers)],
  },
  {
    trust: remembering,
    accepted: row(
      'accepted, 100 KB',
      'accepted',
      large((i) => `<a>${i}</a><b>some text</b>`),
    ),
    refused: (
      [
        ['elements', () => '<a/>'],
        ['attributes', (i) => `<a a="" b="" c="" d="" e="" f="" g="" h${i % 7}=""/>`],
        ['namespaces', (i) => `<p${i}:a xmlns:p${i}="u${i}:"/>`],
        ['character references', () => '&#65;'],
        ['ids', (i) => `<a id="${i}"/>`, 'XML_LIMIT'],
      ] satisfies [string, (index: number) => string, ErrorCode?][]
    ).map(([what, make, verdict = 'WSS_SIGNATURE']) =>
      row(`100 KB of ${what}`, verdict, otherValue(large(make))),
    ),
  },
]

/** CPU µs of one call. */
function costUs(act: () => void, ms: number): number {
  const until = performance.now() + ms
  const before = process.cpuUsage()
  let count = 0
  while (performance.now() < until) {
    act()
    count += 1
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

/** The middle of several rounds, in which everything is measured in turn: noise of the machine meets all alike. */
function measure(acts: readonly (() => void)[], rounds: number, ms: number): number[] {
  for (const act of acts) costUs(act, ms)
  const costs = Array.from({ length: rounds }, () => acts.map((act) => costUs(act, ms)))
  return acts.map((_, at) => costs.map((round) => round[at]!).sort((a, b) => a - b)[rounds >> 1]!)
}

function actOf({ what, verdict, messages }: Row, trust: Trust): () => void {
  for (const message of messages) {
    const told = judge(message, trust)
    if (told !== verdict) throw new Error(`${what}: ${told} instead of ${verdict}`)
  }
  let at = 0
  return () => void judge(messages[at++ % messages.length]!, trust)
}

/** Measures for about so many seconds and prints the table. */
function bench(seconds: number): void {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const data = Buffer.alloc(1400, 7)
  const signature = sign('sha256', data, privateKey)
  const acts = groups.flatMap(({ trust, accepted, refused }) =>
    [accepted, ...refused].map((one) => actOf(one, trust)),
  )
  const rounds = 5
  const ms = (seconds * 1000) / (rounds + 1) / (acts.length + 1)
  const unit = () => void verify('sha256', data, publicKey, signature)
  const [unitUs = 0, ...costs] = measure([unit, ...acts], rounds, ms)
  console.log(`one crypto.verify of RSA-2048: ${unitUs.toFixed(1)} CPU-µs\n`)
  console.log(
    'message                                       bytes   CPU-µs  x verify  x accepted of its form',
  )
  let worst = 0
  for (const { accepted, refused } of groups) {
    const [acceptedUs = 0, ...refusedUs] = costs.splice(0, 1 + refused.length)
    print(accepted, acceptedUs, unitUs)
    refused.forEach((one, at) => {
      const us = refusedUs[at] ?? 0
      print(one, us, unitUs, us / acceptedUs)
      worst = Math.max(worst, us / acceptedUs)
    })
    if (accepted === groups[0]?.accepted)
      console.log(
        `-- accepting: ${(acceptedUs / unitUs).toFixed(1)} verifications; the aim is ${ratioMax}`,
      )
  }
  console.log(`-- refusing: at most ${worst.toFixed(2)} of accepting one of its form; the aim is 1`)
}

function print({ what, messages }: Row, us: number, unitUs: number, share?: number): void {
  const bytes = messages[0]?.length ?? 0
  const cells = [
    what.padEnd(44),
    `${bytes}`.padStart(6),
    us.toFixed(0).padStart(8),
    (us / unitUs).toFixed(1).padStart(9),
    (share?.toFixed(2) ?? '').padStart(11),
  ]
  console.log(cells.join(' ').trimEnd())
}

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '20' } } })
bench(Number(values.seconds))
