import { Ajv, type ErrorObject } from 'ajv'
import formatsPlugin from 'ajv-formats'
import schema from '../../schemas/deliberation/v1.json' with { type: 'json' }
import { checkDeliberation, checkPrerequisite, checkTogether, type Finding } from './check.ts'
import { readLocatedJson, type LocatedJson } from '../base/located-json.ts'
import { schemaFault } from '../base/schema-fault.ts'
import type { Deliberation, Deliberations, Prerequisite } from './model.ts'

/** One file as it stands in the folder; `name` is told in faults. */
export interface DeliberationText {
  readonly name: string
  readonly text: string
}

/** What is wrong in a file, where. */
export interface FileFault {
  readonly file: string
  readonly line: number
  readonly reason: string
}

/** The folder cannot be used. It stops the start: no caller ever sees it, so it has no code of `errorMeanings`. */
export class DeliberationFileError extends Error {
  override readonly name = 'DeliberationFileError'
  readonly faults: readonly FileFault[]

  constructor(faults: readonly FileFault[]) {
    super(faults.map(({ file, line, reason }) => `${file}:${line}: ${reason}`).join('\n'))
    this.faults = faults
  }
}

// ajv-formats is a CommonJS module whose default export is typed as a namespace under NodeNext
const addFormats = formatsPlugin as unknown as (ajv: Ajv, formats: string[]) => void
const ajv = new Ajv({ strict: true, allErrors: false, discriminator: true })
addFormats(ajv, ['date'])
const validate = ajv.compile<Omit<Deliberation, 'file'> | Omit<Prerequisite, 'file'>>(schema)

/**
 * Reads all files of a deliberations folder, all or nothing. Throws DeliberationFileError with file, line and reason of every
 * fault: JSON syntax, schema, unknown path, overlapping versions, unknown prerequisite, empty grants, no file at all.
 */
export function readDeliberations(files: readonly DeliberationText[]): Deliberations {
  const faults: FileFault[] = []
  const read = files.flatMap((file) => {
    const one = readOne(file)
    if ('document' in one) return [one]
    faults.push(...one.faults)
    return []
  })
  if (files.length === 0) faults.push({ file: '.', line: 1, reason: 'no deliberation file' })
  // what one file says of another is told only when each is whole by itself
  if (faults.length === 0) {
    const lines = new Map(read.map(({ document, json }) => [document.file, json]))
    const found = checkTogether(read.map(({ document }) => document))
    for (const { file, ...finding } of found) faults.push(faultOf(file, lines.get(file), finding))
  }
  if (faults.length > 0) throw new DeliberationFileError(faults)
  const documents = read.map(({ document }) => document)
  return {
    deliberations: documents.filter((one) => one.kind === 'deliberation'),
    prerequisites: documents.filter((one) => one.kind === 'prerequisite'),
  }
}

type ReadFile =
  | { readonly document: Deliberation | Prerequisite; readonly json: LocatedJson }
  | { readonly faults: readonly FileFault[] }

function readOne({ name, text }: DeliberationText): ReadFile {
  const json = readLocatedJson(text)
  if ('reason' in json) return { faults: [{ file: name, ...json }] }
  const { value } = json
  if (!validate(value)) {
    return { faults: (validate.errors ?? []).map((error) => faultOfSchema(name, json, error)) }
  }
  const document: Deliberation | Prerequisite = { ...value, file: name }
  const found =
    document.kind === 'deliberation' ? checkDeliberation(document) : checkPrerequisite(document)
  if (found.length > 0) return { faults: found.map((finding) => faultOf(name, json, finding)) }
  return { document, json }
}

function faultOf(file: string, json: LocatedJson | undefined, finding: Finding): FileFault {
  return { file, line: json?.lineOf(finding.pointer) ?? 1, reason: finding.reason }
}

function faultOfSchema(file: string, json: LocatedJson, error: ErrorObject): FileFault {
  const unknown = (error.params as { additionalProperty?: string }).additionalProperty
  if (unknown !== undefined) {
    const line = json.lineOf(`${error.instancePath}/${unknown}`)
    return { file, line, reason: `unknown property \`${unknown}\`` }
  }
  const at = error.instancePath === '' ? 'the file' : `\`${error.instancePath.slice(1)}\``
  return { file, line: json.lineOf(error.instancePath), reason: `${at} ${schemaFault(error)}` }
}
