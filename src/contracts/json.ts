import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'

/** One fault of a JSON document: where (JSON pointer) and by which rule of the schema; never a value. */
export interface JsonFault {
  readonly instancePath: string
  readonly keyword: string
  /** what the rule says, and the name of a member that is missing or too much */
  readonly params: Readonly<Record<string, unknown>>
}

/** The faults of a document under a schema, at most 25; empty when it follows it. */
export type JsonContract = (document: unknown) => readonly JsonFault[]

const faultsMax = 25

/** Compiles JSON Schemas: strict, nothing coerced, no default filled in, nothing fetched. */
export class JsonCompiler {
  readonly #ajv: Ajv

  constructor() {
    this.#ajv = new Ajv({ strict: true, allErrors: true, ownProperties: true })
    addFormats.default(this.#ajv, ['date', 'date-time'])
  }

  /** Throws when the text is no JSON or no valid schema. */
  compile(path: string, bytes: Uint8Array): JsonContract {
    const schema = JSON.parse(new TextDecoder().decode(bytes)) as object
    let validate
    try {
      validate = this.#ajv.compile(schema)
    } catch (cause) {
      throw new Error(`schema \`schemas/${path}\` does not compile: ${String(cause)}`, { cause })
    }
    return (document) => {
      if (validate(document)) return []
      return (validate.errors ?? [])
        .slice(0, faultsMax)
        .map(({ instancePath, keyword, params }) => ({
          instancePath,
          keyword,
          params: params as Readonly<Record<string, unknown>>,
        }))
    }
  }
}
