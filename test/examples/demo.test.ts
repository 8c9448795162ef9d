import { describe, expect, it } from 'vitest'
import { readValues, withUnit } from '../../examples/demo-values.ts'

const occupation = (hours: string, more: object = {}) => ({
  sequenceNumber: '1',
  meanWorkingHours: hours,
  ...more,
})

describe('what the demo prints of a reply', () => {
  const { values, blocks, unknown } = readValues({
    employerDeclaration: {
      netOwedAmount: '10622275',
      naturalPerson: {
        workerRecord: [
          { employerCategory: '173', occupation: [occupation('3800'), occupation('1900')] },
          { employerCategory: '010', occupation: occupation('3700', { retired: 'true' }) },
        ],
        shoeSize: '43',
      },
    },
  })
  const printed = [...values].map(([entry, value]) => `${entry.name}  ${withUnit(entry, value)}`)

  it('is the first of repeated blocks, with units, and no field that only a later one has', () => {
    expect(printed).toEqual([
      'netOwedAmount  10622275 eurocent',
      'employerCategory  173',
      'sequenceNumber  1',
      'meanWorkingHours  3800 × 1/100 hour',
    ])
  })

  it('counts the blocks', () => {
    expect(blocks.get('employerDeclaration')).toBe(1)
    expect(blocks.get('employerDeclaration.naturalPerson.workerRecord')).toBe(2)
    expect(blocks.get('employerDeclaration.naturalPerson.workerRecord.occupation')).toBe(3)
  })

  it('tells what the catalogue does not know', () => {
    expect(unknown).toEqual(['employerDeclaration.naturalPerson.shoeSize'])
  })
})
