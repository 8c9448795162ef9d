import { createHash, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import {
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  unlink,
  type FileHandle,
} from 'node:fs/promises'
import { join } from 'node:path'
import type { Answers, Batch, FileDigests, Folder, WorkingSet } from '../batch/batch.ts'
import { fileName, isFileName, readGoName, type SetName } from '../batch/file-name.ts'
import { handleSet } from '../batch/handle-set.ts'
import { signatureFile } from '../batch/sign-answer.ts'
import { asGatewayError, GatewayError } from '../base/errors.ts'
import { civilDateAt } from '../base/civil-date.ts'

/** Where files come in, wait and go out; sizes are bytes. */
export interface FileDropOptions {
  /** holds `<expeditor>/IN` and `<expeditor>/OUT`: what the SFTP server shows each sender as its own */
  readonly directory: string
  /** ours alone: `working`, `done`, `refused`; holds declarations, so only we may read it */
  readonly work: string
  readonly scanEveryMs: number
  /** how long a set rests after a failure of ours */
  readonly retryAfterMs: number
  readonly declarationsBytesMax: number
  /** detached CMS signature (DER) over an answer known by its SHA-256 digest */
  readonly sign: (sha256: Uint8Array) => Promise<Uint8Array>
}

/** an answer that is being written */
const partPrefix = '.part-'

const signatureBytesMax = 64 * 1024
/** clients write nothing into a GO file, or the two letters `go` */
const goBytesMax = 2

/** What a working folder says of its set. Written last, so that a folder without it was not taken yet. */
interface SetFile {
  readonly goName: string
  readonly folder: Folder
  readonly receivedAtMs: number
  readonly fault?: string
  readonly digests?: FileDigests
  /** names in the IN folder, with the inode that was copied: another file under the same name is left alone */
  readonly sources: readonly { readonly name: string; readonly inode: number }[]
}

/**
 * The watched directory. A set moves IN → working → done or refused, each step by one rename or after one sync, so that after
 * a stop the next scan goes on. Bytes are copied and hashed in one pass and only the copy is read afterwards: whatever
 * happens in IN later changes nothing. Folders are looked at in turn, by scanning: it works on network file systems too.
 */
export class FileDrop {
  readonly #batch: Batch
  readonly #options: FileDropOptions
  readonly #rests = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #scanning: Promise<void> | undefined
  #stopped = false

  constructor(batch: Batch, options: FileDropOptions) {
    this.#batch = batch
    this.#options = options
  }

  /** Makes the folders, takes up what was under way, then scans until `stop`. */
  async start(): Promise<void> {
    await this.prepare()
    const loop = () => {
      this.#timer = setTimeout(() => {
        void this.scan().finally(() => {
          if (!this.#stopped) loop()
        })
      }, this.#options.scanEveryMs)
    }
    loop()
  }

  /** Makes the folders and clears copies that a stop cut short; their sources are still in IN. */
  async prepare(): Promise<void> {
    for (const name of ['working', 'done', 'refused'])
      await mkdir(join(this.#options.work, name), { recursive: true, mode: 0o700 })
    for (const { number } of this.#batch.expeditors) {
      const own = join(this.#options.directory, number)
      for (const name of ['IN', 'OUT']) await mkdir(join(own, name), { recursive: true })
      for (const name of await readdir(join(own, 'OUT')))
        if (name.startsWith(partPrefix)) await rm(join(own, 'OUT', name))
    }
    for (const id of await readdir(this.#working())) {
      const set = await this.#readSet(id)
      if (set === undefined) await rm(this.#working(id), { recursive: true })
      else await this.#clearSources(set).catch((error: unknown) => this.#failed(set.folder, error))
    }
  }

  /** Stops scanning; a set under way is left after its present group of declarations, for the next start. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#scanning
  }

  /** One round: takes every complete set, then handles everything that was taken. Never throws. */
  scan(): Promise<void> {
    this.#scanning ??= this.#round().finally(() => {
      this.#scanning = undefined
    })
    return this.#scanning
  }

  async #round(): Promise<void> {
    try {
      for (const { number } of this.#batch.expeditors) {
        const folder: Folder = { expeditor: number, environment: 'R' }
        // what one sender does in its folder must not stop the others
        await this.#take(folder).catch((error: unknown) => this.#failed(folder, error))
      }
      for (const id of await readdir(this.#working())) {
        if (this.#stopped) return
        if ((this.#rests.get(id) ?? 0) <= this.#batch.now()) await this.#handle(id)
      }
    } catch (error) {
      this.#batch.log.error('file scan failed', { code: asGatewayError(error).code }, error)
    }
  }

  #failed({ expeditor }: Folder, error: unknown): void {
    const { code } = asGatewayError(error)
    this.#batch.log.error('IN folder not read to its end', { expeditor, code }, error)
  }

  #working(...names: readonly string[]): string {
    return join(this.#options.work, 'working', ...names)
  }

  #in({ expeditor }: Folder, ...names: readonly string[]): string {
    return join(this.#options.directory, expeditor, 'IN', ...names)
  }

  // ---- IN → working

  async #take(folder: Folder): Promise<void> {
    const names = (await readdir(this.#in(folder))).sort()
    for (const name of names) if (name.startsWith('TD.')) await this.#cancel(folder, name)
    for (const name of names) if (name.startsWith('GO.')) await this.#copy(folder, name)
  }

  /** A TD file takes the set of the same name back, as long as it was not taken. */
  async #cancel(folder: Folder, cancelName: string): Promise<void> {
    const name = this.#readName(`GO${cancelName.slice(2)}`, folder, this.#batch.now())
    if (name === undefined) return
    for (const prefix of ['GO', 'FS', 'FI', 'TD'] as const)
      await rm(this.#in(folder, fileName(prefix, name)), { force: true })
  }

  #readName(goName: string, folder: Folder, atMs: number): SetName | undefined {
    const read = readGoName(goName, folder, civilDateAt(atMs), this.#batch.nameAgeDaysMax)
    return read.kind === 'name' ? read.name : undefined
  }

  async #copy(folder: Folder, goName: string): Promise<void> {
    const go = await lstat(this.#in(folder, goName)).catch(() => undefined)
    // a folder cannot be taken out of IN like a file: it would come back with every scan
    if (go === undefined || go.isDirectory()) return
    const id = randomUUID()
    await mkdir(this.#working(id), { mode: 0o700 })
    const receivedAtMs = this.#batch.now()
    const name = this.#readName(goName, folder, receivedAtMs)
    const isPlain = go.isFile() && go.size <= goBytesMax
    const base = { folder, receivedAtMs }
    const sources = [{ name: goName, inode: go.ino }]
    let set: SetFile
    if (name === undefined || !isPlain) {
      const fault = isPlain ? undefined : '107'
      set = { ...base, goName: printable(goName), sources, ...(fault && { fault }) }
    } else {
      const copied = await this.#copySources(id, folder, name)
      set = { ...base, goName, ...copied, sources: [...sources, ...copied.sources] }
    }
    await writeDurably(this.#working(id, 'set.json'), JSON.stringify(set))
    await syncFolder(this.#working(id))
    await syncFolder(this.#working())
    try {
      await this.#clearSources(set)
    } catch (error) {
      // a GO that stays in IN would be taken again with every scan
      const isLeft = (await lstat(this.#in(folder, goName)).catch(() => undefined)) !== undefined
      if (isLeft) await rm(this.#working(id), { recursive: true })
      throw error
    }
  }

  async #copySources(
    id: string,
    folder: Folder,
    name: SetName,
  ): Promise<Pick<SetFile, 'fault' | 'digests' | 'sources'>> {
    const from = (prefix: 'FI' | 'FS') => this.#in(folder, fileName(prefix, name))
    const { declarationsBytesMax } = this.#options
    const fi = await copyHashed(from('FI'), this.#working(id, 'FI'), declarationsBytesMax)
    const fs = await copyHashed(from('FS'), this.#working(id, 'FS'), signatureBytesMax)
    const sources = [
      ...('inode' in fs ? [{ name: fileName('FS', name), inode: fs.inode }] : []),
      ...('inode' in fi ? [{ name: fileName('FI', name), inode: fi.inode }] : []),
    ]
    const fault = fi.kind === 'copied' ? fsFaults[fs.kind] : fiFaults[fi.kind]
    return {
      sources,
      ...(fault !== undefined && { fault }),
      ...(fi.kind === 'copied' && { digests: fi.digests }),
    }
  }

  /** GO goes first: without it nothing in IN can start the set a second time. */
  async #clearSources({ folder, sources }: SetFile): Promise<void> {
    for (const { name, inode } of sources) {
      const path = this.#in(folder, name)
      const now = await lstat(path).catch(() => undefined)
      if (now?.ino === inode) await unlink(path)
    }
  }

  // ---- working → done, refused

  async #readSet(id: string): Promise<SetFile | undefined> {
    const text = await readFile(this.#working(id, 'set.json'), 'utf8').catch(() => undefined)
    return text === undefined ? undefined : (JSON.parse(text) as SetFile)
  }

  async #handle(id: string): Promise<void> {
    try {
      const file = await this.#readSet(id)
      if (file === undefined) return
      const set: WorkingSet = {
        ...file,
        storageId: id,
        signature: () => readFile(this.#working(id, 'FS')),
        declarations: () => this.#untilStopped(chunksOf(this.#working(id, 'FI'))),
      }
      const end = await handleSet(this.#batch, set, this.#answers(file.folder))
      await rename(this.#working(id), join(this.#options.work, end, id))
      this.#rests.delete(id)
    } catch (error) {
      // nothing is lost: journal, store and working folder say where to go on
      this.#rests.set(id, this.#batch.now() + this.#options.retryAfterMs)
      this.#batch.log.error(
        'file set not finished',
        { set: id, code: asGatewayError(error).code },
        error,
      )
    }
  }

  /** A large file does not hold up a stop: the next start goes on after the last outcome. */
  async *#untilStopped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      if (this.#stopped) throw new GatewayError('OVERLOADED', 'the gateway stops')
      yield chunk
    }
  }

  #answers({ expeditor }: Folder): Answers {
    const out = (name: string) => join(this.#options.directory, expeditor, 'OUT', name)
    return {
      publish: async (names, content) => {
        const hash = createHash('sha256')
        await writeDurably(out(names.file), content, (text) => hash.update(text))
        const signature = await this.#options.sign(hash.digest())
        await writeDurably(out(names.signature), signatureFile(signature))
        await writeDurably(out(names.go), '')
        await syncFolder(join(this.#options.directory, expeditor, 'OUT'))
      },
    }
  }
}

/** A name from outside as a receipt may repeat it. */
function printable(name: string): string {
  return isFileName(name) ? name : name.replace(/[^A-Za-z0-9.]/g, '_').slice(0, 64)
}

type Copied =
  | { readonly kind: 'copied'; readonly digests: FileDigests; readonly inode: number }
  | { readonly kind: 'absent' | 'folder' }
  | { readonly kind: 'irregular' | 'tooLarge' | 'empty'; readonly inode: number }

/** Transfer codes of annex 30 for what is wrong with a file of the set. */
const fiFaults = {
  absent: '120',
  folder: '131',
  irregular: '131',
  tooLarge: '184',
  empty: '134',
} as const
const fsFaults = {
  copied: undefined,
  absent: '122',
  folder: '132',
  irregular: '132',
  tooLarge: '132',
  empty: '132',
} as const

/** Copies a file that somebody else may be writing to, once, hashing the bytes that are written. Links are not followed. */
async function copyHashed(from: string, to: string, bytesMax: number): Promise<Copied> {
  const link = await lstat(from).catch(() => undefined)
  if (link === undefined) return { kind: 'absent' }
  if (link.isDirectory()) return { kind: 'folder' }
  const inode = link.ino
  if (!link.isFile()) return { kind: 'irregular', inode }
  const source = await openPlain(from)
  if (source === undefined) return { kind: 'irregular', inode }
  const target = await open(to, 'wx', 0o600)
  try {
    const hashes = [createHash('sha256'), createHash('sha384'), createHash('sha512')] as const
    let size = 0
    for await (const chunk of readChunks(source)) {
      size += chunk.length
      if (size > bytesMax) return { kind: 'tooLarge', inode }
      for (const hash of hashes) hash.update(chunk)
      await target.writeFile(chunk)
    }
    await target.sync()
    const [sha256, sha384, sha512] = hashes
    const digests = {
      sha256: sha256.digest('hex'),
      sha384: sha384.digest('hex'),
      sha512: sha512.digest('hex'),
    }
    return size === 0 ? { kind: 'empty', inode } : { kind: 'copied', digests, inode }
  } finally {
    await source.close()
    await target.close()
  }
}

/** Opens without following a link and without waiting for a pipe; undefined when it is no plain file after all. */
async function openPlain(path: string): Promise<FileHandle | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const handle = await open(path, flags).catch(() => undefined)
  if (handle === undefined) return undefined
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  return undefined
}

const chunkBytes = 64 * 1024

async function* readChunks(handle: FileHandle): AsyncGenerator<Uint8Array> {
  for (;;) {
    // a buffer of its own each time: the consumer may keep the chunk
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  const handle = await open(path, 'r')
  try {
    yield* readChunks(handle)
  } finally {
    await handle.close()
  }
}

/** Writes under a hidden name, syncs, then gives the real name: nobody sees half a file. */
async function writeDurably(
  path: string,
  content: string | AsyncIterable<string> | Iterable<string>,
  onText: (text: string) => void = () => undefined,
): Promise<void> {
  const part = join(path, '..', `${partPrefix}${randomUUID()}`)
  const handle = await open(part, 'wx', 0o640)
  try {
    for await (const text of typeof content === 'string' ? [content] : content) {
      onText(text)
      await handle.writeFile(text)
    }
    await handle.sync()
  } catch (error) {
    await rm(part, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  await rename(part, path)
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
