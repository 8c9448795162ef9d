import { many, one, type RecordOf } from './field.ts'
import { person } from './person.ts'

const { path, fields, blocks } = person.person

/** A person and those who live with him, each with a record of his own; their paths are those of the register of persons. */
export const householdPersons = one(
  'householdPersons',
  {},
  { person: person.person, member: many(path, fields, blocks) },
)

export type HouseholdPersonsRecord = RecordOf<typeof householdPersons>
