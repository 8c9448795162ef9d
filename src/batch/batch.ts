import type { AccessDirectory } from '../access/mandate.ts'
import type { Journal, KeyedDigest } from '../audit/journal.ts'
import type { Log } from '../base/log.ts'
import type { XmlContract } from '../contracts/xsd.ts'
import type { Institution } from '../institutions/institution.ts'
import type { Trust } from '../pki/trust.ts'
import type { DimonaLists } from './dimona/code-rules.ts'
import type { Environment } from './file-name.ts'
import type { BatchStore, PersonDirectory } from './store.ts'

/** A sender of files: its six-digit number, whose it is, and under which legal context its files are taken. */
export interface Expeditor {
  readonly number: string
  /** id of the institution */
  readonly institution: string
  readonly legalContext: string
}

/** Digests (hex) of a declaration file, all taken in the one pass that copied it. */
export interface FileDigests {
  readonly sha256: string
  readonly sha384: string
  readonly sha512: string
}

/** All that the file channel works with; app.ts makes it. */
export interface Batch {
  readonly institutions: readonly Institution[]
  readonly expeditors: readonly Expeditor[]
  readonly access: AccessDirectory
  readonly persons: PersonDirectory
  readonly store: BatchStore
  readonly journal: Journal
  readonly digest: KeyedDigest
  readonly trust: Trust
  /** compiled schemas by file name, e.g. `Dimona_20231.xsd` */
  readonly schemas: ReadonlyMap<string, XmlContract>
  readonly lists: DimonaLists
  /** oldest date that a file name may bear, in days */
  readonly nameAgeDaysMax: number
  readonly log: Log
  /** UTC ms */
  readonly now: () => number
}

/** The IN folder a set was found in. */
export interface Folder {
  readonly expeditor: string
  readonly environment: Environment
}

/** A set of files whose bytes were copied where nobody else writes; the edge hands it in. */
export interface WorkingSet {
  /** random, ours; never a name that came from outside */
  readonly storageId: string
  /** name of the GO file as found */
  readonly goName: string
  readonly folder: Folder
  readonly receivedAtMs: number
  /** what the edge found wrong with the set, as transfer code; the other members are then absent */
  readonly fault?: string
  readonly digests?: FileDigests
  /** bytes of the FS file */
  signature(): Promise<Uint8Array>
  /** bytes of the FI copy, from its beginning at each call */
  declarations(): AsyncIterable<Uint8Array>
}

/** Where answers go: the OUT folder of the sender. Writing the same name again replaces the file by equal content. */
export interface Answers {
  /** writes FO, then its signature FS, then GO */
  publish(
    names: { readonly file: string; readonly signature: string; readonly go: string },
    content: AsyncIterable<string> | Iterable<string>,
  ): Promise<void>
}
