import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EntryChain, readEntry, splitLines, verifyJournal } from '../../src/audit/entry-chain.ts'
import type { Entry } from '../../src/audit/journal.ts'
import { entry, header } from './entries.ts'

function journalOf(entries: readonly Entry[]): Buffer {
  const chain = new EntryChain()
  return Buffer.concat([chain.begin(header), ...entries.map((one) => chain.append(one))])
}

const verify = (bytes: Uint8Array) => verifyJournal(splitLines(bytes))

describe('entry chain', () => {
  it('writes one JSON line an entry, in the order of the members, hashed over the line before', () => {
    const bytes = journalOf([
      entry('t1', { code: 'REPLAY', deliberations: [{ deliberation: '14/057', version: 'v' }] }),
    ])
    const [first, second] = bytes.toString().trimEnd().split('\n')
    const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')
    const headerPart =
      '{"sequence":0,"journal":{"format":"quadrivium-journal/1","process":1,"startedAt":"2026-04-15T08:00:00.000Z"}'
    const entryPart =
      '{"sequence":1,"entry":{"kind":"granted","at":"2026-04-15T08:00:01.000Z","ticket":"t1","consumer":"phare",' +
      '"deliberations":[{"deliberation":"14/057","version":"v"}],"code":"REPLAY"}'
    const headerHash = hashOf('0'.repeat(64) + headerPart)
    expect(first).toBe(`${headerPart},"hash":"${headerHash}"}`)
    expect(second).toBe(`${entryPart},"hash":"${hashOf(headerHash + entryPart)}"}`)
  })

  it('gives back the entries that were written', () => {
    const entries = [entry('t1'), entry('t2', { persons: ['a', 'b'], given: ['dmfa.occupation'] })]
    const lines = [...splitLines(journalOf(entries))]
    expect(lines.map(({ bytes }) => readEntry(bytes))).toEqual([undefined, ...entries])
  })

  it('never writes a member that the entry type does not have', () => {
    const smuggled = { ...entry('t1'), lastName: 'Peeters' } as Entry
    expect(journalOf([smuggled]).toString()).not.toContain('Peeters')
  })

  it('keeps text that is not plain on one line', () => {
    const bytes = journalOf([entry('a\nb\u2028é\ud800')])
    expect(verify(bytes)).toMatchObject({ kind: 'whole', lines: 2, tornBytes: 0 })
  })

  it('must begin, and begins once', () => {
    const chain = new EntryChain()
    expect(() => chain.append(entry('t'))).toThrow('journal has not begun')
    chain.begin(header)
    expect(() => chain.begin(header)).toThrow('journal has begun')
  })
})

describe('verification', () => {
  const whole = journalOf([entry('t1'), entry('t2'), entry('t3')])

  it('passes a journal as written, and names its last line', () => {
    const chain = new EntryChain()
    chain.begin(header)
    chain.append(entry('t1'))
    expect(verify(journalOf([entry('t1')]))).toEqual({
      kind: 'whole',
      header,
      lines: 2,
      hash: chain.last.hash,
      bytes: journalOf([entry('t1')]).length,
      tornBytes: 0,
    })
    expect(chain.last.sequence).toBe(1)
  })

  it('finds every single changed byte, at its line or as a torn end', () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(whole)
        changed[at] = changed[at]! ^ change
        const found = verify(changed)
        const line = whole.subarray(0, at).toString().split('\n').length
        if (found.kind === 'broken') expect(found.line).toBe(line)
        else {
          // only the very last newline can go without breaking a line: then the last record is torn
          expect(at).toBe(whole.length - 1)
          expect(found).toMatchObject({ kind: 'whole', lines: 3 })
        }
      }),
      { numRuns: 500 },
    )
  })

  it('finds a line removed, doubled, or out of order', () => {
    const lines = whole.toString().trimEnd().split('\n')
    const order = (...picked: number[]) =>
      verify(Buffer.from(picked.map((index) => `${lines[index]!}\n`).join('')))
    expect(order(0, 1, 2, 3)).toMatchObject({ kind: 'whole', lines: 4 })
    expect(order(0, 2, 3)).toEqual({
      kind: 'broken',
      line: 2,
      reason: 'not the line of sequence 1',
    })
    expect(order(0, 1, 1)).toEqual({
      kind: 'broken',
      line: 3,
      reason: 'not the line of sequence 2',
    })
    expect(order(1, 2)).toEqual({ kind: 'broken', line: 1, reason: 'not the line of sequence 0' })
    expect(order(0, 3, 2, 1)).toMatchObject({ kind: 'broken', line: 2 })
  })

  it('refuses a line put from another journal at the same place', () => {
    const other = journalOf([entry('u1'), entry('u2'), entry('u3')])
    const mixed = [whole, other, whole, whole].map((one, at) => one.toString().split('\n')[at]!)
    expect(verify(Buffer.from(`${mixed.join('\n')}\n`))).toEqual({
      kind: 'broken',
      line: 3,
      reason: 'hash does not match',
    })
  })

  it('cuts a torn last record at any byte, and nothing else', () => {
    const beforeLast = whole.toString().trimEnd().lastIndexOf('\n') + 1
    for (let length = beforeLast; length < whole.length; length += 1) {
      expect(verify(whole.subarray(0, length))).toMatchObject({
        kind: 'whole',
        lines: 3,
        bytes: beforeLast,
        tornBytes: length - beforeLast,
      })
    }
  })

  it('does not take an ended line that fits badly for a torn one', () => {
    const bad = Buffer.concat([whole, Buffer.from('{"sequence":4,"en\n')])
    expect(verify(bad)).toEqual({
      kind: 'broken',
      line: 5,
      reason: 'no hash at the end of the line',
    })
  })

  it('calls a file without a whole header empty', () => {
    expect(verify(Buffer.alloc(0))).toEqual({ kind: 'empty', tornBytes: 0 })
    expect(verify(whole.subarray(0, 20))).toEqual({ kind: 'empty', tornBytes: 20 })
  })

  it('refuses a format it does not know', () => {
    const chain = new EntryChain()
    const bytes = chain.begin({ ...header, format: 'quadrivium-journal/2' as typeof header.format })
    expect(verify(bytes)).toEqual({
      kind: 'broken',
      line: 1,
      reason: 'header not of a known format',
    })
  })
})
