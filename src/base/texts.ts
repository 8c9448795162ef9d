/** The official languages of the country, and English. */
export const languages = ['fr', 'nl', 'de', 'en'] as const

export type Language = (typeof languages)[number]

/** One text in each language. */
export type Texts = Readonly<Record<Language, string>>
