/** Requests in the forms that real clients send (docs/wire-profile.md), as templates for fill-signature.ts. */
import { hash, X509Certificate } from 'node:crypto'
import { AsnConvert } from '@peculiar/asn1-schema'
import { Certificate, id_ce_subjectKeyIdentifier, SubjectKeyIdentifier } from '@peculiar/asn1-x509'
import { wrapLines } from './wrap-lines.ts'

const wss = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss'
export const wsse = `${wss}-wssecurity-secext-1.0.xsd`
export const wsu = `${wss}-wssecurity-utility-1.0.xsd`
export const ds = 'http://www.w3.org/2000/09/xmldsig#'
export const excC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const base64Binary = `${wss}-soap-message-security-1.0#Base64Binary`
const x509v3 = `${wss}-x509-token-profile-1.0#X509v3`
export const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/'
export const soap12 = 'http://www.w3.org/2003/05/soap-envelope'
export const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
export const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256'

export interface Draft {
  readonly certificateDer: Buffer
  readonly created: string
  readonly expires: string
  /** the request, an element that declares its own prefixes */
  readonly payload: string
  readonly signatureMethod?: string
  readonly digestMethod?: string
}

const defaults = { signatureMethod: rsaSha256, digestMethod: sha256 }

const transform = (prefixes?: string) =>
  prefixes === undefined
    ? `<ds:Transform Algorithm="${excC14n}"/>`
    : `<ds:Transform Algorithm="${excC14n}"><ec:InclusiveNamespaces xmlns:ec="${excC14n}" PrefixList="${prefixes}"/></ds:Transform>`

const reference = (id: string, digestMethod: string, transforms: string) =>
  `<ds:Reference URI="#${id}"><ds:Transforms>${transforms}</ds:Transforms>` +
  `<ds:DigestMethod Algorithm="${digestMethod}"/><ds:DigestValue>DIGEST</ds:DigestValue></ds:Reference>`

/** What our own signer writes, with prefixes short enough for recipes: everything signed, Signature last. */
export function plainMessage(draft: Draft, soap = soap11): string {
  const { signatureMethod, digestMethod } = { ...defaults, ...draft }
  const references = ['B', 'T', 'X'].map((id) => reference(id, digestMethod, transform())).join('')
  return (
    `<s:Envelope xmlns:s="${soap}" xmlns:wsse="${wsse}" xmlns:wsu="${wsu}"><s:Header>` +
    `<wsse:Security s:mustUnderstand="1">` +
    `<wsse:BinarySecurityToken EncodingType="${base64Binary}" ValueType="${x509v3}" wsu:Id="X">${draft.certificateDer.toString('base64')}</wsse:BinarySecurityToken>` +
    `<wsu:Timestamp wsu:Id="T"><wsu:Created>${draft.created}</wsu:Created><wsu:Expires>${draft.expires}</wsu:Expires></wsu:Timestamp>` +
    `<ds:Signature xmlns:ds="${ds}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${excC14n}"/>` +
    `<ds:SignatureMethod Algorithm="${signatureMethod}"/>${references}</ds:SignedInfo>` +
    `<ds:SignatureValue>SIGNATURE</ds:SignatureValue>` +
    `<ds:KeyInfo><wsse:SecurityTokenReference><wsse:Reference URI="#X" ValueType="${x509v3}"/></wsse:SecurityTokenReference></ds:KeyInfo>` +
    `</ds:Signature></wsse:Security></s:Header><s:Body wsu:Id="B">${draft.payload}</s:Body></s:Envelope>`
  )
}

/** How a message names its certificate instead of carrying it. */
export type Naming = 'issuer-serial' | 'key-identifier' | 'thumbprint'

const keyIdentifier = (valueType: string, value: Uint8Array) =>
  `<wsse:KeyIdentifier EncodingType="${base64Binary}" ValueType="${valueType}">${Buffer.from(value).toString('base64')}</wsse:KeyIdentifier>`

/** The child of a SecurityTokenReference that names a certificate; the name of its issuer must need no escape. */
export function nameCertificate(der: Buffer, naming: Naming): string {
  const certificate = new X509Certificate(der)
  switch (naming) {
    case 'issuer-serial':
      return (
        `<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>${certificate.issuer.split('\n').reverse().join(',')}</ds:X509IssuerName>` +
        `<ds:X509SerialNumber>${BigInt(`0x${certificate.serialNumber}`)}</ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data>`
      )
    case 'key-identifier':
      return keyIdentifier(
        `${wss}-x509-token-profile-1.0#X509SubjectKeyIdentifier`,
        subjectKeyIdentifierOf(der),
      )
    case 'thumbprint':
      return keyIdentifier(
        'http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#ThumbprintSHA1',
        hash('sha1', der, 'buffer'),
      )
  }
}

function subjectKeyIdentifierOf(der: Buffer): Uint8Array {
  const { tbsCertificate } = AsnConvert.parse(der, Certificate)
  const found = tbsCertificate.extensions?.find(
    ({ extnID }) => extnID === id_ce_subjectKeyIdentifier,
  )
  if (found === undefined) throw new Error('no subjectKeyIdentifier')
  return new Uint8Array(AsnConvert.parse(found.extnValue.buffer, SubjectKeyIdentifier).buffer)
}

/** The plain message without token: its certificate is named. */
export function namedMessage(draft: Draft, naming: Naming, soap = soap11): string {
  return plainMessage(draft, soap)
    .replace(/<wsse:BinarySecurityToken.*<\/wsse:BinarySecurityToken>/, '')
    .replace(/<ds:Reference URI="#X">.*?<\/ds:Reference>/, '')
    .replace(/<wsse:Reference [^>]*>/, () => nameCertificate(draft.certificateDer, naming))
}

/** zeep BinarySignature: Signature, token, Timestamp; line breaks in base64; wsu bound locally to ns0, ns1. */
export function zeepMessage(draft: Draft): string {
  const { signatureMethod, digestMethod } = { ...defaults, ...draft }
  const references = ['id-b', 'id-t'].map((id) => reference(id, digestMethod, `\n${transform()}\n`))
  return (
    `<?xml version='1.0' encoding='utf-8'?>\n<soap-env:Envelope xmlns:soap-env="${soap11}"><soap-env:Header>` +
    `<wsse:Security xmlns:wsse="${wsse}"><ds:Signature xmlns:ds="${ds}">\n<ds:SignedInfo>\n` +
    `<ds:CanonicalizationMethod Algorithm="${excC14n}"/>\n<ds:SignatureMethod Algorithm="${signatureMethod}"/>\n` +
    `${references.join('\n')}\n</ds:SignedInfo>\n<ds:SignatureValue>\nSIGNATURE\n</ds:SignatureValue>\n` +
    `<ds:KeyInfo>\n<wsse:SecurityTokenReference><wsse:Reference ValueType="${x509v3}" URI="#id-x"/></wsse:SecurityTokenReference></ds:KeyInfo>\n</ds:Signature>` +
    `<wsse:BinarySecurityToken ValueType="${x509v3}" EncodingType="${base64Binary}" xmlns:ns0="${wsu}" ns0:Id="id-x">` +
    `${wrapLines(draft.certificateDer.toString('base64'), 64)}\n</wsse:BinarySecurityToken>` +
    `<ns1:Timestamp xmlns:ns1="${wsu}" ns1:Id="id-t"><ns1:Created>${draft.created}</ns1:Created><ns1:Expires>${draft.expires}</ns1:Expires></ns1:Timestamp>` +
    `</wsse:Security></soap-env:Header><soap-env:Body xmlns:ns0="${wsu}" ns0:Id="id-b">${draft.payload}</soap-env:Body></soap-env:Envelope>`
  )
}

/** WSS4J in BSP mode: PrefixList on every transform and on CanonicalizationMethod, one of them empty; ids on everything. */
export function wss4jMessage(draft: Draft): string {
  const { signatureMethod, digestMethod } = { ...defaults, ...draft }
  return (
    `<soapenv:Envelope xmlns:soapenv="${soap11}" xmlns:urn="urn:unused"><soapenv:Header>` +
    `<wsse:Security xmlns:wsse="${wsse}" xmlns:wsu="${wsu}" soapenv:mustUnderstand="1">` +
    `<wsse:BinarySecurityToken EncodingType="${base64Binary}" ValueType="${x509v3}" wsu:Id="X509-1">${draft.certificateDer.toString('base64')}</wsse:BinarySecurityToken>` +
    `<ds:Signature xmlns:ds="${ds}" Id="SIG-4"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${excC14n}">` +
    `<ec:InclusiveNamespaces xmlns:ec="${excC14n}" PrefixList="soapenv urn"></ec:InclusiveNamespaces></ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod Algorithm="${signatureMethod}"></ds:SignatureMethod>` +
    reference('TS-2', digestMethod, transform('wsse soapenv urn')) +
    reference('id-3', digestMethod, transform('')) +
    `</ds:SignedInfo><ds:SignatureValue>SIGNATURE</ds:SignatureValue><ds:KeyInfo Id="KI-5">` +
    `<wsse:SecurityTokenReference wsu:Id="STR-6"><wsse:Reference URI="#X509-1" ValueType="${x509v3}"/></wsse:SecurityTokenReference></ds:KeyInfo></ds:Signature>` +
    `<wsu:Timestamp wsu:Id="TS-2"><wsu:Created>${draft.created}</wsu:Created><wsu:Expires>${draft.expires}</wsu:Expires></wsu:Timestamp>` +
    `</wsse:Security></soapenv:Header><soapenv:Body xmlns:wsu="${wsu}" wsu:Id="id-3">${draft.payload}</soapenv:Body></soapenv:Envelope>`
  )
}

/** gSOAP's wsse plugin: Timestamp first, then token and Signature; indentation between everything. */
export function gsoapMessage(draft: Draft): string {
  const { signatureMethod, digestMethod } = { ...defaults, ...draft }
  return `<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="${soap11}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:ds="${ds}" xmlns:c14n="${excC14n}" xmlns:wsu="${wsu}" xmlns:wsse="${wsse}">
 <SOAP-ENV:Header>
  <wsse:Security SOAP-ENV:mustUnderstand="1">
   <wsu:Timestamp wsu:Id="Time"><wsu:Created>${draft.created}</wsu:Created><wsu:Expires>${draft.expires}</wsu:Expires></wsu:Timestamp>
   <wsse:BinarySecurityToken wsu:Id="X509Token" ValueType="${x509v3}" EncodingType="${base64Binary}">${draft.certificateDer.toString('base64')}</wsse:BinarySecurityToken>
   <ds:Signature>
    <ds:SignedInfo>
     <ds:CanonicalizationMethod Algorithm="${excC14n}"><c14n:InclusiveNamespaces PrefixList="SOAP-ENV wsse"/></ds:CanonicalizationMethod>
     <ds:SignatureMethod Algorithm="${signatureMethod}"/>
     ${reference('Time', digestMethod, transform('wsu'))}
     ${reference('Body', digestMethod, transform('SOAP-ENV #default'))}
    </ds:SignedInfo>
    <ds:SignatureValue>SIGNATURE</ds:SignatureValue>
    <ds:KeyInfo>
     <wsse:SecurityTokenReference>
      <wsse:Reference URI="#X509Token" ValueType="${x509v3}"/>
     </wsse:SecurityTokenReference>
    </ds:KeyInfo>
   </ds:Signature>
  </wsse:Security>
 </SOAP-ENV:Header>
 <SOAP-ENV:Body wsu:Id="Body">
  ${draft.payload}
 </SOAP-ENV:Body>
</SOAP-ENV:Envelope>
`
}
