/** Recipes as text files: one `key: value` a line, named after the attack. README.md says what each collection may hold. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What every recipe says, and what only some collections know. */
export interface Recipe {
  /** the file's name without `.txt` */
  readonly name: string
  readonly says: string
  readonly attack: string
  /** internal code of the refusal, or `none` where nothing of ours refuses */
  readonly code: string
  /** what the caller reads */
  readonly answer: string
  readonly more: ReadonlyMap<string, string>
}

const common = ['says', 'attack', 'code', 'answer']

export function readRecipe(name: string, text: string, keys: readonly string[] = []): Recipe {
  const fields = new Map<string, string>()
  for (const line of text.trimEnd().split('\n')) {
    const [, key = '', value = ''] = /^([a-z]+): (.+)$/.exec(line) ?? []
    if (![...common, ...keys].includes(key) || fields.has(key))
      throw new Error(`${name}: cannot read ${line}`)
    fields.set(key, value)
  }
  const need = (key: string): string => {
    const value = fields.get(key)
    if (value === undefined) throw new Error(`${name}: no ${key}`)
    return value
  }
  const [says, attack, code, answer] = common.map(need) as [string, string, string, string]
  return { name, says, attack, code, answer, more: fields }
}

/** The recipes of a folder beside this file, in the order of their names. */
export function readCollection(collection: string, keys: readonly string[] = []): Recipe[] {
  const folder = join(import.meta.dirname, collection)
  return readdirSync(folder)
    .sort()
    .map((file) =>
      readRecipe(file.replace(/\.txt$/, ''), readFileSync(join(folder, file), 'utf8'), keys),
    )
}

/** `{{9*text*}}` is the text nine times, where `{{i}}` in it counts from 0. */
export const repeated = (text: string): string =>
  text.replaceAll(/\{\{(\d+)\*(.*?)\*\}\}/gs, (_, times: string, item: string) =>
    Array.from({ length: Number(times) }, (_unused, i) =>
      item.replaceAll('{{i}}', String(i)),
    ).join(''),
  )

/** A change of `~PATTERN~REPLACEMENT~`: its first match is replaced, and it must match. A dot also matches a line break. */
export interface Edit {
  readonly pattern: RegExp
  readonly replacement: string
}

/** Reads `VERB ~PATTERN~REPLACEMENT~`; undefined when the step is another one. */
export function readEdit(step: string, verb: string): Edit | undefined {
  const [, pattern, replacement = ''] = new RegExp(`^${verb} ~(.*)~(.*)~$`, 's').exec(step) ?? []
  return pattern === undefined ? undefined : { pattern: new RegExp(pattern, 's'), replacement }
}

/** The text with the edit in it. Throws when nothing matches: such an attack would do nothing. */
export function applyEdit(text: string, { pattern, replacement }: Edit, name: string): string {
  if (!pattern.test(text)) throw new Error(`${name}: nothing matches ${pattern.source}`)
  return text.replace(pattern, replacement)
}
