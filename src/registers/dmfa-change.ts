import { dmfa } from './dmfa.ts'
import { field, one, type RecordOf } from './field.ts'

/**
 * A declaration that was made or modified about a worker, as it is now, of this worker only. Of one that was taken back employer,
 * quarter and worker are told: who asks each day sees that it is gone.
 */
export const dmfaChange = one(
  'dmfa.change',
  {
    deleted: field('boolean', {
      paragraph: 38,
      item: '',
      kind: 'implied',
      labels: {
        fr: 'retirée',
        nl: 'ingetrokken',
        de: 'zurückgezogen',
        en: 'taken back',
      },
      personal: 'person',
      identifying: false,
      sources: ['dmfa'],
      derivedFrom: [['dmfa.employerDeclaration.quarter'], ['dmfa.naturalPerson.ssin']],
    }),
  },
  { employerDeclaration: dmfa.employerDeclaration },
)

export type DmfaChangeRecord = RecordOf<typeof dmfaChange>
