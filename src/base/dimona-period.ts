/** The check digits of a Dimona period number for its first ten: the remainder by 97, 97 for none (seen in the published samples). */
export function periodCheckDigits(body: string): string {
  return String(Number(body) % 97 || 97).padStart(2, '0')
}
