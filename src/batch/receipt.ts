import { civilDateAt } from '../base/civil-date.ts'
import { element, leaf } from '../xml/writer.ts'
import { clockTimeAt } from '../base/clock-time.ts'

/** What a receipt says: the file was taken for processing, or refused with one transfer code. */
export interface Receipt {
  /** name of the GO file */
  readonly goName: string
  /** ticket number of the file */
  readonly ticket: string
  readonly atMs: number
  /** absent when the set was accepted */
  readonly fault?: string
}

/**
 * The ACRF message (schema ACRF_20231). TypeForm is PA (provisional: notifications follow) for an accepted file and FA (final)
 * for a refused one, of which nothing is processed.
 */
export function writeReceipt({ goName, ticket, atMs, fault }: Receipt): string {
  const form =
    leaf('Identification', 'ACRF001') +
    leaf('FormCreationDate', civilDateAt(atMs)) +
    leaf('FormCreationHour', clockTimeAt(atMs)) +
    leaf('AttestationStatus', '0') +
    leaf('TypeForm', fault === undefined ? 'PA' : 'FA') +
    element(
      'FileReference',
      leaf('FileName', goName) + leaf('ReferenceOrigin', '2') + leaf('ReferenceNbr', ticket),
    ) +
    element(
      'ReceptionResult',
      fault === undefined
        ? leaf('ResultCode', '1')
        : leaf('ResultCode', '0') + leaf('ErrorID', `ACRF-${fault}`),
    )
  return `${documentStart('ACRF', '20231')}${element('Form', form)}</ACRF>\n`
}

/** XML declaration and start tag of a message that names its schema. */
export function documentStart(root: string, version: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<${root} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"` +
    ` xsi:noNamespaceSchemaLocation="${root}_${version}.xsd">`
  )
}
