import { GatewayError } from '../base/errors.ts'

/**
 * The DER of a signature from the text of an FS file: base64 on one line or several, line ends CR, LF or CRLF, nothing else.
 * Throws GatewayError CMS_FORM.
 */
export function readSignatureFile(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\r\n]+/g, '')
  const strict = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
  const der = Buffer.from(text, 'base64')
  // the padding bits of the last group must be zero, so that one signature has one text
  if (!(strict.test(text) && der.toString('base64') === text))
    throw new GatewayError('CMS_FORM', 'signature file is not base64')
  return der
}

/** The text of an FS file: base64 on one line that ends in CR. */
export function signatureFile(der: Uint8Array): string {
  return `${Buffer.from(der).toString('base64')}\r`
}
