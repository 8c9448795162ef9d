import { errorCodes, errorMeanings, type ErrorCode } from '../base/errors.ts'
import { findMessageCode } from '../base/message-codes.ts'
import { remedies, type Retry } from '../base/remedies.ts'
import { problemRows } from '../rest/problem.ts'
import { faultTable, httpStatusOf, isToldAsStatus, type FaultRow } from '../soap/fault-table.ts'

export const faultCodesPath = 'docs/fault-codes.md'

const phases: readonly (readonly [FaultRow['phase'], string, string])[] = [
  [
    'transport',
    'Told by the transport',
    'Before a message is read, by HTTP status. Over SOAP with a fault that is the same for every caller.',
  ],
  [
    'unproven',
    'Before the signer is proven',
    'A fault that is the same for every caller and repeats nothing of the request. Over REST the caller is known from its TLS certificate.',
  ],
  [
    'proven',
    'Told to a known caller',
    'With the ticket of the exchange. The refusal stands in the journal.',
  ],
  ['elsewhere', 'Of other channels', 'Over SOAP each would be an internal error.'],
]

const retries: Readonly<Record<Retry, string>> = {
  no: 'no',
  corrected: 'yes, corrected',
  later: 'yes, later',
}

/** docs/fault-codes.md: every code of the one list, and from what callers read back to the codes. */
export function generateFaultCodes(): string {
  const sections = phases.map(([phase, title, about]) => {
    const codes = errorCodes.filter((code) => faultTable[code].phase === phase)
    return `## ${title}\n\n${about}\n\n${codes.map(section).join('\n')}`
  })
  return [
    '# Fault codes\n\nWritten by `npm run generate` from `src/base/errors.ts`, `src/base/remedies.ts`, `src/soap/fault-table.ts` and ' +
      '`src/rest/problem.ts`.\n\nA code is internal: log and journal have it, callers read what stands beside it. ' +
      'What a failure of cryptography was is told to nobody.\n',
    ...sections,
    index(),
  ].join('\n')
}

function section(code: ErrorCode): string {
  const { retry, remedy } = remedies[code]
  return [
    `### ${code}`,
    '',
    `${upper(errorMeanings[code])}.`,
    '',
    `- SOAP: ${soapForm(code)}`,
    `- REST: ${restForm(code)}`,
    `- Again: ${retries[retry]}. ${remedy}`,
    '',
  ].join('\n')
}

function soapForm(code: ErrorCode): string {
  const { phase, faultcode, text }: FaultRow = faultTable[code]
  const messageCode = findMessageCode(code)
  const general = messageCode === undefined ? '' : `, ${messageCode}`
  if (phase === 'elsewhere') return 'does not occur'
  if (isToldAsStatus(code)) return `status \`NO_RESULT\`${general}, HTTP 200: “${text}”`
  const [first, second] = [httpStatusOf(code, '1.1'), httpStatusOf(code, '1.2')]
  const status = first === second ? `HTTP ${first}` : `HTTP ${first} (SOAP 1.2: ${second})`
  return `fault \`${faultcode}\`${general}, ${status}: “${text}”`
}

function restForm(code: ErrorCode): string {
  const row = problemRows[code]
  if (row === problemRows.INTERNAL && code !== 'INTERNAL') return 'does not occur'
  const messageCode = findMessageCode(code)
  const general = messageCode === undefined ? '' : `, ${messageCode}`
  return `HTTP ${row.status}, \`${row.type}\`${general}: “${row.detail.en}”`
}

/** What a SOAP caller reads, with the codes behind it. */
function index(): string {
  const codesOf = new Map<string, ErrorCode[]>()
  for (const code of errorCodes) {
    const { phase, faultcode, text }: FaultRow = faultTable[code]
    if (phase === 'elsewhere') continue
    const told = isToldAsStatus(code) ? 'NO_RESULT' : faultcode
    const read = `\`${told}\`: “${text}”`
    codesOf.set(read, [...(codesOf.get(read) ?? []), code])
  }
  const lines = [...codesOf].map(([read, codes]) => `- ${read} ${codes.join(', ')}`)
  return `## From what a SOAP caller reads to the codes\n\n${lines.join('\n')}\n`
}

const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
