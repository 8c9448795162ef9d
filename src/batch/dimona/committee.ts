import { readJointCommittee, type JointCommittee } from '../../base/codes.ts'
import { detailText, type Detail } from './declaration.ts'

/** A joint committee in Dimona (zone 00046): `XXX` stands for every one that has no rules of its own there. */
export type DeclaredCommittee = JointCommittee | 'XXX'

/** The joint committees that rules name. */
export const agencyWork = committeeNamed('322')
export const construction = committeeNamed('124')
export const funerals = committeeNamed('320')

function committeeNamed(text: string): JointCommittee {
  const committee = readJointCommittee(text)
  if (committee === undefined) throw new TypeError(`\`${text}\` is no joint committee`)
  return committee
}

/** The joint committee of the employer; undefined when none is declared. */
export function committeeOf(details: readonly Detail[]): DeclaredCommittee | undefined {
  return readCommittee(detailText(details, 'DimonaFeatures', 'JointCommissionNbr'))
}

/** The joint committee of the user of an agency worker; undefined when none is declared. */
export function userCommitteeOf(details: readonly Detail[]): DeclaredCommittee | undefined {
  return readCommittee(detailText(details, 'DimonaFeatures', 'UsingEmployer', 'JointCommissionNbr'))
}

/** Undefined when it is neither a joint committee nor `XXX`. */
export function readCommittee(text: string | undefined): DeclaredCommittee | undefined {
  return text === 'XXX' ? text : readJointCommittee(text ?? '')
}
