import { quarterOf, readCivilDate } from '../base/civil-date.ts'

/** One line of a code list: a code, or one of its periods. */
export interface CodeEntry {
  readonly code: string
  /** official labels; absent where the source has none */
  readonly labels: { readonly fr?: string; readonly nl?: string; readonly de?: string }
  /** first quarter `YYYYQ`, included */
  readonly from: string
  /** last quarter `YYYYQ`, included; begins with 9999 when open */
  readonly to: string
  /** the whole line by column, e.g. `employerCategory` */
  readonly columns: Readonly<Record<string, string>>
}

/** The label of a code in a language, in French when it has none there; the code itself when its list does not know it. */
export type Label = (list: string, code: string, language: 'fr' | 'nl' | 'de') => string

/**
 * Labels out of code lists by name, as they are on a civil date or in a quarter. What a code meant last is told of one that is no more:
 * a person may be born in a country, and have lived in a commune, of former days.
 */
export function labelsAt(lists: ReadonlyMap<string, CodeList>, at: string): Label {
  return (list, code, language) => {
    const of = lists.get(list)
    const labels = (of?.find(code, at) ?? of?.last(code))?.labels
    return labels?.[language] ?? labels?.fr ?? code
  }
}

export interface CodeList {
  readonly name: string
  readonly entries: readonly CodeEntry[]
  /**
   * The line of a code at a quarter (`YYYYQ`) or on a civil date; the first one whose columns also agree with `where`.
   * Leading zeros of numeric codes do not count. Undefined when the list has no such code at that time.
   */
  readonly find: (
    code: string,
    at: string,
    where?: Readonly<Record<string, string>>,
  ) => CodeEntry | undefined
  /** the line of a code that holds longest, whenever that is or was; undefined when the list never had the code */
  readonly last: (code: string) => CodeEntry | undefined
}

/** Columns that hold the value of a message, where that is not `code`. */
const valueColumns: Readonly<Record<string, readonly string[]>> = {
  'contribution-types': ['type'],
  'legal-forms': ['short_fr', 'short_nl', 'short_de'],
}

/**
 * Reads the bytes of `codelists/<name>.tsv`. Throws TypeError with name, line and reason when the file is not as
 * codelists/README.md says: it stops the start.
 */
export function readCodeList(name: string, bytes: Uint8Array): CodeList {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  const [head, ...lines] = text.replace(/\r?\n$/, '').split(/\r?\n/)
  const names = (head ?? '').split('\t')
  const values = valueColumns[name] ?? ['code']
  const entries = lines.flatMap((line, index) => readLine(name, index + 2, names, line, values))
  const byCode = Map.groupBy(entries, ({ code }) => keyOf(code))
  return {
    name,
    entries,
    find: (code, at, where = {}) => {
      const quarter = quarterAt(at)
      return byCode
        .get(keyOf(code))
        ?.find(
          ({ from, to, columns }) =>
            from <= quarter &&
            quarter <= to &&
            Object.entries(where).every(([column, value]) => columns[column] === value),
        )
    },
    last: (code) =>
      byCode.get(keyOf(code))?.reduce((one, other) => (other.to > one.to ? other : one)),
  }
}

/** One entry per column that holds a value of messages. */
function readLine(
  name: string,
  line: number,
  names: readonly string[],
  text: string,
  values: readonly string[],
): CodeEntry[] {
  const fault = (reason: string) => new TypeError(`code list ${name}, line ${line}: ${reason}`)
  const cells = text.split('\t')
  if (cells.length !== names.length) throw fault(`${cells.length} cells, not ${names.length}`)
  const columns = Object.fromEntries(names.map((column, index) => [column, cells[index] ?? '']))
  const period = (column: string) => {
    const found = /^(\d{4})\/([1-4])$/.exec(columns[column] ?? '')
    if (found === null) throw fault(`\`${column}\` is no year/quarter`)
    return `${found[1]}${found[2]}`
  }
  const [from, to] = [period('validFrom'), period('validTo')]
  const labels = Object.fromEntries(
    ['fr', 'nl', 'de']
      .map((language) => [language, columns[language]])
      .filter(([, label]) => label),
  ) as CodeEntry['labels']
  const codes = new Set(values.map((column) => columns[column] ?? '').filter((code) => code !== ''))
  if (codes.size === 0) throw fault('no code')
  return [...codes].map((code) => ({ code, labels, from, to, columns }))
}

function keyOf(code: string): string {
  return /^\d+$/.test(code) ? code.replace(/^0+(?=\d)/, '') : code
}

function quarterAt(at: string): string {
  if (/^\d{4}[1-4]$/.test(at)) return at
  const date = readCivilDate(at)
  if (date === undefined) throw new TypeError('neither quarter YYYYQ nor civil date')
  return quarterOf(date)
}
