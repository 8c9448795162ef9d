import { dimona } from './dimona.ts'
import { field, one, type RecordOf } from './field.ts'

/** One Dimona period as the personnel file tells it: the blocks of §§ 14 to 17 around one employment. Its paths are theirs. */
export const employment = one('dimona.employment', {}, dimona)

export type EmploymentRecord = RecordOf<typeof employment>

const ofActivity = {
  paragraph: 18,
  item: '',
  kind: 'implied',
  personal: 'person',
  sources: ['dimona', 'personnelFile'],
} as const

/** Whether a person is employed in a period, yes or no: derived from the dates, and given only where both are. */
export const activity = one(
  'dimona.activity',
  {
    ssin: field('identifier.ssin', {
      ...dimona.worker.fields.ssin.about,
      derivedFrom: [['dimona.worker.ssin']],
    }),
    active: field('boolean', {
      ...ofActivity,
      labels: {
        fr: 'en service pendant la période demandée',
        nl: 'in dienst tijdens de gevraagde periode',
        de: 'im angefragten Zeitraum im Dienst',
        en: 'in service in the period asked about',
      },
      identifying: false,
      derivedFrom: [['dimona.occupation.entryDate'], ['dimona.occupation.exitDate']],
    }),
  },
  {},
)

export type ActivityRecord = RecordOf<typeof activity>

/**
 * An employment that a declaration changed, as it is now. Of a cancelled one employer, worker and dates are told: who asks each
 * day sees that it is gone.
 */
export const change = one(
  'dimona.change',
  {
    cancelled: field('boolean', {
      ...ofActivity,
      labels: {
        fr: 'annulée',
        nl: 'geannuleerd',
        de: 'storniert',
        en: 'cancelled',
      },
      identifying: false,
      derivedFrom: [['dimona.occupation.entryDate'], ['dimona.occupation.exitDate']],
    }),
  },
  dimona,
)

export type ChangeRecord = RecordOf<typeof change>
