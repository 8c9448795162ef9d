/** Writes the test PKI into certs-test/out; see README.md. */
import { createHash, X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { writePkcs12 } from './pkcs12.ts'
import { writeRegistry } from './registry.ts'
import { authorityIds, newTestPki, type Issued, type TestPki } from './test-pki.ts'
import { keyToPem, toPem } from './x509.ts'

/** Raise it when names, extensions or the file list change: `--if-absent` then makes them anew. */
const version = 12

/** The password of every PKCS#12 file; a test secret (README.md). */
const pkcs12Password = 'test'

interface ManifestFile {
  readonly file: string
  readonly what: string
  /** SHA-256 of the file's bytes, hex */
  readonly sha256: string
  /** for a certificate: SHA-256 of its DER, hex */
  readonly certificateSha256?: string
}

/** certs-test/out/manifest.json */
interface Manifest {
  readonly version: number
  readonly validFrom: string
  readonly validUntil: string
  readonly pkcs12Password: string
  /** what a gateway of the sandbox trusts */
  readonly trust: {
    readonly anchors: readonly string[]
    readonly authorities: readonly string[]
    readonly trustedList: string
    readonly crls: readonly string[]
  }
  readonly files: readonly ManifestFile[]
}

type Write = (file: string, what: string, content: string | Uint8Array, der?: Uint8Array) => void

const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex')

function writeIssued(write: Write, { stem, what, identity, issuer }: Issued): void {
  const chain = [identity.der, issuer.der]
  const pems = chain.map((der) => toPem('CERTIFICATE', der))
  write(`${stem}.pem`, `${what}: certificate`, pems[0] ?? '', identity.der)
  write(`${stem}.chain.pem`, `${what}: certificate, issuing CA`, pems.join(''), identity.der)
  write(`${stem}.key.pem`, `${what}: private key (PKCS#8)`, keyToPem(identity.privateKey))
  const pkcs12 = writePkcs12(identity.privateKey, chain, stem, pkcs12Password)
  write(`${stem}.p12`, `${what}: key, certificate, issuing CA (PKCS#12)`, pkcs12)
}

const authorityMeanings = {
  root: 'root, the trust anchor, RSA-3072',
  qualified: 'issuing CA of the trusted list, RSA-2048',
  other: 'issuing CA that is not on the trusted list, P-256',
  unknown: 'CA outside the trust, RSA-2048',
} as const

function writeAuthorities(write: Write, { authorities, crls }: TestPki): void {
  for (const id of authorityIds) {
    const { der, privateKey } = authorities[id]
    const what = authorityMeanings[id]
    write(`ca/${id}.pem`, `${what}: certificate`, toPem('CERTIFICATE', der), der)
    write(`ca/${id}.key.pem`, `${what}: private key (PKCS#8)`, keyToPem(privateKey))
    write(`ca/${id}.crl`, `${what}: CRL (DER)`, crls[id])
    write(`ca/${id}.crl.pem`, `${what}: CRL (PEM)`, toPem('X509 CRL', crls[id]))
  }
}

/** The trusted list, in the form that src/pki/trusted-list.ts reads: one CA of qualified seals, granted from the start. */
function writeTrustedList({ authorities, times }: TestPki): string {
  const instant = (time: Date) => time.toISOString().replace('.000Z', 'Z')
  const list = {
    territory: 'BE',
    sequenceNumber: 1,
    issued: instant(times.start),
    // longer than any certificate: tests look at other days
    nextUpdate: instant(times.authorityEnd),
    services: [
      {
        type: 'CA/QC',
        uses: ['ForeSeals'],
        subject: nameOf(authorities.qualified.der),
        sha256: sha256(authorities.qualified.der),
        statuses: [{ status: 'granted', since: instant(times.start) }],
      },
    ],
  }
  return `${JSON.stringify(list, undefined, 2)}\n`
}

/** RFC 4514: the last attribute first. */
const nameOf = (der: Uint8Array) => new X509Certificate(der).subject.split('\n').reverse().join(',')

/** Writes every file and the manifest below `directory`. */
function writeAll(directory: string, pki: TestPki): Manifest {
  const files: ManifestFile[] = []
  const write: Write = (file, what, content, der) => {
    mkdirSync(dirname(join(directory, file)), { recursive: true })
    writeFileSync(join(directory, file), content)
    const entry = { file, what, sha256: sha256(content) }
    files.push(der === undefined ? entry : { ...entry, certificateSha256: sha256(der) })
  }
  writeAuthorities(write, pki)
  for (const issued of pki.issued) writeIssued(write, issued)
  const list = writeTrustedList(pki)
  write('trusted-list.json', 'trusted list of the sandbox', list)
  write('trusted-list.json.sha256', 'its pin', `${sha256(list)}  trusted-list.json\n`)
  write('institutions.json', 'institution registry of the sandbox', writeRegistry(pki))
  const manifest: Manifest = {
    version,
    validFrom: pki.times.start.toISOString(),
    validUntil: pki.times.end.toISOString(),
    pkcs12Password,
    trust: {
      anchors: ['ca/root.pem'],
      authorities: ['ca/qualified.pem', 'ca/other.pem'],
      trustedList: 'trusted-list.json',
      crls: ['ca/root.crl', 'ca/qualified.crl', 'ca/other.crl'],
    },
    files,
  }
  writeFileSync(join(directory, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
  return manifest
}

/** Whether the directory holds a whole set of this version that is valid for another 30 days. */
function isComplete(directory: string, nowMs: number): boolean {
  const file = join(directory, 'manifest.json')
  if (!existsSync(file)) return false
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Partial<Manifest>
  return (
    manifest.version === version &&
    Date.parse(manifest.validUntil ?? '') > nowMs + 30 * 86_400_000 &&
    (manifest.files ?? []).every((one) => existsSync(join(directory, one.file)))
  )
}

const help = `Makes the test certificates (names and extensions fixed, keys random).

usage: npm run certs -- [--if-absent] [--out DIRECTORY]

  --if-absent      do nothing when the directory already holds a complete, valid set
  --out DIRECTORY  where to write (default: certs-test/out)
  --help           this text
`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'if-absent': { type: 'boolean', default: false },
      out: { type: 'string', default: join(import.meta.dirname, 'out') },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(help)
    return
  }
  const directory = resolve(values.out)
  if (values['if-absent'] && isComplete(directory, Date.now())) return
  // written aside and moved in one step: a reader never sees half a set
  const aside = `${directory}.${process.pid}`
  const { files } = writeAll(aside, await newTestPki(Date.now()))
  rmSync(directory, { recursive: true, force: true })
  renameSync(aside, directory)
  console.log(`test certificates: ${files.length} files in ${directory}`)
}

await main()
