import { describe, expect, it } from 'vitest'
import { runCampaign } from './campaign.ts'
import { Choices, mutate, mutationNames } from './mutate.ts'
import { Finding, judge, originals } from './subject.ts'

describe('mutated signed messages', () => {
  it('are refused with a GatewayError, or accepted as what was signed; nothing is left in memory', () => {
    const report = runCampaign({ seed: 20_261_122, messages: 2_000 })
    expect(report.found).toBeUndefined()
    expect(report.messages).toBe(2_000)
    expect(report.undisposed).toEqual({})
    const changed = [...report.verdicts.values()].reduce((sum, count) => sum + count, 0)
    expect(changed).toBeGreaterThan(1_800)
    // the path is gone to its end: messages come as far as each of these
    for (const verdict of [
      'accepted',
      'SOAP_ENVELOPE',
      'WSS_REFERENCE',
      'WSS_SIGNATURE',
      'WSS_DIGEST',
    ] as const)
      expect(report.verdicts.get(verdict), verdict).toBeGreaterThan(10)
  })

  it('leave libxml2 memory flat', () => {
    const first = runCampaign({ seed: 1, messages: 500 })
    const second = runCampaign({ seed: 1, messages: 500 })
    expect(second.memoryBytes).toBe(first.memoryBytes)
  })

  it('begin as messages that are accepted, and no two that say the same', () => {
    expect(originals.map(({ message }) => judge(message))).toEqual(originals.map(() => 'accepted'))
    expect(new Set(originals.map(({ reading }) => reading.text)).size).toBe(originals.length)
  })
})

describe('the oracle', () => {
  it('takes a message with an unsigned header more for what was signed', () => {
    const { message } = originals[0]!
    expect(judge(message.replace('</s:Header>', '<x/></s:Header>'))).toBe('accepted')
  })

  it('finds what is thrown without a code', () => {
    expect(() => {
      judge(undefined as unknown as string)
    }).toThrow(Finding)
  })
})

describe('the mutations', () => {
  const { message } = originals[0]!
  const others = originals.map((original) => original.message)

  it.each(mutationNames.map((name, mutation) => [name, mutation] as const))(
    '%s changes messages, and in the same way each time',
    (_, mutation) => {
      const mutants = Array.from({ length: 20 }, (_unused, i) =>
        mutate(
          message,
          [{ mutation, numbers: [i * 7919 + 5, i * 31 + 1, i, i + 3, i * 3, 2] }],
          others,
        ),
      )
      expect(new Set(mutants.filter((mutant) => mutant !== message)).size).toBeGreaterThan(4)
      const again = mutate(message, [{ mutation, numbers: [5, 1, 0, 3, 0, 2] }], others)
      expect(again).toBe(mutants[0])
    },
  )

  it('choose nothing out of nothing', () => {
    expect(new Choices([3]).of<string>([])).toBeUndefined()
    expect(
      mutate('', [{ mutation: mutationNames.indexOf('deleteElement'), numbers: [1] }], []),
    ).toBe('')
  })
})
