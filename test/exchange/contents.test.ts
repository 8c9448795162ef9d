import { describe, expect, it } from 'vitest'
import { addContents, type Contents } from '../../src/exchange/contents.ts'
import { person } from '../../src/registers/person.ts'
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
    expect(personsGiven(record, record)).toEqual(['applicant', 'replaced', 'worker'])
  })

  it('counts a person of any register of persons, though the number be withheld', () => {
    for (const number of ['nationalNumber', 'bisNumber', 'struckOffNumber']) {
      const contents: Contents = { blocks: new Set(), persons: new Set() }
      addContents(person.person, { [number]: 'person', sex: '1' }, { sex: '1' }, contents)
      expect([number, ...contents.persons]).toEqual([number, 'person'])
    }
  })

  it('counts the reference person of a household, whose number is part of a value', () => {
    const contents: Contents = { blocks: new Set(), persons: new Set() }
    const record = {
      ssin: 'person',
      household: { referencePersonSsin: 'reference', memberCount: 2 },
    }
    addContents(person.person, record, record, contents)
    expect([...contents.persons].sort()).toEqual(['reference'])
  })

  it('counts the person a block is about though the number be withheld, and nobody whose number was withheld', () => {
    const record: DmfaEmployerDeclarationRecord = {
      naturalPerson: [
        {
          ssin: 'worker',
          workerRecord: [{ workerCode: '015', workerDeduction: [{ applicantSsin: 'applicant' }] }],
        },
      ],
    }
    const disclosed = { naturalPerson: [{ workerRecord: [{ workerCode: '015' }] }] }
    expect(personsGiven(record, disclosed)).toEqual(['worker'])
    expect(personsGiven(record, { registrationNumber: 'employer' })).toEqual([])
  })
})

function personsGiven(record: DmfaEmployerDeclarationRecord, disclosed: object): string[] {
  const contents: Contents = { blocks: new Set(), persons: new Set() }
  addContents(dmfa.employerDeclaration, record, disclosed, contents)
  return [...contents.persons].sort()
}
