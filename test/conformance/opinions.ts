/** What two other implementations say of one message: xml-crypto in this process, Debian's xmlsec1 in its own. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignedXml } from 'xml-crypto'
import { toPem } from '../../certs-test/x509.ts'
import { findElements, selfContained } from '../fuzz/markup.ts'
import { soap11, soap12, wsse, wsu } from '../ws-security/messages.ts'

export type Opinion = 'accepts' | 'refuses'

/** Whether every reference and the signature value of the first ds:Signature hold under this certificate. */
export function opinionOfXmlCrypto(message: string, certificateDer: Buffer): Opinion {
  const signature = findElements(message)
    .filter(({ name }) => /(^|:)Signature$/.test(name))
    .sort((a, b) => a.start - b.start)[0]
  if (signature === undefined) return 'refuses'
  const verifier = new SignedXml({
    idMode: 'wssecurity',
    publicCert: toPem('CERTIFICATE', certificateDer),
    getCertFromKeyInfo: () => null,
  })
  try {
    verifier.loadSignature(selfContained(message, signature))
    return verifier.checkSignature(message) ? 'accepts' : 'refuses'
  } catch {
    return 'refuses'
  }
}

const idAttributes = [
  `${soap11}:Body`,
  `${soap12}:Body`,
  `${wsu}:Timestamp`,
  `${wsse}:BinarySecurityToken`,
].flatMap((element) => ['--id-attr:Id', element])

export function hasXmlsec1(): boolean {
  return spawnSync('xmlsec1', ['--version']).status === 0
}

/** The same question to xmlsec1; a process a message. */
export function opinionOfXmlsec1(message: Buffer, certificateDer: Buffer): Opinion {
  const directory = mkdtempSync(join(tmpdir(), 'quadrivium-opinion-'))
  try {
    const [file, certificate] = [join(directory, 'message.xml'), join(directory, 'signer.pem')]
    writeFileSync(file, message)
    writeFileSync(certificate, toPem('CERTIFICATE', certificateDer))
    const { status } = spawnSync('xmlsec1', [
      '--verify',
      '--pubkey-cert-pem',
      certificate,
      ...idAttributes,
      file,
    ])
    return status === 0 ? 'accepts' : 'refuses'
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
