import { describe, expect, it } from 'vitest'
import { fillSignature } from './fill-signature.ts'
import { identity } from './identities.ts'
import { draftOf, judge } from './judge.ts'
import { plainMessage } from './messages.ts'

const signer = identity('p256')
const template = plainMessage(draftOf(signer))
const sign = (text: string) => fillSignature(text, signer.privateKey)
const message = sign(template)

/** Attributes that some processor takes for an id. */
const spellings = [
  (id: string) => `wsu:Id="${id}"`,
  (id: string) => `Id="${id}"`,
  (id: string) => `ID="${id}"`,
  (id: string) => `id="${id}"`,
  (id: string) => `iD="${id}"`,
  (id: string) => `xml:id="${id}"`,
  (id: string) => `wsse:Id="${id}"`,
  (id: string) => `xmlns:x="urn:x" x:ID="${id}"`,
  (id: string) => `AssertionID="${id}"`,
  (id: string) => `Id="&#x${id.charCodeAt(0).toString(16)};"`,
]

const parts = { Body: 'B', Timestamp: 'T', BinarySecurityToken: 'X' }

const inHeader = Object.entries(parts).flatMap(([part, id]) =>
  spellings.map((spell) => [part, spell(id)] as const),
)

describe('an id that occurs twice', () => {
  it('may be 1,024 in a message and not one more', () => {
    const withIds = (count: number) => {
      const ids = Array.from({ length: count }, (_, i) => `<x:i id="i${i}"/>`).join('')
      const header = `<x:w xmlns:x="urn:x">${ids}</x:w></s:Header>`
      return fillSignature(
        plainMessage(draftOf(signer)).replace('</s:Header>', () => header),
        signer.privateKey,
      )
    }
    // Body, Timestamp and token have one each
    expect(judge(withIds(1_021), signer)).toBe('accepted')
    expect(judge(withIds(1_022), signer)).toBe('XML_LIMIT')
  })

  it('begins with a message that is accepted, with other ids beside it', () => {
    expect(judge(message, signer)).toBe('accepted')
    for (const spell of spellings)
      expect(judge(message.replace('</s:Header>', `<w ${spell('Q')}/></s:Header>`), signer)).toBe(
        'accepted',
      )
  })

  it.each(inHeader)('is refused: that of the %s in a header as %s', (_, attribute) => {
    const before = message.replace('<s:Header>', `<s:Header><w ${attribute}/>`)
    const behind = message.replace('</s:Header>', `<w><x ${attribute}/></w></s:Header>`)
    expect([judge(before, signer), judge(behind, signer)]).toEqual([
      'WSS_DUPLICATE_ID',
      'WSS_DUPLICATE_ID',
    ])
  })

  it.each(spellings.map((spell) => [spell('B')]))(
    'is refused within a signed request as %s',
    (attribute) => {
      const signed = sign(template.replace('<ssin>', `<ssin ${attribute}>`))
      expect(judge(signed, signer)).toBe('WSS_DUPLICATE_ID')
      const other = sign(template.replace('<ssin>', `<ssin ${attribute.replace(/B|&#x42;/, 'Q')}>`))
      expect(judge(other, signer)).toBe('accepted')
    },
  )

  // ids that the profile allows on the parts of a signature
  it.each([
    ['Envelope', '<s:Envelope ', '<s:Envelope wsu:Id="B" '],
    ['Header', '<s:Header>', '<s:Header wsu:Id="B">'],
    ['wsse:Security', '<wsse:Security ', '<wsse:Security wsu:Id="B" '],
    ['ds:SignedInfo', '<ds:SignedInfo>', '<ds:SignedInfo Id="B">'],
    ['ds:Reference', '<ds:Reference URI="#T">', '<ds:Reference Id="B" URI="#T">'],
    ['ds:SignatureValue', '<ds:SignatureValue>', '<ds:SignatureValue Id="B">'],
    ['ds:KeyInfo', '<ds:KeyInfo>', '<ds:KeyInfo Id="B">'],
    [
      'SecurityTokenReference',
      '<wsse:SecurityTokenReference>',
      '<wsse:SecurityTokenReference wsu:Id="B">',
    ],
    ['wsu:Created', '<wsu:Created>', '<wsu:Created wsu:Id="B">'],
  ])('is refused on %s, signed as it is; another id there is accepted', (_, from, to) => {
    expect(template).toContain(from)
    expect(judge(sign(template.replace(from, to)), signer)).toBe('WSS_DUPLICATE_ID')
    expect(judge(sign(template.replace(from, to.replace('"B"', '"Q"'))), signer)).toBe('accepted')
  })

  it('is refused when two parts bear it, whichever is meant', () => {
    const both = template.replace('wsu:Id="T"', 'wsu:Id="B"').replace('URI="#T"', 'URI="#B"')
    expect(judge(sign(both), signer)).toBe('WSS_DUPLICATE_ID')
  })
})
