import { describe, expect, it } from 'vitest'
import { project } from '../../src/deliberations/project.ts'
import { valuePaths } from '../../src/registers/catalogue.ts'
import { dimona } from '../../src/registers/dimona.ts'
import { dmfa, type DmfaEmployerDeclarationRecord } from '../../src/registers/dmfa.ts'
import { activity } from '../../src/registers/personnel-file.ts'
import { person } from '../../src/registers/person.ts'
import { grantOf } from './grants.ts'

const declaration: DmfaEmployerDeclarationRecord = {
  quarter: '20261',
  naturalPerson: [
    {
      ssin: '00000000128',
      workerRecord: [
        {
          workerCode: '015',
          occupation: [
            { startingDate: '2026-01-01', service: [{ code: '001', numberOfDays: 6500 }] },
            { startingDate: '2026-02-01', service: [{ numberOfDays: 100 }] },
          ],
        },
      ],
    },
  ],
}

describe('project', () => {
  it('R19: copies exactly the granted fields down the tree', () => {
    const grant = grantOf('dmfa.employerDeclaration.quarter', 'dmfa.service.code')
    expect(project(declaration, dmfa.employerDeclaration, grant)).toEqual({
      quarter: '20261',
      naturalPerson: [{ workerRecord: [{ occupation: [{ service: [{ code: '001' }] }] }] }],
    })
  })

  it('answers undefined when nothing of the record lies inside the grant', () => {
    const grant = grantOf('dmfa.companyVehicle.licensePlate')
    expect(project(declaration, dmfa.employerDeclaration, grant)).toBeUndefined()
    expect(project(declaration, dmfa.employerDeclaration, grantOf())).toBeUndefined()
  })

  it('copies a composite whole, but none of its unknown parts', () => {
    const record = {
      names: { lastName: 'Peeters', firstNames: 'An', maidenName: 'secret' },
      sex: 'F',
    }
    expect(project(record, person.person, grantOf('person.nr.names'))).toEqual({
      names: { lastName: 'Peeters', firstNames: 'An' },
    })
  })

  it('R20: never copies keys that the catalogue does not know, nor an object in the place of a value', () => {
    const record = { sex: { hidden: 'x' }, nationality: '150', note: 'x', names: {} }
    const grant = grantOf('person.nr.sex', 'person.nr.nationality', 'person.nr.names')
    expect(project(record, person.person, grant)).toEqual({ nationality: '150' })
  })

  it('R14: names the register of origin beside a number of either kind, and never without one', () => {
    const record = { struckOffNumber: '81120103571', register: 'struckOffRegister' }
    const given = (...paths: string[]) => project(record, person.person, grantOf(...paths))
    expect(given('person.struckOffNumber')).toEqual(record)
    expect(given('person.bisNumber')).toEqual({ register: 'struckOffRegister' })
    expect(given('person.nr.names', 'person.struckOffSince')).toBeUndefined()
  })

  it('R30: gives nothing for a group, even if a record holds something under its name', () => {
    const record = { nationalRegisterInformation: 'x', crossroadsRegisters: { sex: 'F' } }
    const grant = grantOf('person.nationalRegisterInformation', 'person.crossroadsRegisters')
    expect(project(record, person.person, grant)).toBeUndefined()
  })

  it('R21: takes the absence of the student indication for no error', () => {
    const grant = grantOf('dimona.worker.studentIndication', 'dimona.worker.ssin')
    expect(project({ ssin: '1' }, dimona.worker, grant)).toStrictEqual({ ssin: '1' })
    expect(project({}, dimona.worker, grant)).toBeUndefined()
    expect(project({ studentIndication: false }, dimona.worker, grant)).toEqual({
      studentIndication: false,
    })
  })

  it('R36: gives a derived value only where every path that it needs is granted', () => {
    const record = { ssin: '1', active: true }
    const [entry, exit] = ['dimona.occupation.entryDate', 'dimona.occupation.exitDate'] as const
    expect(project(record, activity, grantOf(entry, exit))).toEqual({ active: true })
    expect(project(record, activity, grantOf(entry, 'dimona.worker.ssin'))).toEqual({ ssin: '1' })
    expect(project(record, activity, grantOf(exit))).toBeUndefined()
  })

  it('R24: copies no name of a worker out of Dimona or DmfA, even if the source sends one', () => {
    const sent = {
      ssin: '1',
      lastName: 'x',
      firstName: 'x',
      birthDate: 'x',
      sex: 'x',
      address: 'x',
    }
    const all = grantOf(...valuePaths)
    expect(project(sent, dimona.worker, all)).toEqual({ ssin: '1' })
    expect(project({ naturalPerson: [sent] }, dmfa.employerDeclaration, all)).toEqual({
      naturalPerson: [{ ssin: '1' }],
    })
  })

  it('leaves the record as it was and shares no object with the projection', () => {
    const before = structuredClone(declaration)
    const grant = grantOf('dmfa.naturalPerson.ssin')
    const projected = project(declaration, dmfa.employerDeclaration, grant)
    expect(declaration).toEqual(before)
    expect(projected?.naturalPerson).not.toBe(declaration.naturalPerson)
    expect(projected?.naturalPerson?.[0]).not.toBe(declaration.naturalPerson?.[0])
  })
})
