import { describe, expect, it } from 'vitest'
import { fillSignature } from './fill-signature.ts'
import { identity } from './identities.ts'
import { at, draftOf, judge } from './judge.ts'
import { ds, plainMessage, soap11, soap12, wsu } from './messages.ts'

/**
 * Signature wrapping, generated: the signed part goes to another place, an unsigned one stands where it stood. Every
 * combination of place, id of the new part, its prefix and namespace, and SOAP version is refused; which code is printed.
 */
const signer = identity('p256')
const versions = { '1.1': soap11, '1.2': soap12 }
type Version = keyof typeof versions

const signed: Readonly<Record<Version, string>> = {
  '1.1': fillSignature(plainMessage(draftOf(signer), soap11), signer.privateKey),
  '1.2': fillSignature(plainMessage(draftOf(signer), soap12), signer.privateKey),
}

/** Where the signed part goes, as an edit of a message whose own part is already the new one. */
const places: Readonly<Record<string, (message: string, part: string) => string>> = {
  'before the Header': (text, part) => text.replace('<s:Header>', () => `${part}<s:Header>`),
  'between Header and Body': (text, part) => text.replace('</s:Header>', (end) => end + part),
  'behind the Body': (text, part) => text.replace('</s:Envelope>', (end) => part + end),
  'first in the Header': (text, part) => text.replace('<s:Header>', (start) => start + part),
  'last in the Header': (text, part) => text.replace('</s:Header>', (end) => part + end),
  'in a header, first': (text, part) =>
    text.replace('<s:Header>', (start) => `${start}<w>${part}</w>`),
  'in a header, last': (text, part) => text.replace('</s:Header>', (end) => `<w>${part}</w>${end}`),
  'in a header for the next actor': (text, part) =>
    text.replace('</s:Header>', (end) => `<w s:mustUnderstand="0"><x>${part}</x></w>${end}`),
  'first in wsse:Security': (text, part) =>
    text.replace(/<wsse:Security [^>]*>/, (start) => start + part),
  'last in wsse:Security': (text, part) => text.replace('</wsse:Security>', (end) => part + end),
  'in a second wsse:Security for another actor': (text, part) =>
    text.replace(
      '</s:Header>',
      (end) => `<wsse:Security s:actor="urn:x" s:role="urn:x">${part}</wsse:Security>${end}`,
    ),
  'in ds:Signature': (text, part) => text.replace('</ds:Signature>', (end) => part + end),
  'in ds:Object': (text, part) =>
    text.replace('</ds:Signature>', (end) => `<ds:Object>${part}</ds:Object>${end}`),
  'in ds:KeyInfo': (text, part) => text.replace('</ds:KeyInfo>', (end) => part + end),
  'in wsse:SecurityTokenReference': (text, part) =>
    text.replace('</wsse:SecurityTokenReference>', (end) => part + end),
  'in the token': (text, part) => text.replace('</wsse:BinarySecurityToken>', (end) => part + end),
  'in the Body, first': (text, part) => text.replace(/<[a-z:]*Body[^>]*>/, (start) => start + part),
  'in the Body, last': (text, part) => text.replace(/<\/[a-z:]*Body>/, (end) => part + end),
  'in the request': (text, part) => text.replace('</r:ask>', (end) => part + end),
}

const ids: Readonly<Record<string, (id: string) => string>> = {
  'the same id': (id) => ` wsu:Id="${id}"`,
  'no id': () => '',
  'another id': (id) => ` wsu:Id="${id}2"`,
  'the same as plain Id': (id) => ` Id="${id}"`,
  'the same as xml:id': (id) => ` xml:id="${id}"`,
}

/** How the new part is named: start of its tag with declarations, and its end tag. */
type Naming = (name: string, namespace: string, prefix: string) => readonly [string, string]
const namings: Readonly<Record<string, Naming>> = {
  'the same prefix': (name, _, prefix) => [`${prefix}:${name}`, `${prefix}:${name}`],
  'another prefix': (name, namespace) => [`q:${name} xmlns:q="${namespace}"`, `q:${name}`],
  'no prefix': (name, namespace) => [`${name} xmlns="${namespace}"`, name],
  'another namespace': (name) => [`q:${name} xmlns:q="urn:q"`, `q:${name}`],
}

interface WrappedPart {
  readonly pattern: RegExp
  readonly id: string
  readonly name: string
  readonly prefix: string
  readonly namespace: (version: Version) => string
  readonly content: string
}

const parts: Readonly<Record<string, WrappedPart>> = {
  Body: {
    pattern: /<s:Body .*<\/s:Body>/,
    id: 'B',
    name: 'Body',
    prefix: 's',
    namespace: (version) => versions[version],
    content: '<r:ask xmlns:r="urn:ask"><ssin>y</ssin></r:ask>',
  },
  Timestamp: {
    pattern: /<wsu:Timestamp .*<\/wsu:Timestamp>/,
    id: 'T',
    name: 'Timestamp',
    prefix: 'wsu',
    namespace: () => wsu,
    content: `<wsu:Created>${at(-1)}</wsu:Created><wsu:Expires>${at(200)}</wsu:Expires>`,
  },
}

function attacked(part: WrappedPart, place: string, id: string, naming: string, version: Version) {
  const message = signed[version]
  const [original = ''] = part.pattern.exec(message) ?? []
  const [start, end] = namings[naming]!(part.name, part.namespace(version), part.prefix)
  const forged = `<${start}${ids[id]!(part.id)}>${part.content}</${end}>`
  return {
    original,
    message: places[place]!(
      message.replace(original, () => forged),
      original,
    ),
  }
}

const cells = Object.entries(parts).flatMap(([name, part]) =>
  Object.keys(places).flatMap((place) =>
    Object.keys(ids).flatMap((id) =>
      Object.keys(namings).map((naming) => ({ name, part, place, id, naming })),
    ),
  ),
)

describe('the signature wrapping matrix', () => {
  it('begins with messages that are accepted, and whose parts are really signed', () => {
    for (const message of Object.values(signed)) {
      expect(judge(message, signer)).toBe('accepted')
      expect(judge(message.replace('<ssin>x', '<ssin>y'), signer)).toBe('WSS_DIGEST')
      expect(judge(message.replace(at(55), at(56)), signer)).toBe('WSS_DIGEST')
      // an element more in the header is no reason of its own
      expect(judge(places['last in the Header']!(message, '<w/>'), signer)).toBe('accepted')
    }
  })

  it('refuses every cell', () => {
    for (const { part, place, id, naming } of cells)
      for (const version of ['1.1', '1.2'] as const) {
        const { original, message } = attacked(part, place, id, naming, version)
        const cell = `${part.name}, ${place}, ${id}, ${naming}, SOAP ${version}`
        // the attack is whole: the signed part is there, once, as it was signed
        expect(message.split(original), cell).toHaveLength(2)
        expect(judge(message, signer), cell).not.toBe('accepted')
      }
    expect(2 * cells.length).toBe(1520)
  })

  it('says which code each cell is refused with', async () => {
    const lines: string[] = []
    for (const { name, part, place, id, naming } of cells) {
      const [first, second] = (['1.1', '1.2'] as const).map((version) =>
        judge(attacked(part, place, id, naming, version).message, signer),
      )
      const codes = first === second ? first : `${first}, in SOAP 1.2 ${second}`
      lines.push(`${`${name} | ${place} | ${id} | ${naming}`.padEnd(92)} ${codes}`)
    }
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../output/wrapping-matrix.txt')
  })

  it('names an Object in Signature, whatever is in it', () => {
    const object = signed['1.1'].replace('</ds:Signature>', '<ds:Object/></ds:Signature>')
    expect(object).toContain(ds)
    expect(judge(object, signer)).toBe('WSS_HEADER')
  })
})
