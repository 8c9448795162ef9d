import { GatewayError, type ErrorCode } from '../base/errors.ts'
import { receiptFault, type ReceiptFault } from './anomaly.ts'

/** A set of files refused whole; the receipt says why with one transfer code of annex 30. */
export class SetRefusal extends GatewayError {
  readonly fault: ReceiptFault

  constructor(code: ErrorCode, fault: ReceiptFault = receiptFault(code), detail?: string) {
    super(code, detail)
    this.fault = fault
  }
}
