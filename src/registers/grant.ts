import type { Path } from './catalogue.ts'
import type { CivilDate } from '../base/civil-date.ts'

declare const granted: unique symbol
declare const disclosed: unique symbol

/** Why a path may leave: the deliberation, its version and the paragraph. */
export interface Basis {
  readonly deliberation: string
  /** first day of the version in force */
  readonly version: CivilDate
  /** paragraph as printed in the text, e.g. `23` */
  readonly paragraph: string
}

/**
 * What an institution may see in one exchange. Only `deliberations/decide.ts` makes one: what is not in `paths` is withheld.
 */
export interface Grant {
  readonly [granted]: true
  readonly legalContext: string
  readonly deliberations: readonly Pick<Basis, 'deliberation' | 'version'>[]
  readonly paths: ReadonlyMap<Path, readonly Basis[]>
}

/** A record reduced to what a grant allows. Only `deliberations/project.ts` makes one; only this may leave the house. */
export type Disclosed<R> = R & { readonly [disclosed]: true }
