import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/base/errors.ts'
import { wireAlgorithms } from '../../src/ws-security/algorithms.ts'
import { checkAlgorithms, readSignature, type Signature } from '../../src/ws-security/signature.ts'
import { hasVectors, readManifest, readVector } from './shared-vectors.ts'
import {
  keyInFile,
  signaturesOf,
  testAlgorithms,
  verdictOf,
  verifySignatureElement,
  withTree,
} from './signature-element.ts'

interface Published {
  readonly file: string
  readonly inProfile: boolean
  readonly check: string
  readonly outsideProfile: readonly string[]
  readonly canonicalization: string
  readonly signatureMethod: string
  readonly references: readonly {
    readonly uri: string
    readonly transforms: readonly string[]
    readonly digest: string
  }[]
}

/** The algorithms of a case as its manifest lists them, in the form the allow-list is asked with. */
function algorithmsOf(published: Published): Signature {
  const method = (algorithm: string) => ({ algorithm, prefixes: [] })
  return {
    canonicalization: method(published.canonicalization),
    signatureMethod: published.signatureMethod,
    references: published.references.map(({ uri, transforms, digest }) => ({
      uri,
      transforms: transforms.map(method),
      digestMethod: digest,
      digestValue: Buffer.alloc(0),
    })),
  } as unknown as Signature
}

const santuario = 'xmldsig-santuario'
const xmlsec = 'xmldsig-xmlsec'

describe.runIf(hasVectors(santuario))('published XML signatures, in profile', () => {
  it('accepts every one, and none with one octet changed', () => {
    const cases = (readManifest(santuario) as readonly Published[]).filter(
      ({ inProfile }) => inProfile,
    )
    const verify = (bytes: Buffer) =>
      verdictOf(() =>
        withTree(bytes, (tree) => {
          const [signature] = signaturesOf(tree)
          verifySignatureElement(signature!, keyInFile(signature!), testAlgorithms, (uri) => {
            if (uri !== '') throw new GatewayError('WSS_REFERENCE')
            return tree.root
          })
        }),
      )
    let accepted = 0
    for (const { file } of cases) {
      const bytes = readVector(santuario, file)
      expect(verify(bytes), file).toBe('accepted')
      accepted += 1
      const text = bytes.toString('latin1')
      const content = text.replace(/<([A-Za-z:]+)([^>]*)>(?=\s*<[^/])/, '<$1$2>x')
      expect(verify(Buffer.from(content, 'latin1')), file).toMatch(/^WSS_DIGEST/)
      const value = text.replace(
        /(<SignatureValue[^>]*>)\s*(.)/,
        (_, tag: string, first: string) => tag + (first === 'A' ? 'B' : 'A'),
      )
      expect(verify(Buffer.from(value, 'latin1')), file).toMatch(/^WSS_SIGNATURE/)
    }
    console.log(
      `conformance xmldsig in profile: ${accepted} of ${cases.length} accepted, none when changed`,
    )
    expect(cases).toHaveLength(12)
  })
})

describe.runIf(hasVectors(santuario) && hasVectors(xmlsec))('published XML signatures', () => {
  const cases = [santuario, xmlsec].flatMap((folder) =>
    (readManifest(folder) as readonly Published[]).map((published) => ({ folder, published })),
  )

  it('refuses every one as a whole', () => {
    const verdicts = cases.map(({ folder, published }) =>
      verdictOf(() =>
        withTree(readVector(folder, published.file), (tree) => {
          for (const node of signaturesOf(tree))
            checkAlgorithms(readSignature(node), wireAlgorithms)
        }),
      ),
    )
    const codes = new Map<string, number>()
    for (const verdict of verdicts) {
      const code = verdict.split(':')[0]!
      codes.set(code, (codes.get(code) ?? 0) + 1)
    }
    const table = [...codes].map(([code, count]) => `${code} ${count}`).join(', ')
    console.log(`conformance xmldsig as wire messages: ${cases.length} cases (${table})`)
    expect(codes.has('accepted')).toBe(false)
    expect(cases).toHaveLength(186)
  })

  it('refuses what is outside the profile by the production table alone', () => {
    const outside = cases.filter(({ published }) =>
      ['canonicalization', 'signature algorithm', 'digest algorithm', 'transform'].some((reason) =>
        published.outsideProfile.includes(reason),
      ),
    )
    const verdicts = outside.map(({ published }) =>
      verdictOf(() => checkAlgorithms(algorithmsOf(published), wireAlgorithms)),
    )
    const refused = verdicts.filter((verdict) => verdict.startsWith('WSS_ALGORITHM')).length
    console.log(
      `conformance xmldsig outside the profile: ${refused} of ${outside.length} refused by the production table`,
    )
    expect(refused).toBe(outside.length)
    expect(outside.length).toBe(174)
  })
})
