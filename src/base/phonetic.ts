import { plainLetters } from './search-words.ts'

/**
 * How names sound, as French and Dutch spelling in Belgium write them (docs/decisions/0012-phonetic-search.md). A code is the
 * consonants of a name, spellings of one sound made one; two names sound alike when their codes are equal.
 */

/** Words that belong to the family name after them, written apart or not. */
const particles = new Set(
  'd de del della den der des di do dos du el al in la le les op st ste t te ten ter van vande vanden vander von vom zu zum'.split(
    ' ',
  ),
)

/** Spellings of one sound, in this order, on plain letters of which none is doubled. */
const spellings: readonly (readonly [pattern: RegExp, sound: string])[] = [
  // groups of letters
  [/sch/g, 's'],
  [/chr/g, 'kr'],
  [/cht/g, 'gt'],
  [/ch/g, 's'],
  [/gh/g, 'g'],
  [/ph/g, 'f'],
  [/qu?/g, 'k'],
  // Lefebvre, Lefebure
  [/eb[uv]re?/g, 'evre'],
  [/bv/g, 'v'],
  // François without its cedilla
  [/cois/g, 'sois'],
  [/ck/g, 'k'],
  [/c(?=[eiy])/g, 's'],
  [/c/g, 'k'],
  // Meijer, Meyer; Yansen, Jansen
  [/ij/g, 'y'],
  [/^y(?=[aeou])/, 'j'],
  // Renault, Renaud; Arnould, Arnout
  [/([ao])ul[dt](?=s?$)/, '$1ut'],
  // endings that are not heard: Devaux, Leroux, Delacroix
  [/(u|oi)x$/, '$1'],
  [/x/g, 'ks'],
  [/ks?(?=ks)/g, ''],
  [/z/g, 's'],
  // Bauwens, Bauens; Wouters, Vouters; Stevens, Steffens
  [/uw/g, 'u'],
  [/[vw]/g, 'f'],
  [/h/g, ''],
  [/dt/g, 't'],
  // sons and daughters: Janssens, Janssen; Hendrickx, Hendrik
  [/(?<=[^aeiouys])s$/, ''],
  // hard at the end: Dupond, Dupont; Jacob, Jacop
  [/d$/, 't'],
  [/b$/, 'p'],
]

/** `van`, `van de`, `van den` and `van der`, written apart or not, are one mark before the rest of the name. */
const van = /^van(?:de[nr]?)?(?=.{3})/

/** What letters sound like. */
function soundOf(letters: string): string {
  const sounds = spellings.reduce((text, [pattern, sound]) => text.replace(pattern, sound), letters)
  const first = /^[aeiouy]/.test(sounds) ? 'A' : ''
  return (
    first +
    undoubled(sounds)
      .replace(/[aeiouy]/g, '')
      .toUpperCase()
  )
}

const undoubled = (letters: string) => letters.replace(/(.)\1+/g, '$1')

/** The code of a family name written together. */
function codeOf(letters: string): string {
  const single = undoubled(letters)
  const rest = single.replace(van, '')
  return (rest === single ? '' : 'V') + soundOf(rest)
}

/** Most parts of a double name that are looked at. */
const partsMax = 4

/** Names that stand side by side, each with its particles: `Dupont-Lefèvre` is two, `Van den Berghe` one. */
function partsOf(name: string): readonly string[] {
  const words = plainLetters(name).replace(/['’‘`´.]/g, '').match(/[a-z]+/g) ?? [] // prettier-ignore
  const parts: string[] = []
  let particle = ''
  for (const word of words) {
    if (particles.has(word)) {
      particle += word
      continue
    }
    parts.push(particle + word)
    particle = ''
  }
  return particle === '' ? parts : [...parts, particle]
}

/** A double name sounds like its letters written together, and like its names one after the other. */
function codesOf(name: string): {
  readonly wholes: readonly string[]
  readonly parts: readonly string[]
} {
  const parts = partsOf(name)
  const codes = parts
    .slice(0, partsMax)
    .map(codeOf)
    .filter((code) => code !== '')
  const wholes = [...new Set([codeOf(parts.join('')), codes.join('')])]
  return { wholes: wholes.filter((code) => code !== ''), parts: parts.length > 1 ? codes : [] }
}

/** Marks the code of one name of a double one. */
const ofDouble = '~'

/** The codes under which a family name is found: its own, and each name of a double one. None without Latin letters. */
export function indexedCodes(name: string): readonly string[] {
  const { wholes, parts } = codesOf(name)
  return [...new Set([...wholes, ...parts.map((code) => ofDouble + code)])]
}

/**
 * The codes of names that sound like this one: the whole name, a double name that holds it, and a name that this double one holds.
 * None without Latin letters.
 */
export function soughtCodes(name: string): readonly string[] {
  const { wholes, parts } = codesOf(name)
  return [...new Set([...wholes, ...wholes.map((code) => ofDouble + code), ...parts])]
}

/** The codes of first names, one for each word. */
export function firstNameCodes(names: string): readonly string[] {
  const words = plainLetters(names).match(/[a-z]+/g) ?? []
  const codes = words.map((word) => soundOf(undoubled(word)))
  return [...new Set(codes)].filter((code) => code !== '')
}
