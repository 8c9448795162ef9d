import { join } from 'node:path'
import { fillSandbox } from './access/sandbox.ts'
import type { SigningKeys } from './app-keys.ts'
import { civilDateAt } from './base/civil-date.ts'
import { schemaNames } from './batch/forms.ts'
import { signAnswer, type AnswerSigner } from './batch/sign-answer.ts'
import { compileXsd } from './contracts/xsd.ts'
import { AccessDb } from './store/access-db.ts'
import { DimonaDb } from './store/dimona-db.ts'
import { registeredPeriods } from './store/dimona-view.ts'
import { FileDrop } from './transport/file-drop.ts'
import { readEnterpriseNumber } from './base/enterprise.ts'
import { valuesOf } from './config-limits.ts'
import type { Config, FilesConfig } from './config.ts'
import type { ContractFile } from './contracts/contracts.ts'
import type { CodeList } from './registers/code-list.ts'
import { storeSource } from './sources/store-source.ts'
import { dataPaths, type Store } from './store/data-directory.ts'
import type { Channel } from './transport/channel.ts'
import { signData, type HouseKey } from './ws-security/sign.ts'

/** What the file channel shares with the others. */
export interface FileParts {
  readonly channel: Channel
  readonly store: Store
  readonly schemas: readonly ContractFile[]
  readonly codeLists: ReadonlyMap<string, CodeList>
  readonly keys: SigningKeys
}

/** The watched directory of file sets, with its own register of Dimona periods and its mandates. */
export async function startFiles(config: Config, files: FilesConfig, parts: FileParts) {
  const { channel, store, schemas, codeLists } = parts
  const { nowMs } = channel
  const limits = valuesOf('files', files)
  const access = new AccessDb(join(config.dataDirectory, 'access.db'))
  if (files.sandbox === true) await fillSandboxOnce(access, store, nowMs())
  const dimona = new DimonaDb(
    dataPaths(config.dataDirectory).dimona,
    registeredPeriods(store.registers.db),
  )
  const bytesByPath = new Map(schemas.map(({ path, bytes }) => [path, bytes]))
  const drop = new FileDrop(
    {
      institutions: channel.institutions,
      expeditors: Object.entries(files.expeditors).map(([number, one]) => ({ number, ...one })),
      access,
      persons: storeSource(store.registers),
      store: dimona,
      journal: store.journal,
      digest: store.personDigest,
      trust: channel.trust,
      schemas: new Map(
        schemaNames('DIMN').map((name) => [
          name,
          compileXsd(`structured-messages/${name}`, bytesByPath),
        ]),
      ),
      lists: {
        countries: listNamed(codeLists, 'countries'),
        activities: listNamed(codeLists, 'activities-with-risk'),
        postcodes: listNamed(codeLists, 'postcodes'),
      },
      nameAgeDaysMax: limits.nameAgeDaysMax,
      log: channel.log,
      now: nowMs,
    },
    {
      directory: files.directory,
      work: join(config.dataDirectory, 'files'),
      scanEveryMs: limits.scanEveryMs,
      retryAfterMs: limits.retryAfterMs,
      declarationsBytesMax: limits.declarationsBytesMax,
      sign: (sha256) => signAnswer(sha256, signerOf(parts.keys.at(nowMs())), nowMs()),
    },
  )
  await drop.start()
  return {
    close: async () => {
      await drop.stop()
      dimona.close()
      access.close()
    },
  }
}

function listNamed(codeLists: ReadonlyMap<string, CodeList>, name: string): CodeList {
  const list = codeLists.get(name)
  if (list === undefined) throw new Error(`code list \`${name}\` is absent`)
  return list
}

function signerOf(key: HouseKey): AnswerSigner {
  const keyType = key.kind === 'rsa' ? 'rsa' : 'ec'
  return { certificate: key.certificate, keyType, sign: (data) => signData(data, key) }
}

/** The sandbox's mandates, unless the access directory holds enterprises already. */
async function fillSandboxOnce(access: AccessDb, store: Store, nowMs: number): Promise<void> {
  const institutions = await store.registers.institutions()
  const institution = (id: string) => {
    const found = institutions.find((one) => one.id === id)
    if (found === undefined)
      throw new Error(`files.sandbox: institution \`${id}\` is not registered`)
    return found.enterpriseNumber
  }
  if ((await access.enterprise(institution('atelier'))) !== undefined) return
  await fillSandbox(access, {
    institution,
    employer: async (nssoNumber) => {
      const row = await store.registers.employer(nssoNumber)
      const number = readEnterpriseNumber(row?.enterpriseNumber ?? '')
      if (number === undefined)
        throw new Error('files.sandbox: the registers are not synthetic ones')
      return number
    },
    from: civilDateAt(Date.UTC(2020, 0, 1)),
    nowMs,
  })
}
