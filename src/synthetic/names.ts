import type { Random } from './random.ts'

export type Language = 'fr' | 'nl' | 'de'

type Words = readonly [string, ...string[]]

/** Family names are put together from a beginning and an ending, so that they look like the language and are nobody's. */
const familyNames: Record<Language, { readonly starts: Words; readonly ends: Words }> = {
  fr: {
    starts: ['Val', 'Mont', 'Brim', 'Aub', 'Clair', 'Lor', 'Sart', 'Font', 'Hauter', 'Quint', 'Vern', 'Ombr'], // prettier-ignore
    ends: ['bruyère', 'dorme', 'oire', 'remont', 'essart', 'ivaux', 'elage', 'ancourt', 'ignelle', 'ouvrai', 'ezieux', 'olignan'], // prettier-ignore
  },
  nl: {
    starts: ['Brand', 'Oude', 'Zonne', 'Kwae', 'Linde', 'Meers', 'Terz', 'Haver', 'Wolve', 'Steen', 'Duyn', 'Vlier'], // prettier-ignore
    ends: ['ewyk', 'nhovel', 'veldaert', 'dermolen', 'brugge', 'schouw', 'ackere', 'mansdael', 'lincx', 'bosse', 'heymans', 'straetene'], // prettier-ignore
  },
  de: {
    starts: ['Wicken', 'Eifel', 'Tannen', 'Grau', 'Hohen', 'Birk', 'Lauter', 'Silber'],
    ends: ['rath', 'bachen', 'holdt', 'weiler', 'stetten', 'kampen', 'gruben', 'scheidt'],
  },
}

/** First names by language and sex ('1' man, '2' woman). */
const firstNames: Record<Language, { readonly '1': Words; readonly '2': Words }> = {
  fr: {
    '1': ['Aubin', 'Basile', 'Corentin', 'Damien', 'Édouard', 'Fabrice', 'Gaspard', 'Hugo', 'Joachim', 'Lucien', 'Marcel', 'Noé'], // prettier-ignore
    '2': ['Adèle', 'Bérénice', 'Camille', 'Delphine', 'Élise', 'Flore', 'Inès', 'Jeanne', 'Lison', 'Margot', 'Nina', 'Solène'], // prettier-ignore
  },
  nl: {
    '1': ['Arne', 'Bert', 'Cas', 'Dries', 'Emiel', 'Floris', 'Guido', 'Jasper', 'Kobe', 'Lander', 'Pieter', 'Wout'], // prettier-ignore
    '2': ['Anke', 'Britt', 'Femke', 'Griet', 'Hanne', 'Ilse', 'Jolien', 'Lotte', 'Mieke', 'Nele', 'Roos', 'Sofie'], // prettier-ignore
  },
  de: {
    '1': ['Anton', 'Bruno', 'Jakob', 'Konrad', 'Otto', 'Ruben'],
    '2': ['Clara', 'Frieda', 'Greta', 'Johanna', 'Lena', 'Ursula'],
  },
}

const streetNames: Record<Language, Words> = {
  fr: ['Rue du Quadrant', 'Avenue des Quatre Vents', 'Chaussée du Vieux Relais', 'Rue de la Boussole', 'Place du Carrefour', 'Rue des Copistes'], // prettier-ignore
  nl: ['Viersprongstraat', 'Kompasstraat', 'Oude Relaisweg', 'Windrooslaan', 'Kopiistenstraat', 'Kruispuntplein'], // prettier-ignore
  de: ['Vierwegestraße', 'Kompassweg', 'Am alten Relais', 'Windrosenstraße'],
}

export function familyName(random: Random, language: Language): string {
  const { starts, ends } = familyNames[language]
  return random.pick(starts) + random.pick(ends)
}

/** One or two first names. */
export function firstNamesOf(random: Random, language: Language, sex: '1' | '2'): string {
  const names = firstNames[language][sex]
  const first = random.pick(names)
  const second = random.pick(names)
  return first === second ? first : `${first} ${second}`
}

export function streetName(random: Random, language: Language): string {
  return random.pick(streetNames[language])
}
