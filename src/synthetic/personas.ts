import { readSsin, type Ssin } from '../base/ssin.ts'
import type { PersonRegister } from '../registers/field.ts'
import type { Language } from './names.ts'

/** The institutions of the sandbox in whose reference directory persons are integrated. */
export const institutions = ['phare', 'emploi', 'pension', 'inspection'] as const
export type InstitutionId = (typeof institutions)[number]

/** A person who is the same in every data set, whatever its seed and size. Names are invented, numbers are valid. */
export interface Persona {
  readonly id: string
  readonly ssin: Ssin
  /** a number that `ssin` replaced */
  readonly former?: Ssin
  readonly register: PersonRegister
  readonly status: 'active' | 'cancelled'
  readonly lastName: string
  readonly firstNames: string
  readonly sex: '1' | '2'
  readonly language: Language
  /** zeros where unknown */
  readonly birthDate: string
  /** dies sixty days before the end of the data set */
  readonly dies?: true
  /** a country of residence other than Belgium, code of the NIS */
  readonly livesIn?: string
  /** what the person shows */
  readonly story: string
  /** integrated for these institutions */
  readonly integratedFor: readonly InstitutionId[]
}

/** Counters from 990 on are kept for personas, so that no generated person has one of these numbers. */
function ssin(digits: string): Ssin {
  const number = readSsin(digits)
  if (number === undefined) throw new RangeError('the number of a persona is not valid')
  return number
}

const french = { register: 'nationalRegister', status: 'active', language: 'fr' } as const
const dutch = { ...french, language: 'nl' } as const

export const personas = {
  fullTime: {
    ...french,
    id: 'fullTime',
    ssin: ssin('87031499050'),
    lastName: 'Valbruyère',
    firstNames: 'Camille',
    sex: '2',
    birthDate: '1987-03-14',
    story:
      'Works full time in the sheltered workshop in all quarters. Her record has several services, remunerations, contributions and deductions, among them a reduction of working time with its detail: the worker of the demo. Married since 2019 to persona `notIntegrated`, who lives with her.',
    integratedFor: ['phare', 'emploi', 'pension', 'inspection'],
  },
  partTime: {
    ...french,
    id: 'partTime',
    ssin: ssin('79110299106'),
    lastName: 'Delmarne',
    firstNames: 'Youssef',
    sex: '1',
    birthDate: '1979-11-02',
    story:
      'Works half time in the sheltered workshop in all quarters. In 2003/4 he replaced there, half time, the colleague in partial career break who is persona `deceased` (replaced person of an occupation deduction) and took the place that `earlyRetired` had opened (right-opener of another one); that quarter also has deductions of the worker record with their detail. From 2008 to 2014 he was the legal cohabitant of persona `twoEmployers`, in her household; from 2016 to 2020 he was married to persona `unknownBirthDay`; he has a second nationality.',
    integratedFor: ['phare', 'emploi', 'inspection'],
  },
  student: {
    ...dutch,
    id: 'student',
    ssin: ssin('04072199292'),
    lastName: 'Brandewyk',
    firstNames: 'Lotte',
    sex: '2',
    birthDate: '2004-07-21',
    story:
      'Student, born after 2000. A job of four weeks in the sheltered workshop in the last quarter: a student contribution without an occupation in the DmfA, worker type STU in Dimona. Her mother is persona `twoEmployers`, with whom she was registered while another home housed her too. Has declared a temporary address.',
    integratedFor: ['phare', 'emploi', 'inspection'],
  },
  earlyRetired: {
    ...dutch,
    id: 'earlyRetired',
    ssin: ssin('51053099188'),
    lastName: 'Terzonhovel',
    firstNames: 'Guido',
    sex: '1',
    birthDate: '1951-05-30',
    story:
      'Early retired from the sheltered workshop: the declaration of 2009/4 has the contributions on early retirement, a block that exists up to 2010/1 only. Since 2011 he is himself an employer, a natural person (§ 45). A widower since 2021. Represented in matters of property by persona `accident`; holder of pension certificates.',
    integratedFor: ['phare', 'pension', 'inspection'],
  },
  accident: {
    ...french,
    id: 'accident',
    ssin: ssin('66090999389'),
    lastName: 'Quintoire',
    firstNames: 'Bernard',
    sex: '1',
    birthDate: '1966-09-09',
    story:
      'Had a work accident in the service of a public body that is its own insurer and pays him a yearly indemnity, declared each quarter in category 027. Today he works four days a week in the sheltered workshop. Did his military service, lived abroad and voted from there; his file holds passports, an old driving licence and the certificates of his identity card.',
    integratedFor: ['phare', 'pension', 'inspection'],
  },
  bisNumber: {
    ...french,
    id: 'bisNumber',
    ssin: ssin('90421199484'),
    register: 'bisRegister',
    lastName: 'Solvarès',
    firstNames: 'Amina',
    sex: '2',
    birthDate: '1990-02-11',
    livesIn: '111',
    story:
      'Lives in France and has a bis number (month + 40). Frontier worker, full time in the sheltered workshop in all quarters. Has a postal address abroad, work permits and professional cards.',
    integratedFor: ['phare', 'emploi', 'inspection'],
  },
  replacedNumber: {
    ...french,
    id: 'replacedNumber',
    ssin: ssin('84122599011'),
    former: ssin('84322599648'),
    lastName: 'Marvelage',
    firstNames: 'Ilinca',
    sex: '2',
    birthDate: '1984-12-25',
    story:
      'Had a bis number (month + 20) before she was entered in the National Register: asked under the former number, under which the workshop employed her in March 2012, the answer is that it was replaced. Dismissed statutory worker of the public body in the first quarter, since then employee of the sheltered workshop. Became Belgian in 2018, under another name; before that she stood in the wait register.',
    integratedFor: ['phare', 'pension', 'inspection'],
  },
  cancelledNumber: {
    ...french,
    id: 'cancelledNumber',
    ssin: ssin('73011799535'),
    status: 'cancelled',
    language: 'de',
    lastName: 'Wickenrath',
    firstNames: 'Otto',
    sex: '1',
    birthDate: '1973-01-17',
    story:
      'A number given by mistake and cancelled; the workshop had declared him under it in March 2012.',
    integratedFor: ['phare', 'emploi', 'pension', 'inspection'],
  },
  deceased: {
    ...dutch,
    id: 'deceased',
    ssin: ssin('62080599321'),
    lastName: 'Oudeveldaert',
    firstNames: 'Marcel',
    sex: '1',
    birthDate: '1962-08-05',
    dies: true,
    story:
      'Worked full time in the sheltered workshop until he died, in the middle of the last quarter. In 2003/4 he was in partial career break.',
    integratedFor: ['phare', 'pension'],
  },
  unknownBirthDay: {
    ...french,
    id: 'unknownBirthDay',
    ssin: ssin('91000099048'),
    lastName: 'Norvessart',
    firstNames: 'Hadiya',
    sex: '2',
    birthDate: '1991-00-00',
    story:
      'Neither day nor month of birth is known; she has declared one. Divorced from persona `partTime`. Works half time for the employer who is a natural person. Her file says what is to be verified of it.',
    integratedFor: ['phare', 'emploi', 'inspection'],
  },
  twoEmployers: {
    ...dutch,
    id: 'twoEmployers',
    ssin: ssin('82061899040'),
    lastName: 'Landuyschouw',
    firstNames: 'Sofie',
    sex: '2',
    birthDate: '1982-06-18',
    story:
      "Works half time in the sheltered workshop and half time for a nursing home, which is no employer of phare's population: phare gets the declarations of the workshop only. She is the mother of persona `student`, and was the legal cohabitant of persona `partTime`.",
    integratedFor: ['phare', 'pension', 'inspection'],
  },
  notIntegrated: {
    ...french,
    id: 'notIntegrated',
    ssin: ssin('95101099195'),
    lastName: 'Berclivaux',
    firstNames: 'Thomas',
    sex: '1',
    birthDate: '1995-10-10',
    story:
      'Works full time in the sheltered workshop, but phare has not integrated him in the reference directory: phare gets MSG00012 and nothing else; emploi gets its answer. Married to persona `fullTime`: phare is not told so.',
    integratedFor: ['emploi', 'inspection'],
  },
  posted: {
    ...french,
    id: 'posted',
    ssin: ssin('88461799682'),
    register: 'bisRegister',
    lastName: 'Rouvelin',
    firstNames: 'Élise',
    sex: '2',
    birthDate: '1988-06-17',
    livesIn: '111',
    story:
      "Posted from France to the sheltered workshop from February 2024 to December 2026: Limosa knows her, Dimona and the DmfA do not. In 2022 she was posted to the nursing home, which is no employer of phare's population, and in 2021 to the employer who is a natural person.",
    integratedFor: ['phare', 'inspection'],
  },
  struckOff: {
    ...dutch,
    id: 'struckOff',
    ssin: ssin('76051999368'),
    register: 'struckOffRegister',
    lastName: 'Voutersnest',
    firstNames: 'Joris',
    sex: '1',
    birthDate: '1976-05-19',
    story:
      'Worked in the sheltered workshop from 2010 to 2018. Struck off the National Register on 11 February 2019, when nobody found him at his address any more: the register of struck-off persons of the Crossroads Bank keeps his data, under his National Register number. The deliberation of inspection opens that register, that of phare does not: phare gets of him what it gets of a person without data.',
    integratedFor: ['phare', 'inspection'],
  },
} as const satisfies Record<string, Persona>

export type PersonaId = keyof typeof personas
