/** Letters that stay whole when accents are taken off, and how they are also written. */
const ligatures: Readonly<Record<string, string>> = {
  œ: 'oe',
  æ: 'ae',
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
}

/** A text in small letters without accents: `Lefèvre` and `LEFEVRE` are the same, and `Cœur` is `coeur`. */
export function plainLetters(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[œæßøłđ]/g, (letter) => ligatures[letter] ?? letter)
}

/**
 * The words of a name or an address as they are searched: small letters and digits without accents, each once, in the order of
 * the text. Every other character parts words, so that `L'Écluse` and `l ecluse` are the same two.
 */
export function searchWords(text: string): readonly string[] {
  return [...new Set(plainLetters(text).match(/[\p{L}\p{N}]+/gu) ?? [])]
}
