import { createHash } from 'node:crypto'

const length = 13

/**
 * The ticket number of a file (ordinal 0) or of its n-th declaration: thirteen characters 0-9 A-Z, the same each time it is
 * computed, so that work taken up again after a stop goes under the same ticket.
 */
export function ticketOf(storageId: string, ordinal: number): string {
  const digest = createHash('sha256').update(`${storageId}/${ordinal}`).digest('hex')
  return BigInt(`0x${digest}`).toString(36).toUpperCase().slice(-length)
}
