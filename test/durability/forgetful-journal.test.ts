import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EntryChain, readEntry, splitLines, verifyJournal } from '../../src/audit/entry-chain.ts'
import { GroupCommit } from '../../src/audit/group-commit.ts'
import { entry, header } from '../audit/entries.ts'
import { forgetfulFile, withoutSync, type ForgetfulFile } from './forgetful-file.ts'

type Step = 'append' | 'turn' | 'disk'

const settle = async () => {
  for (let count = 0; count < 10; count += 1) await Promise.resolve()
}

/**
 * Runs the steps on a journal and crashes after each: returns what an acknowledged entry lacks then, undefined when nothing.
 * `append` asks for an entry, `turn` ends a turn of the event loop, `disk` lets the disk do the next thing it was told.
 */
async function firstLoss(
  steps: readonly Step[],
  disk: (file: ForgetfulFile) => ForgetfulFile,
): Promise<string | undefined> {
  const diskWork: (() => void)[] = []
  const turnEnds: (() => void)[] = []
  const file = disk(forgetfulFile(() => new Promise((resolve) => diskWork.push(resolve))))
  const chain = new EntryChain()
  const begun = file.write(chain.begin(header)).then(() => file.sync())
  while (diskWork.length > 0) {
    diskWork.shift()?.()
    await settle()
  }
  await begun
  const pace = { endOfTurn: (end: () => void) => void turnEnds.push(end), nowMs: () => 0 }
  const journal = new GroupCommit(file, chain, pace)
  const acknowledged: string[] = []
  let asked = 0
  for (const step of steps) {
    if (step === 'append') {
      const ticket = `t${(asked += 1)}`
      void journal.append(entry(ticket)).then(() => acknowledged.push(ticket))
    } else if (step === 'turn') for (const end of turnEnds.splice(0)) end()
    else diskWork.shift()?.()
    await settle()
    const left = file.survivors()
    if (verifyJournal(splitLines(left)).kind === 'broken') return 'survivors do not verify'
    const kept = new Set([...splitLines(left)].map(({ bytes }) => readEntry(bytes)?.ticket))
    const lost = acknowledged.find((ticket) => !kept.has(ticket))
    if (lost !== undefined) return `${lost} was acknowledged and is gone`
  }
  return undefined
}

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Step>('append') },
    { weight: 2, arbitrary: fc.constant<Step>('turn') },
    { weight: 3, arbitrary: fc.constant<Step>('disk') },
  ),
  { minLength: 1, maxLength: 120 },
)

const nothingLost = (disk: (file: ForgetfulFile) => ForgetfulFile) =>
  fc.asyncProperty(steps, async (taken) => (await firstLoss(taken, disk)) === undefined)

describe('a journal that forgets, at a crash, what was not synced', () => {
  it('holds every entry that was acknowledged, whenever the crash comes', async () => {
    await fc.assert(
      nothingLost((file) => file),
      { numRuns: 500 },
    )
  })

  it('loses acknowledged entries when the sync is taken out: the property notices', async () => {
    // the header is durable first, so that what is lost is an entry
    const result = await fc.check(nothingLost(withoutSync), { numRuns: 500 })
    expect(result.failed).toBe(true)
    expect(await firstLoss(result.counterexample?.[0] ?? [], withoutSync)).toBe(
      't1 was acknowledged and is gone',
    )
  })

  it('loses acknowledged entries when the sync is asked for before the write ends: noticed too', async () => {
    const early = (file: ForgetfulFile): ForgetfulFile => {
      let lastWrite = Promise.resolve()
      return {
        ...file,
        write: (bytes) => {
          lastWrite = file.sync().then(() => file.write(bytes))
          return lastWrite
        },
        sync: () => lastWrite,
      }
    }
    const result = await fc.check(nothingLost(early), { numRuns: 500 })
    expect(result.failed).toBe(true)
  })

  it('shows that the runs reach acknowledged entries at all', async () => {
    const file = forgetfulFile()
    const chain = new EntryChain()
    await file.write(chain.begin(header))
    await file.sync()
    const journal = new GroupCommit(file, chain, { endOfTurn: setImmediate, nowMs: () => 0 })
    await Promise.all([journal.append(entry('a')), journal.append(entry('b'))])
    expect(verifyJournal(splitLines(file.survivors()))).toMatchObject({ kind: 'whole', lines: 3 })
  })
})
