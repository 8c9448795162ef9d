import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Ajv } from 'ajv'
import { readLocatedJson } from './base/located-json.ts'
import { schemaFault } from './base/schema-fault.ts'
import { schemaOf, type Section, type ValuesOf } from './config-limits.ts'

/**
 * The configuration of `quadrivium serve`: one JSON file, validated at start, unknown keys refused, never read on import.
 * Paths are relative to the file.
 */
export interface Config {
  /** address that clients use, without a final slash; stands in `soap:address`, never taken from the Host header */
  readonly publicUrl: string
  readonly listen: {
    readonly host: string
    /** 0 takes a free port */
    readonly port: number
    /** plain HTTP instead of TLS; loopback hosts only, for measurements */
    readonly plain?: boolean
  }
  /** where registers, replay keys, journals and keys of the house are kept */
  readonly dataDirectory: string
  /** the server's TLS certificate chain and key */
  readonly tls: KeyFiles
  /** certificate and key that sign replies, and those that sign from a time on (UTC, e.g. 2027-01-15T00:00:00Z) */
  readonly signing: SigningKeyConfig & {
    readonly next?: SigningKeyConfig & { readonly from: string }
  }
  /** certificate authorities of the institutions */
  readonly authorities: readonly {
    readonly certificate: string
    readonly anchor?: boolean
    /** its CRL in a file, DER; read again at each refresh */
    readonly crl?: string
    /** where its CRL is fetched, http or https */
    readonly crlUrl?: string
    /** its OCSP responder, http or https */
    readonly ocspUrl?: string
    /** false for a responder that does not repeat a nonce */
    readonly ocspNonce?: boolean
  }[]
  /** says which authorities issue qualified seals, JSON; signing certificates come from those only */
  readonly trustedList: TrustedListFile
  /** registry of institutions, JSON */
  readonly institutions: string
  /** folder of deliberation files; no default, since the one of the package holds what is invented for the sandbox */
  readonly deliberations: string
  /** these seven: config-limits.ts */
  readonly limits?: Partial<ValuesOf<'limits'>>
  readonly soapStructure?: Partial<ValuesOf<'soapStructure'>>
  readonly signedMessages?: Partial<ValuesOf<'signedMessages'>>
  readonly certificates?: Partial<ValuesOf<'certificates'>>
  readonly revocation?: Partial<ValuesOf<'revocation'>>
  readonly replayKeys?: Partial<ValuesOf<'replayKeys'>>
  readonly keptAnswers?: Partial<ValuesOf<'keptAnswers'>>
  /** where replay keys and kept answers are when the gateways of several machines share them; `hot.db` of this machine when absent */
  readonly replayDatabase?: ReplayDatabaseConfig
  /** one reply in this many is validated against its schema after it has left; 0 for never */
  readonly validateOneReplyIn?: number
  /** directory watched for file sets FI/FS/GO; absent when no files are taken */
  readonly files?: FilesConfig
  readonly logLevel?: 'info' | 'warn' | 'error' | 'silent'
}

export interface KeyFiles {
  /** PEM; for TLS the whole chain */
  readonly certificate: string
  /** PEM or PKCS#12 */
  readonly key: string
  /** the password of the key, alone in a file */
  readonly passwordFile?: string
}

/** A key in files, or one in a device beside its certificate in a file. */
export type SigningKeyConfig = KeyFiles | DeviceKey

export interface DeviceKey {
  /** PEM */
  readonly certificate: string
  readonly pkcs11: Pkcs11Key
}

/** Where a key is behind PKCS#11: the token by label or serial number (or both), the key by label or id (or both). */
export interface Pkcs11Key extends Partial<ValuesOf<'pkcs11'>> {
  /** the device's shared library */
  readonly module: string
  readonly tokenLabel?: string
  readonly tokenSerial?: string
  /** CKA_LABEL */
  readonly keyLabel?: string
  /** CKA_ID, lower-case hex */
  readonly keyId?: string
  /** the user PIN: alone in a file, or in a variable of the environment; exactly one of the two */
  readonly pinFile?: string
  readonly pinVariable?: string
}

/** A PostgreSQL database, by exactly one of `socket` and `host`. */
export interface ReplayDatabaseConfig extends Partial<ValuesOf<'replayDatabase'>> {
  /** directory of the server's Unix socket */
  readonly socket?: string
  /** beyond loopback only over TLS, with `ca` */
  readonly host?: string
  /** 5432 when absent */
  readonly port?: number
  readonly database: string
  readonly user: string
  /** the user's password, alone in a file; read at each connection */
  readonly passwordFile?: string
  /** PEM: the authorities one of which must have issued the server's certificate, for `host` */
  readonly ca?: string
}

/** A trusted list is taken only with the bytes that somebody looked at: exactly one of `sha256` and `sha256File` pins them. */
export interface TrustedListFile {
  readonly file: string
  /** lower-case hex of the SHA-256 of the file */
  readonly sha256?: string
  /** the same, in a file as `sha256sum` writes it */
  readonly sha256File?: string
  /** what happens after its next update: nobody's seal is qualified (and no start), or a warning in the log; default refuse */
  readonly whenExpired?: 'refuse' | 'warn'
}

export interface FilesConfig extends Partial<ValuesOf<'files'>> {
  readonly directory: string
  /** who may send files: expeditor number → institution id and the legal context of its files (design.md §3) */
  readonly expeditors: Readonly<
    Record<string, { readonly institution: string; readonly legalContext: string }>
  >
  /** fills an empty access directory with the mandates of the sandbox; never in production */
  readonly sandbox?: boolean
}

const text = { type: 'string', minLength: 1 } as const
const flag = { type: 'boolean' } as const

function strictObject(required: readonly string[], properties: Record<string, object>): object {
  return { type: 'object', required, additionalProperties: false, properties }
}

const address = { type: 'string', pattern: '^https?://[^/@\\s]+(/\\S*)?$' } as const

const section = (name: Section) => strictObject([], schemaOf(name))

const keyFiles = { certificate: text, key: text, passwordFile: text }
const pair = strictObject(['certificate', 'key'], keyFiles)
const instant = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' } as const
const pkcs11 = {
  ...strictObject(['module'], {
    ...schemaOf('pkcs11'),
    module: text,
    tokenLabel: text,
    tokenSerial: text,
    keyLabel: text,
    keyId: { type: 'string', pattern: '^([0-9a-f]{2})+$' },
    pinFile: text,
    pinVariable: text,
  }),
  allOf: [
    { anyOf: [{ required: ['tokenLabel'] }, { required: ['tokenSerial'] }] },
    { anyOf: [{ required: ['keyLabel'] }, { required: ['keyId'] }] },
    { oneOf: [{ required: ['pinFile'] }, { required: ['pinVariable'] }] },
  ],
}
const fileOrDevice = (required: readonly string[], more: Record<string, object>) => ({
  ...strictObject(required, { ...keyFiles, pkcs11, ...more }),
  oneOf: [{ required: ['key'] }, { required: ['pkcs11'] }],
  dependencies: { passwordFile: ['key'] },
})
const signingKey = fileOrDevice(['certificate'], {
  next: fileOrDevice(['certificate', 'from'], { from: instant }),
})

const trustedList = {
  ...strictObject(['file'], {
    file: text,
    sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    sha256File: text,
    whenExpired: { enum: ['refuse', 'warn'] },
  }),
  oneOf: [{ required: ['sha256'] }, { required: ['sha256File'] }],
}

const replayDatabase = {
  ...strictObject(['database', 'user'], {
    ...schemaOf('replayDatabase'),
    socket: text,
    host: text,
    port: { type: 'integer', minimum: 1, maximum: 65_535 },
    database: text,
    user: text,
    passwordFile: text,
    ca: text,
  }),
  oneOf: [{ required: ['socket'] }, { required: ['host'] }],
  dependencies: { ca: ['host'] },
}

/** JSON Schema of the file, with the keys of the type above. */
export const configSchema = strictObject(
  [
    'publicUrl',
    'listen',
    'dataDirectory',
    'tls',
    'signing',
    'authorities',
    'trustedList',
    'institutions',
    'deliberations',
  ],
  {
    publicUrl: { type: 'string', pattern: '^https?://[^/]+$' },
    listen: strictObject(['host', 'port'], {
      host: text,
      port: { type: 'integer', minimum: 0, maximum: 65_535 },
      plain: flag,
    }),
    dataDirectory: text,
    tls: pair,
    signing: signingKey,
    authorities: {
      type: 'array',
      minItems: 1,
      items: strictObject(['certificate'], {
        certificate: text,
        anchor: flag,
        crl: text,
        crlUrl: address,
        ocspUrl: address,
        ocspNonce: flag,
      }),
    },
    trustedList,
    institutions: text,
    deliberations: text,
    limits: section('limits'),
    soapStructure: section('soapStructure'),
    signedMessages: section('signedMessages'),
    certificates: section('certificates'),
    revocation: section('revocation'),
    replayKeys: section('replayKeys'),
    keptAnswers: section('keptAnswers'),
    replayDatabase,
    validateOneReplyIn: { type: 'integer', minimum: 0, maximum: 1_000_000 },
    files: strictObject(['directory', 'expeditors'], {
      ...schemaOf('files'),
      directory: text,
      sandbox: flag,
      expeditors: {
        type: 'object',
        additionalProperties: strictObject(['institution', 'legalContext'], {
          institution: text,
          legalContext: text,
        }),
      },
    }),
    logLevel: { enum: ['info', 'warn', 'error', 'silent'] },
  },
)

const validate = new Ajv({ allErrors: true }).compile<Config>(configSchema)

/** Something in the configuration is wrong; the message says where and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])

/** Reads and checks a configuration; paths come out absolute. Throws ConfigError. */
export function loadConfig(file: string): Config {
  const config = parse(file)
  if (config.listen.plain === true && !loopback.has(config.listen.host)) {
    throw new ConfigError(
      `${file}: listen.plain needs a loopback host, not \`${config.listen.host}\``,
    )
  }
  if (!config.authorities.some(({ anchor }) => anchor === true)) {
    throw new ConfigError(`${file}: authorities: none is marked \`anchor\``)
  }
  const { next } = config.signing
  if (next !== undefined && Number.isNaN(Date.parse(next.from))) {
    throw new ConfigError(`${file}: signing.next.from is no time`)
  }
  const { replayDatabase } = config
  if (
    replayDatabase?.host !== undefined &&
    replayDatabase.ca === undefined &&
    !loopback.has(replayDatabase.host)
  ) {
    throw new ConfigError(
      `${file}: replayDatabase needs \`ca\` for the host \`${replayDatabase.host}\`: beyond loopback it is reached over TLS only`,
    )
  }
  const at = (path: string) => resolve(dirname(file), path)
  const keyPair = <Files extends KeyFiles>(files: Files): Files => ({
    ...files,
    certificate: at(files.certificate),
    key: at(files.key),
    ...(files.passwordFile !== undefined && { passwordFile: at(files.passwordFile) }),
  })
  const signingKey = (key: SigningKeyConfig): SigningKeyConfig =>
    'pkcs11' in key
      ? {
          certificate: at(key.certificate),
          pkcs11: {
            ...key.pkcs11,
            module: at(key.pkcs11.module),
            ...(key.pkcs11.pinFile !== undefined && { pinFile: at(key.pkcs11.pinFile) }),
          },
        }
      : keyPair(key)
  return {
    ...config,
    dataDirectory: at(config.dataDirectory),
    tls: keyPair(config.tls),
    signing: {
      ...signingKey(config.signing),
      ...(next !== undefined && { next: { ...signingKey(next), from: next.from } }),
    },
    institutions: at(config.institutions),
    deliberations: at(config.deliberations),
    trustedList: {
      ...config.trustedList,
      file: at(config.trustedList.file),
      ...(config.trustedList.sha256File !== undefined && {
        sha256File: at(config.trustedList.sha256File),
      }),
    },
    authorities: config.authorities.map((authority) => ({
      ...authority,
      certificate: at(authority.certificate),
      ...(authority.crl !== undefined && { crl: at(authority.crl) }),
    })),
    ...(replayDatabase !== undefined && {
      replayDatabase: {
        ...replayDatabase,
        ...(replayDatabase.socket !== undefined && { socket: at(replayDatabase.socket) }),
        ...(replayDatabase.passwordFile !== undefined && {
          passwordFile: at(replayDatabase.passwordFile),
        }),
        ...(replayDatabase.ca !== undefined && { ca: at(replayDatabase.ca) }),
      },
    }),
    ...(config.files !== undefined && {
      files: { ...config.files, directory: at(config.files.directory) },
    }),
  }
}

function parse(file: string): Config {
  let content: string
  try {
    content = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new ConfigError(`${file}: cannot be read`, { cause })
  }
  const read = readLocatedJson(content)
  if ('reason' in read) throw new ConfigError(`${file}:${read.line}: ${read.reason}`)
  const { value, lineOf } = read
  if (validate(value)) return value
  const faults = (validate.errors ?? []).map((error) => {
    const { instancePath, params } = error
    const unknown = 'additionalProperty' in params ? String(params['additionalProperty']) : ''
    return `${file}:${lineOf(`${instancePath}/${unknown}`)}: ${instancePath || '/'} ${schemaFault(error)}`
  })
  throw new ConfigError(faults.join('; '))
}
