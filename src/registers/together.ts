import { dmfa } from './dmfa.ts'
import { employerNumbers, employerOfDirectory } from './employer-directory.ts'
import type { AnyBlock, Block, RecordOf } from './field.ts'
import { one } from './field.ts'
import { limosa } from './limosa.ts'
import { employment } from './personnel-file.ts'
import { person } from './person.ts'

/** Any number of records of a block. */
function several<B extends AnyBlock>(
  block: B,
): B extends Block<infer F, infer N> ? Block<F, N, true> : never {
  return { ...block, many: true } as never
}

/** Records of several registers side by side, for contracts that answer from more than one; their paths are those of the registers. */
export const together = one(
  'together',
  {},
  {
    person: several(person.person),
    employment: several(employment),
    declaration: several(dmfa.employerDeclaration),
    aggregate: several(dmfa.aggregate),
    employer: several(employerOfDirectory),
    employerNumbers: several(employerNumbers),
    posting: several(limosa.posting),
  },
)

export type TogetherRecord = RecordOf<typeof together>
