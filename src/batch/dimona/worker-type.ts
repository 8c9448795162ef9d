import { detailText, type Detail } from './declaration.ts'

/** Kinds of worker in Dimona (zone 00655), those that take no new declaration too. */
// prettier-ignore
const workerTypes = [
  'A17', 'ALT', 'BCW', 'DWD', 'EXT', 'FLX', 'IVT', 'O17', 'OTH', 'PMP',
  'QUA', 'RTA', 'S17', 'STG', 'STU', 'STX', 'T17', 'TEA', 'TRI',
] as const

export type WorkerType = (typeof workerTypes)[number]

/** Undefined when it is none of the list. */
export function readWorkerType(text: string | undefined): WorkerType | undefined {
  return workerTypes.find((type) => type === text)
}

/** The kind of worker that is declared; undefined when none is. */
export function workerTypeOf(details: readonly Detail[]): WorkerType | undefined {
  return readWorkerType(detailText(details, 'DimonaFeatures', 'WorkerType'))
}
