/** Letters that stay whole when accents are taken off, and how they are also written. */
const ligatures: Readonly<Record<string, string>> = {
  œ: 'oe',
  æ: 'ae',
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
}

/**
 * The words of a name or an address as they are searched: small letters and digits without accents, each once, in the order of
 * the text. Every other character parts words, so that `L'Écluse` and `l ecluse` are the same two.
 */
export function searchWords(text: string): readonly string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[œæßøłđ]/g, (letter) => ligatures[letter] ?? letter)
  return [...new Set(plain.match(/[\p{L}\p{N}]+/gu) ?? [])]
}
