/**
 * Base64 as xs:base64Binary, strictly: XML white space anywhere (zeep and xmlsec break lines), no other stranger, padding
 * complete, unused bits zero. Undefined when it is not, or when it is empty.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const compact = /[ \t\r\n]/.test(text) ? text.replace(/[ \t\r\n]+/g, '') : text
  const bytes = Buffer.from(compact, 'base64')
  return bytes.length > 0 && bytes.toString('base64') === compact ? bytes : undefined
}
