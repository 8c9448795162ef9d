import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { periodIdOf } from '../../src/batch/dimona/period.ts'
import { readDetachedSignature, verifyDetachedSignature } from '../../src/pki/cms.ts'
import { nowMs as certificatesAtMs, openSandboxTrust } from '../pki/material.ts'
import { anomaliesOf, periodOf } from './answers.ts'
import { Drop } from './drop.ts'
import {
  dimonaCancel,
  dimonaFile,
  dimonaIn,
  dimonaOut,
  dimonaUpdate,
  employerId,
  employers,
  inFor,
  worker,
} from './messages.ts'

let drop: Drop
beforeEach(async () => {
  drop = await Drop.open()
})
afterEach(() => drop.close())

describe('a Dimona file', () => {
  it('with an IN is received, and the period stands in notification and register', async () => {
    const { names, receipt, forms } = await drop.send('atelier', dimonaFile(dimonaIn()))
    expect(names).toEqual([
      'FO.ACRF.999999.20260302.00001.R',
      'FO.NOTI.999999.20260302.00001.R',
      'FS.ACRF.999999.20260302.00001.R',
      'FS.NOTI.999999.20260302.00001.R',
      'GO.ACRF.999999.20260302.00001.R',
      'GO.NOTI.999999.20260302.00001.R',
    ])
    expect(receipt?.ReceptionResult).toEqual({ ResultCode: '1' })
    expect(receipt?.FileReference.FileName).toBe('GO.DIMN.100001.20260302.00001.R.1')
    expect(forms).toHaveLength(1)
    const periodId = periodOf(forms[0])
    expect(forms[0]?.NaturalPerson?.INSS).toBe(worker(1))
    expect(await drop.store.period(periodId)).toMatchObject({
      worker: worker(1),
      start: '2026-03-09',
      workerType: 'OTH',
      cancelled: false,
    })
  })

  it('moves a period through UPDATE, OUT, UPDATE and CANCEL', async () => {
    const opened = await drop.send('atelier', dimonaFile(dimonaIn()))
    const id = periodOf(opened.forms[0])
    const { forms } = await drop.send(
      'atelier',
      dimonaFile(
        dimonaUpdate(id, '<StartingDate>2026-03-16</StartingDate>'),
        dimonaOut(id, '2026-06-30'),
        dimonaUpdate(id, '<EndingDate>9999-12-31</EndingDate>'),
        dimonaCancel(id),
        dimonaCancel(id),
      ),
    )
    expect(forms.map(anomaliesOf)).toEqual([[], [], [], [], ['00913-355']])
    expect(await drop.store.period(id)).toMatchObject({ start: '2026-03-16', cancelled: true })
  })
})

describe('a refused set', () => {
  const refused = (code: string) => ({ ResultCode: '0', ErrorID: `ACRF-${code}` })

  it('with one byte changed after signing is answered 125 and takes no effect', async () => {
    const content = dimonaFile(dimonaIn())
    const replaceBy = content.replace('2026-03-09', '2026-03-10')
    const { receipt, forms } = await drop.send('atelier', content, { replaceBy })
    expect(receipt?.ReceptionResult).toEqual(refused('125'))
    expect(receipt?.TypeForm).toBe('FA')
    expect(forms).toEqual([])
    expect(drop.journal.entries).toEqual([])
  })

  it('signed by a certificate that no institution has is answered 153', async () => {
    drop.drop = drop.newDrop({ institutions: [] })
    const { receipt } = await drop.send('atelier', dimonaFile(dimonaIn()))
    expect(receipt?.ReceptionResult).toEqual(refused('153'))
  })

  it('that breaks off after two declarations is answered 102, and neither is recorded', async () => {
    const whole = dimonaFile(dimonaIn(), inFor(employers.workshop.nsso, 2))
    const { receipt, forms } = await drop.send('atelier', whole.replace('</Dimona>', '<Form>'))
    expect(receipt?.ReceptionResult).toEqual(refused('102'))
    expect(forms).toEqual([])
    expect(await drop.store.outcomeCount(readdirSync(drop.work('refused'))[0]!)).toBe(0)
    const again = await drop.send('atelier', dimonaFile(dimonaIn()))
    expect(periodOf(again.forms[0])).toBe(periodIdOf(1))
  })

  it('is answered with the code of what is wrong in the file', async () => {
    const file = (content: string) =>
      `<Dimona xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="Dimona_20231.xsd">${content}</Dimona>`
    const cases: [string, string][] = [
      ['102', `<!DOCTYPE Dimona>${file(dimonaIn())}`],
      ['102', `${file(dimonaIn())}<Dimona/>`],
      ['138', `<?xml version="1.0" encoding="ISO-8859-1"?>${file(dimonaIn())}`],
      ['089', file(dimonaIn()).replaceAll('Dimona ', 'Dmfa ').replace('</Dimona>', '</Dmfa>')],
      ['089', file(dimonaIn()).replace('<Dimona ', '<Dimona xmlns="urn:other" ')],
      ['136', `<Dimona>${dimonaIn()}</Dimona>`],
      ['088', file(dimonaIn()).replace('20231', '20191')],
      ['205', file(`${dimonaIn()}<Other/>`)],
      ['205', file(`${dimonaIn()}text`)],
      ['157', file('')],
      ['184', file(`${dimonaIn()}<!--${'x'.repeat(300_000)}-->`)],
    ]
    for (const [code, content] of cases) {
      const { receipt } = await drop.send('atelier', content)
      expect([code, receipt?.ReceptionResult]).toEqual([code, refused(code)])
    }
  })

  it('with bytes that are not UTF-8 is answered 138', async () => {
    const content = Buffer.from(dimonaFile(dimonaIn()), 'latin1')
    const { receipt } = await drop.send('atelier', content)
    expect(receipt?.ReceptionResult).toEqual(refused('138'))
  })
})

describe('answers', () => {
  it('are signed by the gateway over their very bytes', async () => {
    const { names } = await drop.send('atelier', dimonaFile(dimonaIn()))
    for (const purpose of ['ACRF', 'NOTI']) {
      const [file, signature] = ['FO', 'FS'].map((prefix) =>
        readFileSync(
          drop.out('atelier', names.find((one) => one.startsWith(`${prefix}.${purpose}`)) ?? ''),
        ),
      )
      const read = readDetachedSignature(signature!)
      const digest = createHash(read.digest).update(file!).digest()
      const proven = verifyDetachedSignature(read, digest, openSandboxTrust(), certificatesAtMs)
      expect(proven.subject.map(({ value }) => value)).toContain('NTRBE-1999000051')
      digest[0]! ^= 1
      expect(() =>
        verifyDetachedSignature(read, digest, openSandboxTrust(), certificatesAtMs),
      ).toThrow(expect.objectContaining({ code: 'WSS_DIGEST' }))
    }
  })
})

describe('mandates over declarations', () => {
  it('let the own employer, the social secretariat and the one provider declare', async () => {
    const { workshop, affiliated, alsoAffiliated, contracted } = employers
    const own = await drop.send('atelier', dimonaFile(inFor(workshop.nsso)))
    const secretariat = await drop.send(
      'secretariat',
      dimonaFile(inFor(affiliated.nsso), inFor(alsoAffiliated.nsso)),
    )
    const provider = await drop.send('prestataire', dimonaFile(inFor(contracted.nsso)))
    const results = [own, secretariat, provider].flatMap(({ forms }) => forms.map(anomaliesOf))
    expect(results).toEqual([[], [], [], []])
    const rules = drop.journal.entries.filter(({ kind }) => kind === 'granted')
    expect(rules.map(({ rule }) => rule)).toEqual(['A2', 'A29', 'A29', 'A28'])
  })

  it('refuse the declarations for another employer one by one, and keep the others', async () => {
    const { affiliated, workshop } = employers
    const { receipt, forms } = await drop.send(
      'secretariat',
      dimonaFile(inFor(workshop.nsso), inFor(affiliated.nsso), inFor(workshop.nsso, 2)),
    )
    expect(receipt?.ReceptionResult.ResultCode).toBe('1')
    expect(forms.map(anomaliesOf)).toEqual([['90256-155'], [], ['90256-155']])
    expect(forms[0]?.HandlingResult).toMatchObject({ ResultCode: '0', Diagnosis: '3' })
    expect(forms[0]?.EmployerId).toBeUndefined()
  })

  it('end at once when the employer reports the end of the contract', async () => {
    const { contracted } = employers
    await drop.access.endProvider(contracted.enterprise, drop.nowMs)
    const { forms } = await drop.send('prestataire', dimonaFile(inFor(contracted.nsso)))
    expect(forms.map(anomaliesOf)).toEqual([['90256-155']])
  })

  it('keep the periods of other employers unknown', async () => {
    const opened = await drop.send('atelier', dimonaFile(dimonaIn()))
    const id = periodOf(opened.forms[0])
    const own = employerId(employers.affiliated.nsso)
    const { forms } = await drop.send(
      'secretariat',
      dimonaFile(
        dimonaCancel(id),
        dimonaCancel(id, own),
        dimonaOut('700000000000', '2026-06-30'),
        dimonaCancel(id, employerId(employers.workshop.nsso)),
      ),
    )
    expect(forms.map(anomaliesOf)).toEqual([
      ['00913-354'],
      ['00913-354'],
      ['00913-354'],
      ['90256-155'],
    ])
    expect(await drop.store.period(id)).toMatchObject({ cancelled: false })
  })
})

describe('the journal', () => {
  it('has the refusal of a set whose sender is proven, and nothing of one that is not', async () => {
    const content = dimonaFile(dimonaIn())
    await drop.send('atelier', content.replace('</Dimona>', '<Form>'))
    await drop.send('atelier', content, { signer: 'institutions/secretariat/signing' })
    expect(drop.journal.entries).toMatchObject([
      { kind: 'refused', channel: 'file', signer: 'atelier', code: 'XML_MALFORMED' },
    ])
    await drop.send('atelier', content)
    drop.journal.entries.length = 0
    await drop.send('atelier', content)
    const [opened, refused, ...others] = drop.journal.entries
    expect(opened).toMatchObject({ kind: 'opened', signer: 'atelier' })
    expect(refused).toMatchObject({ kind: 'refused', signer: 'atelier', code: 'REPLAY' })
    expect(refused?.ticket).toBe(opened?.ticket)
    expect(others).toEqual([])
  })

  it('has a decision and an answer for each declaration, under its ticket and without a number of a person', async () => {
    const { forms, receipt } = await drop.send(
      'atelier',
      dimonaFile(dimonaIn(), inFor(employers.affiliated.nsso)),
    )
    const { entries } = drop.journal
    expect(entries.map(({ kind, code, status }) => [kind, code, status])).toEqual([
      ['opened', undefined, undefined],
      ['granted', undefined, undefined],
      ['refused', '90256-155', undefined],
      ['answered', undefined, '1'],
      ['answered', undefined, '0 90256-155'],
    ])
    const tickets = forms.map(({ HandledReference }) => HandledReference.ReferenceNbr)
    expect(entries.map(({ ticket }) => ticket)).toEqual([
      receipt?.FileReference.ReferenceNbr,
      ...tickets,
      ...tickets,
    ])
    expect(tickets.every((ticket) => /^[0-9A-Z]{13}$/.test(ticket))).toBe(true)
    expect(entries[1]).toMatchObject({
      channel: 'file',
      signer: 'atelier',
      service: 'Dimona',
      operation: 'DimonaIn',
      legalContext: 'DIMONA:DECLARATION',
    })
    const text = JSON.stringify(entries)
    expect(text).not.toContain(worker(1))
    expect(text).not.toContain(employers.workshop.nsso)
  })
})
