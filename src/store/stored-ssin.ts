import { readSsin, type Ssin } from '../base/ssin.ts'

/** A number that the writer was given as an `Ssin`; anything else means that the file was changed by other hands. */
export function storedSsin(text: unknown): Ssin {
  const ssin = readSsin(String(text))
  if (ssin === undefined) throw new Error('registers hold a malformed social security number')
  return ssin
}

/** The first `limit` of the persons, by their numbers, each once; `next` is the last of them when more follow. */
export function firstOf(
  persons: readonly Ssin[],
  limit: number,
): { readonly page: readonly Ssin[]; readonly next: Ssin | undefined } {
  const sorted = [...new Set(persons)].sort()
  const page = sorted.slice(0, limit)
  return { page, next: sorted.length > limit ? page.at(-1) : undefined }
}
