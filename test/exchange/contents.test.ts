import { describe, expect, it } from 'vitest'
import { personsIn } from '../../src/exchange/contents.ts'
import { dmfa, type DmfaEmployerDeclarationRecord } from '../../src/registers/dmfa.ts'

describe('the persons of an answer', () => {
  it('R25: counts the replaced person and the one who opened a right, and nothing that is no number', () => {
    const record: DmfaEmployerDeclarationRecord = {
      registrationNumber: 'employer',
      naturalPerson: [
        {
          ssin: 'worker',
          workerRecord: [
            {
              workerCode: '015',
              occupation: [{ occupationDeduction: [{ replacedPersonSsin: 'replaced' }] }],
              workerDeduction: [{ applicantSsin: 'applicant', code: '3000' }],
            },
          ],
        },
      ],
    }
    const persons = new Set<string>()
    personsIn(dmfa.employerDeclaration, record, persons)
    expect([...persons].sort()).toEqual(['applicant', 'replaced', 'worker'])
  })
})
