import { describe, expect, it } from 'vitest'
import { incompleteDate as ssdnDate } from '../../src/services/ssdn/person-rows.ts'
import {
  country,
  incompleteDate,
  int,
  jointCommission,
  long,
  nssoNumber,
  ssin,
} from '../../src/services/wire-types.ts'

/** Types of conventions.md §12 as replies write them: what the register holds, and what is written of it. */
const types = [
  ['country', '150', '150', country],
  ['country', '00111', '111', country],
  ['country', '999', '999', country],
  ['country', '99', undefined, country],
  ['country', 'BE', undefined, country],
  ['JointCommissionNumber', '200', '200', jointCommission],
  ['JointCommissionNumber', '327.02', '327', jointCommission],
  ['JointCommissionNumber', '330.01.20', '330', jointCommission],
  ['JointCommissionNumber', '012', '12', jointCommission],
  ['JointCommissionNumber', 'XXX', undefined, jointCommission],
  ['xs:int', '017', '17', int],
  ['xs:int', '2147483648', undefined, int],
  ['xs:long', '2147483648', '2147483648', long],
  ['IncompleteDateType', '1981-12-01', '1981-12-01', incompleteDate],
  ['IncompleteDateType', '1981-12-00', '1981-12-00', incompleteDate],
  ['IncompleteDateType', '1981-00-00', '1981-00-00', incompleteDate],
  ['IncompleteDateType', '0000-00-00', '0000-00-00', incompleteDate],
  ['IncompleteDateType', '3000-01-01', undefined, incompleteDate],
  ['IncompleteDateType', '1981-20-01', undefined, incompleteDate],
  ['SsinType', '00003241778', undefined, ssin],
  ['SsinType', '81050003552', '81050003552', ssin],
  ['NssoRegistrationNumberType', '212345609', '0212345609', nssoNumber],
  ['NssoRegistrationNumberType', '5134794036', '5134794036', nssoNumber],
] as const

describe('types of published contracts (conventions.md §12)', () => {
  it.each(types)('%s: of %j is written %j', (_, held, written, write) => {
    expect(write(held)).toBe(written)
  })

  it('SSDN has dates that begin with 1 or 2 only', () => {
    const dates = ['1981-12-00', '2019-08-24', '0000-00-00', '0981-01-01']
    expect(dates.map(ssdnDate)).toEqual(['1981-12-00', '2019-08-24', undefined, undefined])
  })
})
