import { GatewayError } from '../../base/errors.ts'
import { readSsin } from '../../base/ssin.ts'
import { ownConsultation, pathsOf } from '../own-consultation.ts'
import { ownService } from '../own-contract.ts'
import { consultPerson, personContract } from './contract.ts'

/** PersonService v1: the person behind a number, from the registers that the grant opens. */
export const personService = ownService(personContract, [
  ownConsultation(personContract, consultPerson, {
    question: 'person',
    gives: pathsOf(consultPerson.block),
    read: (texts) => {
      const ssin = readSsin(texts.get('ssin') ?? '')
      if (ssin === undefined) {
        return new GatewayError('SSIN_STRUCTURE', undefined, [{ fieldName: 'ssin' }])
      }
      return { ssin }
    },
    subject: ({ ssin }) => ({ kind: 'person', ssin }),
    ask: ({ ssin }, { sources }) => ({ kind: 'person', ssin, registers: sources }),
  }),
])
