/** Exact names of WS-Security 1.0 and XML Signature; wsse and wsa stand in soap/envelope.ts. */

export const wsu =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd'
export const wsse11 = 'http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd'
export const ds = 'http://www.w3.org/2000/09/xmldsig#'
/** both the algorithm of exclusive C14N 1.0 without comments and the namespace of its InclusiveNamespaces */
export const excC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#'
export const envelopedSignature = `${ds}enveloped-signature`

export const base64Binary =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary'
export const x509v3 =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3'
export const subjectKeyIdentifier =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509SubjectKeyIdentifier'
export const thumbprintSha1 =
  'http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#ThumbprintSHA1'

export const digestSha256 = 'http://www.w3.org/2001/04/xmlenc#sha256'
export const digestSha384 = 'http://www.w3.org/2001/04/xmldsig-more#sha384'
export const digestSha512 = 'http://www.w3.org/2001/04/xmlenc#sha512'
/** `…#rsa-sha256` and its siblings */
export const dsigMore = 'http://www.w3.org/2001/04/xmldsig-more#'
/** `…#sha256-rsa-MGF1` and its siblings */
export const dsigMore2007 = 'http://www.w3.org/2007/05/xmldsig-more#'
