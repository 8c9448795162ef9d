import { readDimonaPeriodId } from '../../src/base/dimona-period.ts'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BatchStore } from '../../src/batch/store.ts'
import { signAnswer } from '../../src/batch/sign-answer.ts'
import { anomaliesOf, readAnswer, type Answer } from './answers.ts'
import { Drop, gatewaySigner } from './drop.ts'
import { dimonaFile, dimonaIn, employers, inFor } from './messages.ts'

let drop: Drop
beforeEach(async () => {
  drop = await Drop.open()
})
afterEach(() => drop.close())

/** Two groups: 60 workers, then the first one again, which is a double. */
const content = dimonaFile(
  ...Array.from({ length: 60 }, (_, index) => inFor(employers.workshop.nsso, index + 1)),
  inFor(employers.workshop.nsso, 1),
)

const everything = (): Answer => readAnswer(drop.out('atelier'), new Set())

/** Each declaration has one outcome, in order, each worker one period, and the set lies in `done`. */
async function expectExactlyOnce(): Promise<void> {
  const { names, receipt, forms } = everything()
  expect(names).toHaveLength(6)
  expect(receipt?.ReceptionResult.ResultCode).toBe('1')
  expect(forms.map(anomaliesOf)).toEqual([...Array.from({ length: 60 }, () => []), ['90373-333']])
  const tickets = forms.map(({ HandledReference }) => HandledReference.ReferenceNbr)
  expect(new Set(tickets).size).toBe(61)
  const periods = forms.map(
    ({ HandlingResult }) => HandlingResult.ImpactReport?.DimonaImpactReport.DimonaPeriodId,
  )
  for (const period of periods.slice(0, 60))
    expect(await drop.store.history(readDimonaPeriodId(period ?? '')!)).toHaveLength(1)
  const [set] = readdirSync(drop.work('done'))
  expect(await drop.store.outcomeCount(set ?? '')).toBe(61)
  expect(readdirSync(drop.work('working'))).toEqual([])
  expect(readdirSync(drop.in('atelier'))).toEqual([])
  const answered = drop.journal.entries.filter(({ kind }) => kind === 'answered')
  for (const ticket of tickets) expect(answered.some((entry) => entry.ticket === ticket)).toBe(true)
}

describe('a set that was interrupted', () => {
  it('is finished once each declaration, wherever the journal failed', async () => {
    // 1: the file; 2-51, 52-101: first group; 102-112, 113-123: second
    for (const failAt of [1, 2, 52, 101, 113]) {
      drop.journal.appended = 0
      drop.journal.failAt = failAt
      drop.put('atelier', content)
      await drop.drop.scan()
      expect(drop.journal.appended).toBeGreaterThanOrEqual(failAt)
      expect(readdirSync(drop.work('working'))).toHaveLength(1)
      drop.journal.failAt = 0
      await drop.restart()
      await drop.drop.scan()
      await expectExactlyOnce()
      drop.close()
      drop = await Drop.open()
    }
  })

  it('is finished once each declaration, whether it stopped before or after a commit', async () => {
    for (const stopAfterCommit of [false, true]) {
      const store = Object.create(drop.store, {
        transaction: {
          value: async (work: Parameters<BatchStore['transaction']>[0]) => {
            await drop.store.transaction(async (transaction) => {
              await work(transaction)
              if (!stopAfterCommit) throw new Error('stopped')
            })
            throw new Error('stopped')
          },
        },
      }) as BatchStore
      drop.drop = drop.newDrop({ store: bound(store, drop) })
      drop.put('atelier', content)
      await drop.drop.scan()
      const [set] = readdirSync(drop.work('working'))
      expect(await drop.store.outcomeCount(set!)).toBe(stopAfterCommit ? 50 : 0)
      await drop.restart()
      await drop.drop.scan()
      await expectExactlyOnce()
      drop.close()
      drop = await Drop.open()
    }
  })

  it('is left after a group when the gateway stops, and goes on at the next start', async () => {
    const more = Array.from({ length: 400 }, (_, n) => inFor(employers.workshop.nsso, n + 100))
    const long = dimonaFile(...more)
    drop.put('atelier', long)
    const first = drop.newDrop({
      journal: {
        append: (entry) => {
          if (entry.kind === 'granted') void first.stop()
          return Promise.resolve()
        },
      },
    })
    await first.scan()
    const [set] = readdirSync(drop.work('working'))
    const before = await drop.store.outcomeCount(set!)
    expect(before).toBeGreaterThanOrEqual(50)
    expect(before).toBeLessThan(400)
    await drop.restart()
    await drop.drop.scan()
    expect(await drop.store.outcomeCount(set!)).toBe(400)
    expect(everything().forms).toHaveLength(400)
  })

  it('gives the same answers once, whichever answer could not be written', async () => {
    for (const failing of [1, 2]) {
      let calls = 0
      const sign = (sha256: Uint8Array) => {
        calls += 1
        if (calls === failing) throw new Error('no key')
        return signAnswer(sha256, gatewaySigner(), drop.nowMs)
      }
      drop.drop = drop.newDrop({}, { sign })
      drop.put('atelier', content)
      await drop.drop.scan()
      expect(existsSync(drop.out('atelier', 'GO.NOTI.999999.20260302.00001.R'))).toBe(false)
      drop.nowMs += 86_400_000
      await drop.restart()
      await drop.drop.scan()
      await expectExactlyOnce()
      drop.close()
      drop = await Drop.open()
    }
  })

  it('is taken anew when its copy was cut short, and not twice when its sources were left', async () => {
    const stem = drop.put('atelier', content)
    mkdirSync(drop.work('working', 'cut-short'))
    writeFileSync(drop.work('working', 'cut-short', 'FI'), content.slice(0, 100))
    writeFileSync(drop.out('atelier', '.part-left'), '<')
    await drop.restart()
    expect(readdirSync(drop.work('working'))).toEqual([])
    // the copy is whole, the sources are not removed yet: stopped between the two
    drop.journal.failAt = 1
    await drop.drop.scan()
    const [set] = readdirSync(drop.work('working'))
    const { sources } = JSON.parse(
      readFileSync(drop.work('working', set!, 'set.json'), 'utf8'),
    ) as { sources: { name: string; inode: number }[] }
    expect(sources.map(({ name }) => name)).toEqual([
      `GO.${stem}.1`,
      `FS.${stem}.1.1`,
      `FI.${stem}.1.1`,
    ])
    drop.journal.failAt = 0
    await drop.restart()
    await drop.drop.scan()
    await expectExactlyOnce()
  })

  it('survives kill -9 at any moment with exactly one outcome a declaration', async () => {
    drop.put('atelier', content)
    const script = join(import.meta.dirname, 'kill-child.ts')
    let killed = 0
    for (const killAfter of [1, 2, 3, 4]) {
      const child = spawn(process.execPath, [script, drop.directory], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let steps = 0
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        steps += text.split('\n').length - 1
        if (steps >= killAfter) child.kill('SIGKILL')
      })
      const signal = await new Promise((resolve) => {
        child.on('close', (_code, by) => resolve(by))
      })
      if (signal === 'SIGKILL') killed += 1
    }
    expect(killed).toBeGreaterThanOrEqual(3)
    await drop.restart()
    await drop.drop.scan()
    const { names, forms } = everything()
    expect(names.filter((name) => !name.startsWith('.'))).toHaveLength(6)
    expect(forms.map(anomaliesOf)).toEqual([...Array.from({ length: 60 }, () => []), ['90373-333']])
    const [set] = readdirSync(drop.work('done'))
    expect(await drop.store.outcomeCount(set ?? '')).toBe(61)
    expect(readdirSync(drop.work('working'))).toEqual([])
  })
})

/** A store whose methods run on the real one, except those that the test put in front. */
function bound(store: BatchStore, { store: real }: Drop): BatchStore {
  return {
    set: (id) => real.set(id),
    recordSet: (decision) => real.recordSet(decision),
    outcomeCount: (id) => real.outcomeCount(id),
    outcomeForms: (id, after, limit) => real.outcomeForms(id, after, limit),
    period: (id) => real.period(id),
    transaction: (work) => store.transaction(work),
  }
}

describe('the IN folder', () => {
  it('keeps a set without GO as it is', async () => {
    const { names } = await drop.send('atelier', dimonaFile(dimonaIn()), { go: false })
    expect(names).toEqual([])
    expect(readdirSync(drop.in('atelier'))).toHaveLength(2)
    expect(readdirSync(drop.work('working'))).toEqual([])
  })

  it('answers a folder in the place of a file, leaves it, and goes on with other senders', async () => {
    for (const prefix of ['GO', 'FI', 'FS']) {
      const stem = drop.put('atelier', dimonaFile(dimonaIn()), { go: prefix !== 'GO' })
      const path = drop.in('atelier', prefix === 'GO' ? `GO.${stem}.1` : `${prefix}.${stem}.1.1`)
      rmSync(path, { force: true })
      mkdirSync(path)
    }
    const { receipt } = await drop.send('secretariat', dimonaFile(inFor(employers.affiliated.nsso)))
    expect(receipt?.ReceptionResult).toEqual({ ResultCode: '1' })
    await drop.drop.scan()
    await drop.restart()
    expect(readdirSync(drop.work('working'))).toEqual([])
    expect(readdirSync(drop.work('refused'))).toHaveLength(2)
    const answers = readdirSync(drop.out('atelier')).filter((name) => name.startsWith('FO.ACRF'))
    expect(answers).toHaveLength(2)
  })

  it('answers a larger declaration file than allowed with 184', async () => {
    drop.drop = drop.newDrop({}, { declarationsBytesMax: 500 })
    const { receipt } = await drop.send('atelier', dimonaFile(dimonaIn()))
    expect(receipt?.ReceptionResult.ErrorID).toBe('ACRF-184')
  })

  it('takes a set back for a TD file', async () => {
    const { names } = await drop.answer('atelier', () => {
      const stem = drop.put('atelier', dimonaFile(dimonaIn()))
      writeFileSync(drop.in('atelier', `TD.${stem}.1`), '')
    })
    expect(names).toEqual([])
    expect(readdirSync(drop.in('atelier'))).toEqual([])
  })

  it('takes sets of the two name forms once: the same date, sequence and environment is one set', async () => {
    const first = dimonaFile(dimonaIn())
    const stem = drop.put('atelier', first)
    const plain = (prefix: string) => drop.in('atelier', `${prefix}.${stem}`)
    for (const prefix of ['FI', 'FS'])
      writeFileSync(plain(prefix), readFileSync(drop.in('atelier', `${prefix}.${stem}.1.1`)))
    writeFileSync(plain('GO'), '')
    await drop.drop.scan()
    expect(readdirSync(drop.work('done'))).toHaveLength(1)
    expect(readdirSync(drop.work('refused'))).toHaveLength(1)
  })

  it('leaves alone what is not part of a set', async () => {
    const strange = ['notes.txt', 'FI.DIMN.100001.20260302.00009.R.1.1.filepart', 'go.x']
    const { names } = await drop.answer('atelier', () => {
      for (const name of strange) writeFileSync(drop.in('atelier', name), 'x')
    })
    expect(names).toEqual([])
    expect(readdirSync(drop.in('atelier')).sort()).toEqual([...strange].sort())
  })
})
