import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitForms } from '../../src/batch/split-forms.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { readElement } from '../../src/xml/read-element.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import { dimonaFile, dimonaIn } from './messages.ts'

async function* inChunks(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size)
    yield await Promise.resolve(bytes.subarray(at, at + size))
}

/** What each slice says, read by the strict parser. */
async function split(text: string, size: number) {
  const found = []
  for await (const slice of splitForms(inChunks(Buffer.from(text), size), 'DIMN')) {
    const tree = parseXml(slice.bytes, soapLimits)
    found.push(...tree.root.elements().map(readElement))
    tree.dispose()
  }
  return found
}

describe('splitForms', () => {
  it('gives the same forms as reading the file whole, at any chunk size', async () => {
    const between = fc.constantFrom('', '\r\n', '\n\t', '<!-- <Form> -->', '<?p x?>')
    const name = fc.constantFrom(
      'Zoé',
      'Ωmega',
      '𝒵 𝒵',
      'a&amp;b',
      '<![CDATA[</Form>]]>',
      '&#x1F600;',
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(between, name), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 40 }),
        async (parts, size) => {
          const text = dimonaFile(
            ...parts.map(
              ([gap, text]) => gap + dimonaIn({ person: `<WorkerName>${text}</WorkerName>` }),
            ),
          )
          const tree = parseXml(Buffer.from(text), soapLimits)
          const whole = tree.root.elements().map(readElement)
          tree.dispose()
          expect(await split(text, size)).toEqual(whole)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('keeps prefixes that the root declares', async () => {
    const text = dimonaFile(dimonaIn()).replace('<Form>', '<Form xsi:nil="false">')
    expect(await split(text, 7)).toHaveLength(1)
  })

  it('takes one byte order mark and refuses a second', async () => {
    expect(await split(`\ufeff${dimonaFile(dimonaIn())}`, 5)).toHaveLength(1)
    await expect(split(`\ufeff\ufeff${dimonaFile(dimonaIn())}`, 5)).rejects.toMatchObject({
      code: 'XML_MALFORMED',
    })
  })

  it.each([
    ['an entity that nothing declares', (text: string) => text.replace('OTH', '&x;')],
    ['a file cut in a form', (text: string) => text.slice(0, -100)],
    ['a file cut before the end tag of the root', (text: string) => text.slice(0, -12)],
    ['a tag closed twice', (text: string) => text.replace('</Form>', '</Form></Form>')],
  ])('refuses %s with 102', async (_what, change) => {
    await expect(split(change(dimonaFile(dimonaIn())), 64)).rejects.toMatchObject({
      code: 'XML_MALFORMED',
      fault: { code: '102' },
    })
  })

  it('refuses a form that never ends before memory grows', async () => {
    let taken = 0
    async function* endless() {
      yield Buffer.from(dimonaFile('').replace('</Dimona>', '<Form><A>'))
      for (;;) {
        taken += 1
        yield await Promise.resolve(Buffer.alloc(65_536, 0x78))
      }
    }
    await expect(async () => {
      for await (const slice of splitForms(endless(), 'DIMN')) expect(slice).toBeUndefined()
    }).rejects.toMatchObject({ code: 'XML_LIMIT', fault: { code: '184' } })
    expect(taken).toBeLessThan(6)
  })

  it('takes no more memory for 30 MiB than for one', async () => {
    const [start = '', end = ''] = dimonaFile('|').split('|')
    const group = Buffer.from(Array.from({ length: 100 }, () => dimonaIn()).join(''))
    async function* file(groups: number) {
      yield Buffer.from(start)
      for (let n = 0; n < groups; n += 1) yield await Promise.resolve(group)
      yield Buffer.from(end)
    }
    const rssAfter = async (bytes: number) => {
      let forms = 0
      for await (const slice of splitForms(file(Math.ceil(bytes / group.length)), 'DIMN'))
        forms = slice.ordinal
      expect(forms * (group.length / 100)).toBeGreaterThanOrEqual(bytes)
      return process.memoryUsage().rss
    }
    const small = await rssAfter(2 ** 20)
    expect((await rssAfter(30 * 2 ** 20)) - small).toBeLessThan(64 * 2 ** 20)
  })
})
