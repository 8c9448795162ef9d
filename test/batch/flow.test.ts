import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseXml } from '../../src/xml/parse.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import { anomaliesOf, periodOf } from './answers.ts'
import { Drop, schema } from './drop.ts'
import { dimonaCancel, dimonaFile, dimonaIn, dimonaOut, dimonaUpdate, worker } from './messages.ts'

let drop: Drop
beforeEach(async () => {
  drop = await Drop.open()
})
afterEach(() => drop.close())

function validate(name: string, path: string): void {
  const tree = parseXml(readFileSync(path), soapLimits)
  try {
    schema(name).check(tree.root.toLibxml2())
  } finally {
    tree.dispose()
  }
}

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
    validate('ACRF_20231.xsd', drop.out('atelier', 'FO.ACRF.999999.20260302.00001.R'))
    validate('NOTIFICATION_20223.xsd', drop.out('atelier', 'FO.NOTI.999999.20260302.00001.R'))
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
