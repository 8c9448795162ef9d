import type { GatewayError } from '../base/errors.ts'
import { findMessageCode, messageCodes, type MessageCode } from '../base/message-codes.ts'
import type { Status } from './envelope.ts'

function status(value: Status['value'], code: MessageCode): Status {
  return { value, code, description: messageCodes[code].en }
}

/** Data follow. */
export const dataFound: Status = status('DATA_FOUND', 'MSG00000')

/** Nothing found, or nothing inside the grant: the same, so that withheld data are not betrayed. */
export const noDataFound: Status = status('NO_DATA_FOUND', 'MSG00100')

/**
 * The status under which a refusal is told inside a normal reply (NO_RESULT); undefined when it is told as a fault.
 * It carries the information that the error names for its caller.
 */
export function findRefusalStatus(error: GatewayError): Status | undefined {
  const code = findMessageCode(error.code)
  if (code === undefined || messageCodes[code].told === 'fault') return undefined
  return {
    ...status('NO_RESULT', code),
    ...(error.information.length > 0 && { information: error.information }),
  }
}
