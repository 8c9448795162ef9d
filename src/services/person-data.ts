import { at } from './element-rows.ts'

/** Paths of persons, as the element tables of several published contracts name them. */
export const personPaths = {
  number: [at('person.nationalNumber'), at('person.bisNumber')],
  names: [at('person.nr.names')],
  birth: [at('person.nr.birth')],
  sex: [at('person.nr.sex')],
  nationality: [at('person.nr.nationality')],
  residence: [at('person.nr.mainResidence')],
  since: [at('person.nr.mainResidenceSince')],
  former: [at('person.formerResidence.address')],
  formerSince: [at('person.formerResidence.since')],
  language: [at('person.nr.language')],
  death: [at('person.nr.death')],
  profession: [at('person.nr.profession')],
  civilStatus: [at('person.nr.civilStatus')],
  position: [at('person.familyMember.position')],
  memberNames: [at('person.familyMember.names')],
  memberNumber: [at('person.familyMember.ssin')],
  memberSex: [at('person.familyMember.sex')],
}

/** A sex as the registers code it. */
export function isSex(sex: string | undefined): sex is '1' | '2' {
  return sex === '1' || sex === '2'
}
