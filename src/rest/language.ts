import { languages, type Language } from '../base/texts.ts'

/** What is answered where a caller wants none of the languages. */
export const defaultLanguage: Language = 'en'

/** More ranges than a browser sends are not looked at. */
const rangesMax = 20

/**
 * The language of an `Accept-Language` header: the one with the highest weight, the first of equals; `nl-BE` is `nl`. Never refuses (Belgif
 * rule int-negot): without the header, or when it wants others only, it is English.
 */
export function chooseLanguage(header: string | readonly string[] | undefined): Language {
  if (typeof header !== 'string') return defaultLanguage
  let chosen = defaultLanguage
  let highest = 0
  for (const range of header.split(',', rangesMax)) {
    const [, tag, q = '1'] =
      /^\s*([a-z]{2}|\*)(?:-[a-z\d-]{1,20})?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?$/i.exec(range) ?? [] // prettier-ignore
    const weight = Number(q)
    if (tag === undefined || weight <= highest) continue
    const language = tag === '*' ? defaultLanguage : languages.find((one) => one === tag.toLowerCase()) // prettier-ignore
    if (language === undefined) continue
    chosen = language
    highest = weight
  }
  return chosen
}
