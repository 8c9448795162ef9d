import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import type { Question } from '../../src/services/source.ts'
import { storeSource } from '../../src/sources/store-source.ts'
import { openDimonaView } from '../../src/store/dimona-view.ts'
import { openRegisters } from '../../src/store/registers-db.ts'
import { createSample, enterprise, nsso, quarter, ssin } from '../store/sample.ts'
import { temporaryDirectory } from '../store/temporary.ts'

function open() {
  const path = join(temporaryDirectory(), 'registers.db')
  createSample(path)
  const opened = openRegisters(path)
  const view = openDimonaView(opened.db, join(dirname(path), 'dimona.db'))
  const close = () => {
    view.close()
    opened.close()
  }
  const registers = { ...opened, ...view, close }
  return { path, registers, source: storeSource(registers) }
}

describe('source over the store', () => {
  it('tells what became of a number', async () => {
    const { registers, source } = open()
    expect(await source.statusOf(ssin(1))).toEqual({ kind: 'active' })
    expect(await source.statusOf(ssin(2))).toEqual({ kind: 'replaced', by: ssin(1) })
    expect(await source.statusOf(ssin(3))).toEqual({ kind: 'cancelled' })
    expect(await source.statusOf(ssin(9))).toEqual({ kind: 'unknown' })
    registers.close()
  })

  it('gives a person only from a register that was asked', async () => {
    const { registers, source } = open()
    const ask = async (n: number, ...names: ('nationalRegister' | 'bisRegister' | 'dmfa')[]) =>
      (await source.ask({ kind: 'person', ssin: ssin(n), registers: names })).records
    const national = [{ nationalNumber: ssin(1), sex: '1', register: 'nationalRegister' }]
    const bis = [{ bisNumber: ssin(4), register: 'bisRegister' }]
    expect(await ask(1, 'nationalRegister')).toEqual(national)
    expect(await ask(1, 'nationalRegister', 'bisRegister')).toEqual(national)
    expect(await ask(1, 'bisRegister')).toEqual([])
    expect(await ask(1, 'dmfa')).toEqual([])
    expect(await ask(1)).toEqual([])
    expect(await ask(4, 'bisRegister')).toEqual(bis)
    expect(await ask(4, 'nationalRegister')).toEqual([])
    expect(await ask(9, 'nationalRegister', 'bisRegister')).toEqual([])
    registers.close()
  })

  it('leaves of a declaration the workers that a filter leaves, page by page as without it', async () => {
    const { registers, source } = open()
    const key = { employer: nsso(1), quarter: quarter('20253'), after: undefined }
    const ask = async (unemployedDays: number, limit: number) => {
      const filter = { unemployedDays }
      const { records, next } = await source.ask({ kind: 'dmfaByEmployer', ...key, limit, filter })
      return [records[0]?.naturalPerson, next]
    }
    expect(await ask(0, 2)).toEqual([[{ ssin: ssin(1) }, { ssin: ssin(4) }], ssin(4)])
    expect(await ask(1, 2)).toEqual([[], ssin(4)])
    expect(await ask(1, 3)).toEqual([[], undefined])
    registers.close()
  })

  it('gives the declarations of a worker', async () => {
    const { registers, source } = open()
    const found = await source.ask({
      kind: 'dmfaByWorker',
      ssin: ssin(4),
      from: quarter('20253'),
      to: quarter('20253'),
    })
    expect(found).toEqual({
      records: [
        {
          registrationNumber: nsso(1),
          quarter: '20253',
          netOwedAmount: 100_00,
          naturalPerson: [{ ssin: ssin(4) }],
        },
      ],
    })
    registers.close()
  })

  it('walks the pages of an employer until no next is given', async () => {
    const { registers, source } = open()
    const seen: unknown[] = []
    let pages = 0
    let after: ReturnType<typeof ssin> | undefined
    do {
      const found = await source.ask({
        kind: 'dmfaByEmployer',
        employer: nsso(1),
        quarter: quarter('20253'),
        after,
        limit: 1,
      })
      seen.push(...(found.records[0]?.naturalPerson ?? []).map((worker) => worker.ssin))
      pages += 1
      after = found.next
    } while (after !== undefined)
    expect(seen).toEqual([1, 4, 5].map(ssin))
    expect(pages).toBe(3)
    registers.close()
  })

  it('gives no record where there is no declaration or no total', async () => {
    const { registers, source } = open()
    const key = { employer: nsso(2), quarter: quarter('20261') }
    expect(await source.ask({ kind: 'dmfaAggregate', ...key })).toEqual({ records: [] })
    const page = { kind: 'dmfaByEmployer', ...key, after: undefined, limit: 5 } as const
    expect(await source.ask(page)).toEqual({ records: [] })
    const totals = { kind: 'dmfaAggregate', employer: nsso(1), quarter: quarter('20253') } as const
    expect(await source.ask(totals)).toEqual({ records: [{ totalWorkerRecords: 3 }] })
    registers.close()
  })

  it('gives employers by their numbers, as far as it may be about them', async () => {
    const { registers, source } = open()
    const namesOf = async (ask: Partial<Extract<Question, { kind: 'employer' }>>) => {
      const numbers = { nssoNumber: undefined, enterpriseNumber: undefined, within: 'all' } as const
      const { records } = await source.ask({ kind: 'employer', ...numbers, ...ask })
      return records.map(({ identification }) => identification?.denomination)
    }
    const enterpriseNumber = enterprise(1)
    expect(await namesOf({ enterpriseNumber })).toEqual(['Employer 1', 'Employer 2'])
    expect(await namesOf({ enterpriseNumber, within: [nsso(2)] })).toEqual(['Employer 2'])
    expect(await namesOf({ nssoNumber: nsso(1), enterpriseNumber })).toEqual(['Employer 1'])
    expect(await namesOf({ nssoNumber: nsso(1), enterpriseNumber: enterprise(2) })).toEqual([])
    expect(await namesOf({ nssoNumber: nsso(1), within: [] })).toEqual([])
    expect(await namesOf({})).toEqual([])
    registers.close()
  })

  it('gives the numbers of employers by words, and says when there are too many', async () => {
    const { registers, source } = open()
    const question = { kind: 'employersByWords', name: ['employer'], address: [] } as const
    expect(await source.ask({ ...question, limit: 2, within: 'all' })).toEqual({
      records: [1, 2].map((n) => ({
        registrationNumber: nsso(n),
        enterpriseNumber: enterprise(1),
      })),
      persons: [],
    })
    const tooMany = await source.ask({ ...question, limit: 1, within: 'all' })
    expect(tooMany).toEqual({ records: [], tooMany: true })
    registers.close()
  })

  it('gives persons by their numbers as a search by name asks for them, of the registers that are open', async () => {
    const { registers, source } = open()
    const search = { lastName: ['KLS'], firstNames: [], born: { from: '1980-01-01', to: '1980-01-01' }, sex: undefined } // prettier-ignore
    const ask = { kind: 'personsByName', search, limit: 5, ofMore: 'none' } as const
    const persons = [ssin(5), ssin(4), ssin(9), ssin(1)]
    const numbers = async (...names: readonly ('nationalRegister' | 'bisRegister')[]) => {
      const { records } = await source.ask({ ...ask, persons, registers: names })
      return records.map(({ nationalNumber, bisNumber }) => nationalNumber ?? bisNumber)
    }
    expect(await numbers('nationalRegister', 'bisRegister')).toEqual([ssin(5), ssin(4), ssin(1)])
    expect(await numbers('nationalRegister')).toEqual([ssin(5), ssin(1)])
    expect(await numbers()).toEqual([])
    // persons of the sample have no names
    const namesakes = { kind: 'namesakes', search, register: 'nationalRegister', after: undefined, limit: 5 } as const // prettier-ignore
    expect(await source.ask(namesakes)).toEqual({ records: [] })
    registers.close()
  })

  it('refuses a page of no or too many workers', async () => {
    const { registers, source } = open()
    const key = { employer: nsso(1), quarter: quarter('20253'), after: undefined }
    for (const limit of [0, -1, 1.5, 2001]) {
      await expect(source.ask({ kind: 'dmfaByEmployer', ...key, limit })).rejects.toThrow(
        'limit is not between 1 and 2000',
      )
    }
    registers.close()
  })

  it('is SOURCE_UNAVAILABLE when the store cannot be read', async () => {
    const { registers, source } = open()
    registers.close()
    const refused = { code: 'SOURCE_UNAVAILABLE', message: 'store cannot be read' }
    await expect(source.statusOf(ssin(1))).rejects.toMatchObject(refused)
    await expect(
      source.ask({ kind: 'person', ssin: ssin(1), registers: ['nationalRegister'] }),
    ).rejects.toMatchObject(refused)
    const key = { employer: nsso(1), quarter: quarter('20253') }
    await expect(source.ask({ kind: 'dmfaAggregate', ...key })).rejects.toMatchObject(refused)
  })

  it('names nobody when it is unavailable', async () => {
    const { path, registers, source } = open()
    const db = new DatabaseSync(path)
    db.exec("update person set record = '{' where ssin is not null")
    db.close()
    const question = { kind: 'person', ssin: ssin(1), registers: ['nationalRegister'] } as const
    const error: unknown = await source.ask(question).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'SOURCE_UNAVAILABLE' })
    expect((error as Error).message).not.toContain(ssin(1))
    registers.close()
  })
})
