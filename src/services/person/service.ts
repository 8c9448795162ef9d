import { readPerson } from '../criteria.ts'
import { ownConsultation, pathsOf } from '../own-consultation.ts'
import { ownService } from '../own-contract.ts'
import { consultPerson, personContract } from './contract.ts'

/** PersonService v1: the person behind a number, from the registers that the grant opens. */
export const personService = ownService(personContract, [
  ownConsultation(personContract, consultPerson, {
    question: 'person',
    gives: pathsOf(consultPerson.block),
    read: readPerson,
    subject: ({ ssin }) => ({ kind: 'person', ssin }),
    ask: ({ ssin }, _page, { sources }) => ({ kind: 'person', ssin, registers: sources }),
  }),
])
